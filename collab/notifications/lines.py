"""Notifications in sentences: who, what, where, why, and how to hear less; as this person may read them now."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.events.models import Change
from collab.notifications import levels
from collab.notifications.kinds import FOLLOWED, said_of
from collab.notifications.levels import Ref
from collab.notifications.models import Notification
from collab.registry import registry
from collab.registry.plugin import Told
from collab.rights.actor import Actor
from collab.rights.right import Right


@dataclass(frozen=True)
class Note:
    """A row as those read it who put it into words (`Notice.say`). `changes`: the last ones, oldest first."""

    pk: int
    kind: str
    verb: str
    ref_kind: str
    refs: list[int]
    actor: User | None
    changes: list[Change]
    count: int
    facts: dict[str, int]


class Place(NamedTuple):
    """A container that one may see, by its name."""

    kind: str
    pk: int
    name: str


@dataclass(frozen=True)
class Line:
    """One notification, told. `text` follows the name of `who` (None: nobody known, the house itself); `url`: where it
    leads. `at`: the container it happened in, `through`: the one that is followed; None where one may not see it.
    """

    pk: int
    who: User | None
    text: str
    title: str
    place: str
    url: str
    why: str
    kind: str
    when: datetime
    read: bool
    at: Place | None
    through: Place | None


def lines(actor: Actor, rows: Sequence[Notification], counts: dict[int, int] | None = None) -> list[Line]:
    """Return the sentences of these rows of `finding.visible`, in their order; what nothing can be said of is left out.

    `counts`: {row: how many of its last doings}, all where it says nothing. The number of queries does not grow with
    the rows.
    """
    notes = _notes(rows, counts or {})
    told = _said(actor, notes)
    places = _places(actor, rows)
    notices = registry.notices()
    found = []
    for row in rows:
        if (said := told.get(row.pk)) is not None:
            through = places.get((row.through_kind, row.through_id))
            found.append(
                Line(
                    pk=row.pk, who=row.actor, text=str(said.text), title=said.title, place=said.place,
                    url=said.url, why=_why(row, str(notices[row.kind].why), through), kind=row.kind, when=row.last_at,
                    read=row.read_at is not None, at=places.get((row.at_kind, row.at_id)), through=through,
                )
            )  # fmt: skip
    return found


def target(actor: Actor, row: Notification) -> str:
    """Return where this row leads: the thing itself, or where it lies."""
    said = _said(actor, _notes([row], {})).get(row.pk)
    if said is not None and (said.url or said.place_url):
        return said.url or said.place_url
    things = registry.many([(row.ref_kind, pk) for pk in row.refs[::-1]] + [(row.at_kind, row.at_id)])
    for (kind, _pk), thing in things.items():
        declared = registry.shareable(kind)
        if declared is not None and actor.can(thing, Right.SEE):
            return declared.url(thing, actor)
    return ""


def _notes(rows: Iterable[Notification], counts: dict[int, int]) -> list[Note]:
    wanted = {pk for row in rows for pk in row.changes}
    changes = Change.objects.select_related("actor").in_bulk(wanted) if wanted else {}
    found = []
    for row in rows:
        count = counts.get(row.pk, row.count)
        mine = [changes[pk] for pk in row.changes[-count:] if pk in changes]
        refs = list(dict.fromkeys(change.ref_id for change in mine)) or row.refs
        found.append(Note(row.pk, row.kind, row.verb, row.ref_kind, refs, row.actor, mine, count, row.facts))
    return found


def _said(actor: Actor, notes: list[Note]) -> dict[int, Told]:
    """Let each kind of notification say its own, and the verbs of the things the rest."""
    told: dict[int, Told] = {}
    by_kind: dict[str, list[Note]] = defaultdict(list)
    by_thing: dict[str, list[Note]] = defaultdict(list)
    notices = registry.notices()
    for note in notes:
        notice = notices.get(note.kind)
        if notice is not None and (notice.say is not None or notice.said):
            by_kind[note.kind].append(note)
        elif notice is not None:
            by_thing[note.ref_kind].append(note)
    for kind, ones in by_kind.items():
        say = notices[kind].say
        told |= say(actor, ones) if say is not None else said_of(actor, ones, str(notices[kind].said))
    for kind, ones in by_thing.items():
        told |= _by_verbs(actor, kind, ones)
    return told


def _by_verbs(actor: Actor, kind: str, notes: list[Note]) -> dict[int, Told]:
    verbs = registry.verbs(kind)
    if verbs is None:
        return {}
    changes = {change.pk: change for note in notes for change in note.changes}
    told = {one.seq: one for one in verbs.tell(actor, [_numbered(change) for change in changes.values()])}
    found = {}
    for note in notes:
        seen = [told[change.pk] for change in note.changes if change.pk in told]
        if seen:
            # what happened more often than is kept is believed only where all that is kept may be seen
            found[note.pk] = _together(seen, note.count if len(seen) == len(note.changes) else len(seen))
    return found


def _numbered(change: Change) -> Change:
    """The change under a number of its own: those of two spaces may have the same."""
    found = copy.copy(change)
    found.seq = change.pk
    return found


def _together(seen: list[Told], count: int) -> Told:
    last = seen[-1]
    if count == 1:
        return last
    if last.together is not None:
        return Told(last.seq, last.together(count), "", last.place_url, last.place, last.place_url)
    text = _("%(what)s, and %(count)d more") % {"what": last.text, "count": count - 1}
    return Told(last.seq, text, last.title, last.url, last.place, last.place_url)


def _places(actor: Actor, rows: Iterable[Notification]) -> dict[Ref, Place]:
    """Return the containers of these rows that the actor may see."""
    wanted = {(row.at_kind, row.at_id) for row in rows} | {(row.through_kind, row.through_id) for row in rows}
    things = registry.many(ref for ref in wanted if ref[0])
    actor.look(things.values())
    found = {}
    for (kind, pk), thing in things.items():
        shown = levels.whole(thing)
        declared = registry.shareable(shown.REF_KIND)
        if declared is not None and actor.can(thing, Right.SEE):
            found[(kind, pk)] = Place(shown.REF_KIND, shown.pk, str(declared.title(shown)))
    return found


def _why(row: Notification, reason: str, through: Place | None) -> str:
    if row.kind != FOLLOWED:
        return reason
    if through is None:
        return _("because you follow a place above it")
    return _("because you follow %(name)s") % {"name": through.name}
