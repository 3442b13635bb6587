"""Tasks as lists draw them: in words, with their people, nested as they lie below each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calendars import drawing
from calendars.actions import telling
from calendars.ical.todos import DONE
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.tasklists import people, queries
from calendars.tasklists.queries import Task
from collab.accounts.models import User
from collab.rights.actor import Actor

STATUSES: dict[str, str | Promise] = {
    "NEEDS-ACTION": pgettext_lazy("task", "To do"),
    "IN-PROCESS": pgettext_lazy("task", "In progress"),
    "COMPLETED": pgettext_lazy("task", "Done"),
    "CANCELLED": pgettext_lazy("task", "Cancelled"),
}
PRIORITIES = (
    (1, pgettext_lazy("priority", "High")),
    (5, pgettext_lazy("priority", "Medium")),
    (9, pgettext_lazy("priority", "Low")),
)

UNTITLED = _("(no title)")


@dataclass
class Row:
    """One task: `day` and `at` (its hour) when it is due, or begins (`starts_only`); `children`: what lies below it."""

    task: Task
    title: str
    day: date | None
    at: str
    starts_only: bool
    is_overdue: bool
    is_done: bool
    is_mine: bool
    status: str
    people: list[User]
    others: list[str]
    may_change: bool
    above: str = ""
    children: list[Row] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.task.row.pk

    @property
    def row(self) -> CalendarObject:
        return self.task.row

    @property
    def mine(self) -> Mine:
        return self.task.mine

    @property
    def hue(self) -> str:
        return drawing.hue(self.task.mine)

    @property
    def url(self) -> str:
        return reverse("calendars:task", args=[self.pk])

    @property
    def key(self) -> str:
        """What names it, as it is now, in forms."""
        return f"{self.pk}:{self.row.etag}"

    @property
    def priority(self) -> str | Promise:
        """Return its priority in a word, "" for none or a middle one."""
        number = self.row.priority
        return "" if number in {0, 5} else PRIORITIES[0][1] if number < 5 else PRIORITIES[2][1]

    @property
    def is_important(self) -> bool:
        return 0 < self.row.priority <= queries.IMPORTANT


def draw(actor: Actor, found: Sequence[CalendarObject], lists: Iterable[Mine]) -> list[Row]:
    """Return the tasks, flat, in their order. Two queries, for their people."""
    by_id = {one.calendar.pk: one for one in lists}
    known = people.by_address({one for row in found for one in row.assignees})
    own = set(telling.addresses(actor.user)) if actor.user is not None else set()
    now = timezone.localtime()
    return [_row(actor, row, by_id[row.calendar_id], known, own, now) for row in found]


def _row(actor: Actor, row: CalendarObject, mine: Mine, known: dict[str, User], own: set[str], now: datetime) -> Row:
    row.calendar = mine.calendar
    task = Task(mine, row)
    day, at = when(row, row.due or row.starts)
    is_done = row.status in DONE or row.completed_at is not None
    late = row.due is not None and day is not None and (day < now.date() if row.all_day else row.due < now)
    there = list(dict.fromkeys(known[one] for one in row.assignees if one in known))
    return Row(
        task=task, title=row.summary or str(UNTITLED), day=day, at=at, starts_only=row.due is None,
        is_overdue=late and not is_done, is_done=is_done, is_mine=bool(own & set(row.assignees)),
        status=row.status if row.status in STATUSES else "COMPLETED" if is_done else "NEEDS-ACTION",
        people=there, others=[one for one in row.assignees if one not in known], may_change=task.may_change(actor),
    )  # fmt: skip


def when(row: CalendarObject, at: datetime | None) -> tuple[date | None, str]:
    """Return the day and the hour ("" for a whole day) of a moment of a task, on the clock of who looks."""
    if at is None:
        return None, ""
    if row.all_day:
        return timezone.localtime(at, ZoneInfo(row.calendar.zone)).date(), ""
    local = timezone.localtime(at)
    return local.date(), formats.time_format(local, "TIME_FORMAT")


def nest(
    actor: Actor, page: Sequence[CalendarObject], found: Iterable[CalendarObject], lists: Sequence[Mine],
    above: dict[int, int],
) -> list[Row]:  # fmt: skip
    """Return the tasks of the page, each with what lies below it among `found`; `above`: as `queries.below` says."""
    shown = {one.pk for one in page}
    under = [one for one in found if one.pk in above and one.pk not in shown]
    rows = {one.pk: one for one in draw(actor, [*page, *under], lists)}
    for one in sorted(under, key=lambda one: (one.sort_order, one.pk)):
        parent = above[one.pk]
        while parent not in rows and parent in above:  # what lies between is not seen, or done
            parent = above[parent]
        if parent in rows:
            rows[parent].children.append(rows[one.pk])
    return [rows[one.pk] for one in page]


def name_parents(rows: Sequence[Row]) -> None:
    """Say of each what it is a part of, where that is one of those the person sees. One query."""
    wanted = {(one.row.calendar_id, one.row.parent_uid) for one in rows if one.row.parent_uid}
    if not wanted:
        return
    seen = {one.row.calendar_id: one.mine for one in rows}
    uids = [uid for _calendar, uid in wanted]
    parents = CalendarObject.objects.filter(
        calendar__in=list(seen), uid__in=uids, deleted_at=None, secrecy=CalendarObject.Secrecy.PUBLIC
    )
    names = {(calendar, uid): title for calendar, uid, title in parents.values_list("calendar_id", "uid", "summary")}
    for one in rows:
        one.above = names.get((one.row.calendar_id, one.row.parent_uid), "")
