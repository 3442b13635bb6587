"""Lines in words: each app says what was done to its things, here of one, or of all that was done in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import User
from collab.activity.gathering import Gathered, Sum
from collab.events.models import Change
from collab.registry.plugin import Text, Told, Verbs
from collab.rights.actor import Actor


@dataclass(frozen=True)
class Line:
    """`who` (None: a visitor, the house, somebody who is gone) did `text` to the thing `title`, at `url`; `alone`: the
    text is a sentence without them.

    One of several things: `names` of the first, (title, url), and `more` others. `place`, `place_url`: where.
    `number` and `first` are its newest and its oldest change. `times`: how often the same was done to the same thing.
    """

    number: int
    first: int
    ref: tuple[str, int]
    who: User | None
    text: Text
    at: datetime
    title: str = ""
    url: str = ""
    place: Text = ""
    place_url: str = ""
    names: tuple[tuple[str, str], ...] = ()
    more: int = 0
    times: int = 1
    alone: bool = False

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def tell(actor: Actor, lines: Sequence[Gathered], kinds: Sequence[Verbs]) -> list[Line]:
    """Return the lines in words; those that say nothing to people are left out. A few queries for each kind."""
    sums = [one for line in lines for one in line.lines()]
    changes = Change.objects.select_related("actor").in_bulk([number for _places, one in sums for number in one.top])
    said: dict[int, Told] = {}
    for verbs in kinds:
        mine = [change for change in changes.values() if change.ref_kind == verbs.kind]
        for change in mine:
            change.seq = change.pk  # the lines are from several logs, in which the same numbers stand
        if mine:
            said |= {one.seq: one for one in verbs.tell(actor, mine) if one.text}
    found = []
    for places, one in sums:
        told = [(changes[number], said[number]) for number in one.top if number in said]
        if told:
            found.append(_one(one, *told[0]) if len(one.refs) == 1 else _several(one, told, places))
    return found


def _one(line: Sum, change: Change, told: Told) -> Line:
    return Line(
        line.newest, line.oldest, (change.ref_kind, change.ref_id), change.actor, told.text, change.at, told.title,
        told.url, told.place, told.place_url, times=line.rows, alone=told.alone,
    )  # fmt: skip


def _several(line: Sum, told: list[tuple[Change, Told]], places: int) -> Line:
    (change, first), count = told[0], len(line.refs)
    names = {change.ref_id: (one.title, one.url) for change, one in told if one.title}
    place: Text = first.place or _("a place that you do not see")
    url = first.place_url
    if places > 1:
        place, url = ngettext("%(count)d place", "%(count)d places", places) % {"count": places}, ""
    text = first.together(count) if first.together is not None else first.text
    return Line(
        line.newest, line.oldest, (change.ref_kind, change.ref_id), change.actor, text, change.at, place=place,
        place_url=url, names=tuple(names.values()), more=count - len(names), alone=first.alone,
    )  # fmt: skip
