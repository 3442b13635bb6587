"""Who is invited to an event and what they answered, as its pages say it; and what one is asked oneself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendars import addresses, queries
from calendars.ical.attending import OPTIONAL
from calendars.models import CalendarObject, Invitee, WorkingHours
from calendars.ranges import Found, Happens
from collab.accounts.models import User
from collab.rights.actor import Actor

Stance = CalendarObject.Stance
ORDER = ("ACCEPTED", "TENTATIVE", "NEEDS-ACTION", "DECLINED")
SHOWN = 300
"""So many of those invited are listed at most."""


@dataclass(frozen=True)
class Line:
    """One of those invited: `answer` is a PARTSTAT, `said` the same in words."""

    name: str
    address: str
    user: User | None
    is_group: bool
    optional: bool
    answer: str
    plus: int
    comment: str

    @property
    def said(self) -> str:
        return answer_in_words(self.answer)


@dataclass
class Table:
    """Who is invited to one time of an event, by their answers; `mine`: my own line."""

    lines: list[Line] = field(default_factory=list)
    mine: Line | None = None
    more: int = 0

    @property
    def counts(self) -> list[tuple[str, str]]:
        """How many answered what, those whom they bring counted in, as (answer, “3 come”)."""
        found = []
        for answer in ORDER:
            rows = [one for one in self.lines if not one.is_group and one.answer == answer]
            count = len(rows) + (sum(one.plus for one in rows) if answer != "DECLINED" else 0)
            if count:
                found.append((answer, count_in_words(answer, count)))
        return found


def answer_in_words(answer: str) -> str:
    """Return what an answer says."""
    return {
        "ACCEPTED": _("comes"),
        "TENTATIVE": _("perhaps"),
        "DECLINED": _("does not come"),
        "DELEGATED": _("sends somebody else"),
    }.get(answer, _("has not answered"))


def count_in_words(answer: str, count: int) -> str:
    if answer == "ACCEPTED":
        text = ngettext("%(count)d comes", "%(count)d come", count)
    elif answer == "TENTATIVE":
        text = ngettext("%(count)d perhaps", "%(count)d perhaps", count)
    elif answer == "DECLINED":
        text = ngettext("%(count)d does not come", "%(count)d do not come", count)
    else:
        text = ngettext("%(count)d has not answered", "%(count)d have not answered", count)
    return text % {"count": count}


def table(event: CalendarObject, at: str, me: Iterable[str] = (), *, hears: bool = False) -> Table:
    """Return who is invited to this time of an event: one query. `me`: my addresses.

    `hears`: what others wrote with their answers is in it (`roles.hears`); what I wrote always is.
    """
    rows = Invitee.objects.filter(event=event, recurrence_id__in=["", at]).select_related("user").order_by("name", "pk")
    found = list(rows[: 2 * SHOWN + 2])
    if at and any(one.recurrence_id == at for one in found):
        found = [one for one in found if one.recurrence_id == at]  # this time has a word of its own
    known = Table()
    own = set(me)
    for row in sorted(found, key=_place):
        line = Line(
            str(row.user or row.name or row.address), row.address if addresses.is_mail(row.address) else "", row.user,
            row.kind.upper() == "GROUP", row.role.upper() == OPTIONAL, row.partstat, row.plus,
            row.comment if hears or row.address in own else "",
        )  # fmt: skip
        if row.address in own:
            known.mine = line
        known.lines.append(line)
    known.more = max(0, len(known.lines) - SHOWN)
    known.lines = known.lines[:SHOWN]
    return known


def _place(row: Invitee) -> tuple[Any, ...]:
    answer = ORDER.index(row.partstat) if row.partstat in ORDER else len(ORDER)
    return row.kind.upper() != "GROUP", answer, str(row.user or row.name or row.address).casefold()


def awaiting(actor: Actor) -> QuerySet[Invitee]:
    """Return what still waits for an answer of this person and is not over: in their own calendars, and in those of
    spaces that they see, where no copy of their own doubles it."""
    if actor.user is None:
        return Invitee.objects.none()
    lasting = Q(event__last=None) | Q(event__last__gte=timezone.now())
    rows = Invitee.objects.filter(lasting, user=actor.user, partstat="NEEDS-ACTION", event__deleted_at=None)
    rows = rows.exclude(event__status="CANCELLED").exclude(kind="GROUP")
    copies = CalendarObject.objects.living().filter(
        calendar__space__owner=actor.user, uid=OuterRef("event__uid"), stance=Stance.ATTENDEE
    )
    own = Q(event__calendar__space__owner=actor.user, event__stance=Stance.ATTENDEE, event__calendar__deleted_at=None)
    seen = Q(event__in=queries.seen(actor).living().values("pk"), event__calendar__space__owner=None)
    rows = rows.filter(own | (seen & ~Exists(copies)))
    return rows.select_related("event__calendar__space").order_by("event__first", "pk")


DECLINED = "DECLINED"


@dataclass(slots=True, eq=False)
class Declined(Happens):
    """What takes place without whoever looks."""

    declined: ClassVar[bool] = True


def _declined(one: Happens) -> Declined:
    return Declined(*(getattr(one, each.name) for each in fields(one)))


def marked(actor: Actor, found: Found) -> Found:
    """Return what is shown to a person: what they declined marked, or left out where they say so.

    Three queries, none where nobody is invited to anything.
    """
    asked = {one.id for one in found if one.invites}
    if actor.user is None or not asked:
        return found
    rows = Invitee.objects.filter(event__in=asked, user=actor.user, partstat=DECLINED)
    declined = set(rows.values_list("event", "recurrence_id"))
    if not declined:
        return found
    again = Invitee.objects.filter(event__in={pk for pk, _which in declined}, user=actor.user).exclude(
        partstat=DECLINED
    )
    comes = set(again.values_list("event", "recurrence_id"))

    def is_declined(one: Happens) -> bool:
        return (one.id, one.recurrence_id) in declined or (
            (one.id, "") in declined and (one.id, one.recurrence_id) not in comes
        )

    said = WorkingHours.objects.filter(user=actor.user).values_list("declined_shown", flat=True).first()
    if said is False:
        return Found((one for one in found if not is_declined(one)), found)
    return Found((_declined(one) if is_declined(one) else one for one in found), found)
