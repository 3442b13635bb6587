"""The rows of what people are told: doings gathered, the bell moved, mail and devices asked for, all at once.

Nothing else makes rows of `Notification`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from collab.accounts.models import User
from collab.events import log
from collab.events.models import Change
from collab.lib import held
from collab.notifications import levels, pushing, ways
from collab.notifications.levels import Ref
from collab.notifications.models import KEPT_CHANGES, Follow, Level, Notification
from collab.registry import registry

RINGS_AGAIN = timedelta(minutes=10)
"""A row that goes on growing rings a device no sooner than so long after the last time."""
TOLD = "notification"


@dataclass(frozen=True)
class Doing:
    """Something one person is to be told. `at`: the container it happened in, `through`: the one that is followed."""

    person_id: int
    kind: str
    ref: Ref
    actor_id: int | None
    when: datetime
    at: Ref = ("", 0)
    through: Ref | None = None
    change: Change | None = None
    facts: dict[str, int] = field(default_factory=dict)


class Key(NamedTuple):
    """Doings that are one row while it is unread."""

    person: int
    kind: str
    verb: str
    actor: int | None
    ref_kind: str
    at: Ref


def tell(
    sender: Any, kind: str, people: list[int], ref: Ref, actor_id: int | None, facts: dict[str, int], **_: Any
) -> None:
    """Write what happened outside of spaces (`events.notices`), but for who did it."""
    now = timezone.now()
    others = [pk for pk in people if pk != actor_id]
    living = set(User.objects.filter(pk__in=others, is_active=True).values_list("pk", flat=True))
    thing = registry.thing(*ref)
    if thing is not None and living:
        line = levels.around([ref], {ref: levels.space_of(thing)})[ref]
        chosen = levels.choices(line)
        living = {pk for pk in living if levels.nearest(line, chosen.get(pk, {}))[0] != Level.MUTE}
    at = ref if thing is not None else ("", 0)
    write([Doing(person, kind, ref, actor_id, now, at, facts=facts) for person in sorted(living)])


@transaction.atomic
def write(doings: Iterable[Doing]) -> None:
    """Make or grow the rows, and let bell, mail and devices know."""
    gathered: dict[Key, list[Doing]] = defaultdict(list)
    for doing in doings:
        gathered[_key(doing)].append(doing)
    if not gathered:
        return
    people = {key.person for key in gathered}
    reaches = ways.reaches(people)
    before = _growing(gathered, people)
    fresh: list[Notification] = []
    grown: list[Notification] = []
    for key, found in gathered.items():
        row = before.get(key)
        (fresh if row is None else grown).append(_grown(row or _begun(key, found[0]), found, reaches[key.person]))
    Notification.objects.bulk_create(fresh, batch_size=1000)
    fields = ["refs", "changes", "facts", "count", "last_at", "mail_since", "through_kind", "through_id"]
    Notification.objects.bulk_update(grown, fields, batch_size=500)
    log.announce_all((f"user:{pk}", {"kind": TOLD, "ref": "", "quiet": True}) for pk in sorted(people))
    ringing = [row for row in (*fresh, *grown) if row.kind in reaches[row.person_id].push_kinds and _may_ring(row)]
    pushing.ask_for(ringing)


def forget_space(space_id: int) -> None:
    """Delete the rows about a space, and what people chose for it."""
    Notification.objects.filter(space_id=space_id).delete()
    Follow.objects.filter(kind="space", object_id=space_id).delete()


def _key(doing: Doing) -> Key:
    verb = doing.change.kind if doing.change is not None else ""
    return Key(doing.person_id, doing.kind, verb, doing.actor_id, doing.ref[0], doing.at)


def _growing(gathered: dict[Key, list[Doing]], people: set[int]) -> dict[Key, Notification]:
    """Return the unread rows that these doings belong to. One query."""
    found = Notification.objects.filter(
        person__in=people,
        read_at=None,
        kind__in={key.kind for key in gathered},
        at_id__in={key.at[1] for key in gathered},
    )
    rows = {}
    for row in found.select_for_update(no_key=True).order_by("pk"):
        key = Key(row.person_id, row.kind, row.verb, row.actor_id, row.ref_kind, (row.at_kind, row.at_id))
        if key in gathered:
            rows[key] = row
    return rows


def _begun(key: Key, first: Doing) -> Notification:
    return Notification(
        person_id=key.person, kind=key.kind, verb=key.verb, ref_kind=key.ref_kind, refs=[], actor_id=key.actor,
        space_id=first.change.space_id if first.change is not None else None, at_kind=key.at[0], at_id=key.at[1],
        count=0, first_at=first.when, last_at=first.when,
    )  # fmt: skip


def _grown(row: Notification, doings: list[Doing], reach: ways.Ways) -> Notification:
    """Add the doings; the last ones are kept by number."""
    row.count += len(doings)
    row.refs = list(dict.fromkeys([*row.refs, *(doing.ref[1] for doing in doings)]))[-KEPT_CHANGES:]
    row.changes = [*row.changes, *(doing.change.pk for doing in doings if doing.change is not None)][-KEPT_CHANGES:]
    row.last_at = max(row.last_at, doings[-1].when)
    for doing in doings:
        row.facts = {name: row.facts.get(name, 0) + number for name, number in doing.facts.items()}
    through = doings[-1].through
    row.through_kind, row.through_id = through or ("", 0)
    if row.kind in reach.mail_kinds:
        row.mail_since = _mail_since(row)
    return row


def _mail_since(row: Notification) -> datetime:
    """Return from when on it waits to be mailed: what happened before a backup was brought back waits since then,
    and is held back with all that did; as soon as it goes on, it is news."""
    moment = held.restored_at()
    if moment is not None and row.last_at < moment:
        return row.mail_since or row.last_at
    if row.mail_since is None or (moment is not None and row.mail_since < moment):
        return timezone.now()
    return row.mail_since


def _may_ring(row: Notification) -> bool:
    if (moment := held.restored_at()) is not None and row.last_at < moment:
        return False
    return row.pushed_at is None or row.pushed_at < timezone.now() - RINGS_AGAIN
