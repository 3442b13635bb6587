"""Finding tasks: those of lists that one sees, whole; which are still to do, due, mine; what lies below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calendars import queries, roles
from calendars.actions import making, telling
from calendars.ical.todos import DONE
from calendars.models import CalendarObject, Component
from calendars.queries import Mine
from collab.lib import paging
from collab.lib.errors import BadInput, NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right

PAGE = 100
DEPTH = 10
"""Subtasks are drawn so deep; what lies deeper stands below the last."""
BELOW = 1000
"""So many subtasks are drawn on one page."""
SMART: dict[str, tuple[str | Promise, str]] = {
    "today": (_("Today"), "sun"),
    "week": (_("This week"), "calendar"),
    "important": (_("Important"), "star"),
    "assigned": (_("Given to me"), "user"),
    "overdue": (_("Overdue"), "clock"),
    "all": (_("All tasks"), "tasks"),
    "done": (_("Completed"), "archive"),
}
"""{slug: label, icon} of the lists that fill themselves."""
IMPORTANT = 4
"""Priorities from 1 to this one are high (RFC 5545, 3.8.1.9)."""
FAR = datetime(9999, 12, 1, tzinfo=UTC)


def lists(actor: Actor) -> list[Mine]:
    """Return the lists in which the person sees tasks: their own first, then the others, each in their order."""
    found = queries.home(actor)
    if not any(one.is_own for one in found) and making.furnish(actor):
        found = queries.home(actor)
    return [one for one in found if is_list(one)]


def is_list(one: Mine) -> bool:
    """Whether tasks may lie in it and the person sees them; who sees busy times alone sees none."""
    return Component.TASK in one.calendar.components and not one.is_busy_only


def rows(actor: Actor, found: Collection[Mine]) -> QuerySet[CalendarObject]:
    """Return the tasks of these lists that the person sees whole, done or not."""
    managed = [one.calendar.pk for one in found if one.mask & Right.MANAGE]
    seen = [one.calendar.pk for one in found if one.mask & Right.SEE and not one.mask & Right.MANAGE]
    whole = Q(secrecy=CalendarObject.Secrecy.PUBLIC) | roles.mine(actor.user)
    return CalendarObject.objects.filter(
        Q(calendar__in=managed) | Q(calendar__in=seen) & whole, component=Component.TASK, deleted_at=None
    ).defer("text", "data")


def undone(found: QuerySet[CalendarObject]) -> QuerySet[CalendarObject]:
    """Return those that are still to do."""
    return found.filter(completed_at=None).exclude(status__in=DONE)


def finished(found: QuerySet[CalendarObject]) -> QuerySet[CalendarObject]:
    """Return those that are done or cancelled."""
    return found.filter(Q(status__in=DONE) | ~Q(completed_at=None))


def smart(actor: Actor, found: QuerySet[CalendarObject], name: str) -> QuerySet[CalendarObject]:
    """Return those that a list which fills itself holds."""
    now = timezone.localtime()
    midnight = timezone.make_aware(datetime.combine(now.date(), time()))
    if name == "done":
        return finished(found)
    todo = undone(found)
    if name == "today":
        return todo.filter(_by(midnight + timedelta(days=1)))
    if name == "week":
        return todo.filter(_by(midnight + timedelta(days=7)))
    if name == "important":
        return todo.filter(priority__range=(1, IMPORTANT))
    if name == "assigned":
        return for_me(actor, todo)
    if name == "overdue":
        return todo.filter(overdue(now))
    return todo


def _by(end: datetime) -> Q:
    return Q(due__lt=end) | Q(starts__lt=end)


def overdue(now: datetime) -> Q:
    """Return the condition for what should have been done: a day counts until it is over, on the clock of who looks."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    return Q(all_day=False, due__lt=now) | Q(all_day=True, due__lt=midnight - timedelta(hours=12))


def for_me(actor: Actor, found: QuerySet[CalendarObject]) -> QuerySet[CalendarObject]:
    """Return those that are for this person."""
    if actor.user is None:
        return found.none()
    return found.exclude(assignees=[]).filter(assignees__overlap=telling.addresses(actor.user))


def counts(actor: Actor, found: Collection[Mine]) -> dict[str, int]:
    """Return how many tasks wait in each list that fills itself, as far as that is told. One query."""
    todo = undone(rows(actor, found))
    now = timezone.localtime()
    midnight = timezone.make_aware(datetime.combine(now.date(), time()))
    return todo.aggregate(
        today=Count("pk", _by(midnight + timedelta(days=1))),
        overdue=Count("pk", overdue(now)),
    )


@dataclass(frozen=True)
class Page:
    """Tasks in their order; `more`: the cursor of those that follow."""

    rows: list[CalendarObject]
    more: str


SORTS = {"due": _("By date"), "priority": _("By priority"), "title": _("By name")}


def page(found: QuerySet[CalendarObject], sort: str, after: str) -> Page:
    """Return a page of tasks in one order: "" (their own), "due", "priority", "title", "done" (the latest first)."""
    descending = sort == "done"
    key: Any = {
        "": F("sort_order"),
        "due": Coalesce("due", "starts", Value(FAR)),
        "priority": Case(When(priority=0, then=Value(10)), default=F("priority"), output_field=IntegerField()),
        "title": F("summary"),
        "done": Coalesce("completed_at", "changed_at"),
    }[sort]
    found = found.annotate(key=key)
    cursor = paging.unseal(after, 2)
    if cursor is not None:
        value = _key(sort, *cursor)
        way = "lt" if descending else "gt"
        found = found.filter(Q(**{f"key__{way}": value}) | Q(key=value, **{f"pk__{way}": cursor[1]}))
    order = ("-key", "-pk") if descending else ("key", "pk")
    shown: list[Any] = list(found.order_by(*order)[: PAGE + 1])
    more = ""
    if len(shown) > PAGE:
        shown = shown[:PAGE]
        last = shown[-1].key
        more = paging.seal([last.isoformat() if isinstance(last, datetime) else last, shown[-1].pk])
    return Page(shown, more)


def _key(sort: str, value: Any, pk: Any) -> Any:
    """Return the value of a cursor as the query compares it. Raises BadInput."""
    if type(pk) is not int or not 0 < pk < 2**63:
        raise BadInput
    if sort in {"", "priority"}:
        if type(value) is not int or not -(2**63) < value < 2**63:
            raise BadInput
        return value
    if not isinstance(value, str) or "\0" in value or len(value) > 1000:
        raise BadInput
    if sort == "title":
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput from None
    if found.tzinfo is None:
        raise BadInput
    return found


def tops(found: QuerySet[CalendarObject]) -> QuerySet[CalendarObject]:
    """Return those that lie below none of these; two that lie below each other both count."""
    above = found.filter(calendar=OuterRef("calendar"), uid=OuterRef("parent_uid")).exclude(
        Q(pk=OuterRef("pk")) | ~Q(parent_uid="") & Q(parent_uid=OuterRef("uid"))
    )
    return found.filter(Q(parent_uid="") | ~Exists(above))


_BELOW = f"""WITH RECURSIVE t (id, calendar_id, uid, depth, path) AS (
 SELECT id, calendar_id, uid, 0, ARRAY[id] FROM calendars_calendarobject WHERE id = ANY(%s)
 UNION ALL SELECT o.id, o.calendar_id, o.uid, t.depth + 1, t.path || o.id FROM t
 JOIN calendars_calendarobject o ON o.calendar_id = t.calendar_id AND o.parent_uid = t.uid AND o.parent_uid <> ''
  AND o.component = 'VTODO' AND o.deleted_at IS NULL AND NOT o.id = ANY(t.path) WHERE t.depth < {DEPTH})
SELECT id, path[array_length(path, 1) - 1] FROM t WHERE depth > 0 ORDER BY depth, id LIMIT %s"""


def below(ids: Sequence[int]) -> dict[int, int]:
    """Return {id: id of what it lies below} of all subtasks, however deep, whoever sees them. One query."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(ids), BELOW])
        found: dict[int, int] = {}
        for pk, above in cursor.fetchall():
            found.setdefault(pk, above)
        return found


@dataclass(frozen=True)
class Task:
    """A task in its list, as one person has it."""

    mine: Mine
    row: CalendarObject

    def may_change(self, actor: Actor) -> bool:
        return self.mine.calendar.space.archived_at is None and roles.may_change(
            self.mine.mask, actor.user, self.row.created_by_id
        )

    def may_delete(self, actor: Actor) -> bool:
        return self.mine.calendar.space.archived_at is None and roles.may_delete(
            self.mine.mask, actor.user, self.row.created_by_id
        )


def task(actor: Actor, pk: int) -> Task:
    """Return a task that the person sees whole. Raises NotFound."""
    where = CalendarObject.objects.filter(pk=pk, deleted_at=None, component=Component.TASK)
    calendar = where.values_list("calendar_id", flat=True).first()
    if calendar is None:
        raise NotFound
    mine = queries.mine(actor, calendar)
    row = rows(actor, [mine]).defer(None).defer("text").filter(pk=pk).first()
    if row is None:
        raise NotFound
    row.calendar = mine.calendar
    return Task(mine, row)


def several(actor: Actor, ids: Collection[int]) -> list[Task]:
    """Return those of these tasks that the person sees whole, in the order asked. Three queries."""
    found = {one.calendar.pk: one for one in lists(actor)}
    by_id = rows(actor, list(found.values())).defer(None).defer("text").in_bulk(list(ids))
    tasks = []
    for pk in ids:
        if (row := by_id.get(pk)) is not None:
            row.calendar = found[row.calendar_id].calendar
            tasks.append(Task(found[row.calendar_id], row))
    return tasks


def tags(actor: Actor, found: Collection[Mine], most: int = 100) -> list[str]:
    """Return the tags in use on the tasks and events that the person sees, the most used first. One query."""
    ids = [one.calendar.pk for one in found if not one.is_busy_only]
    used = queries.seen(actor).filter(calendar__in=ids, deleted_at=None).exclude(categories=[])
    words = used.annotate(word=Func(F("categories"), function="unnest")).values_list("word")
    return [word for word, _count in words.annotate(count=Count("pk")).order_by("-count", "word")[:most]]
