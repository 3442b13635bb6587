"""Finding calendars and what lies in them: one query per question, rights inside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum

from calendars import roles
from calendars.models import Calendar, CalendarObject, Component, Gone, Preference
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.lib.statements import ask, together
from collab.rights import sql
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

SHARED = "shared-"
ROW = (
    "id", "name", "etag", "size", "changed_at", "created_at", "component", "secrecy", "created_by_id", "schedule_tag",
    "organizer",
)  # fmt: skip
"""What listings read of an object."""
_SECRECY, _MAKER = ROW.index("secrecy"), ROW.index("created_by_id")


_OF_CALENDAR, _OF_SPACE, _OF_PREFERENCE = (
    [field.attname for field in model._meta.concrete_fields] for model in (Calendar, Space, Preference)
)
_SPACE, _PREFERENCE = len(_OF_CALENDAR), len(_OF_CALENDAR) + len(_OF_SPACE)
_COLUMNS = ", ".join(
    f"{alias}.{field.column}"
    for alias, model in (("c", Calendar), ("s", Space), ("p", Preference))
    for field in model._meta.concrete_fields
)
_MINE = f"""SELECT {_COLUMNS}, m.mask FROM calendars_calendar c JOIN spaces_space s ON s.id = c.space_id
 LEFT JOIN calendars_preference p ON p.calendar_id = c.id AND p.user_id = %(user)s
 CROSS JOIN LATERAL (SELECT {sql.mask_of("c.acl_id").replace("%s", "%(principals)s")} AS mask OFFSET 0) m
 WHERE c.deleted_at IS NULL AND m.mask & {int(Right.SEE | Right.RESPOND)} <> 0 AND """
"""A calendar that somebody finds (to find is to be allowed), as they have it: its user, their principals, and which."""


@dataclass(frozen=True)
class Mine:
    """A calendar as one person has it: what they may do (`mask`), and what they make of it.

    `name`: its segment in their own home; `is_own`: it lies in their personal space; `id`: of their `Preference`, 0
    while there is none.
    """

    calendar: Calendar
    mask: int
    preference: Preference | None
    is_own: bool

    is_folder = True

    @property
    def id(self) -> int:
        return self.preference.pk if self.preference is not None else 0

    @property
    def name(self) -> str:
        return self.calendar.name if self.is_own else f"{SHARED}{self.calendar.pk}"

    @property
    def title(self) -> str:
        return (self.preference and self.preference.title) or self.calendar.title

    @property
    def color(self) -> str:
        return (self.preference and self.preference.color) or self.calendar.color

    @property
    def order(self) -> int | None:
        return self.preference.order if self.preference is not None else None

    @property
    def hidden(self) -> bool:
        return self.preference is not None and self.preference.hidden

    @property
    def transparent(self) -> bool:
        own = self.preference.transparent if self.preference is not None else None
        return self.calendar.transparent if own is None else own

    @property
    def reminds(self) -> bool:
        """Whether the house tells this person when alarms in it are due: of their own unless they say otherwise."""
        own = self.preference.reminders if self.preference is not None else None
        return self.is_own if own is None else own

    @property
    def may_add(self) -> bool:
        """Whether new entries may be put in; nothing is changed in an archived space."""
        return bool(self.mask & Right.ADD) and self.calendar.space.archived_at is None

    @property
    def is_busy_only(self) -> bool:
        return not self.mask & Right.SEE


def home(actor: Actor) -> list[Mine]:
    """Return all calendars that the person finds: their own first, then the others, each in their order."""
    found = _mine(actor, Calendar.objects.found_by(actor))
    return sorted(found, key=lambda one: (not one.is_own, one.order is None, one.order or 0, one.title.casefold()))


def in_home(actor: Actor, name: str) -> Mine:
    """Return the calendar at this name in the person's home. One query. Raises NotFound."""
    text, values = _at(actor, name)
    return _found(actor, text, values)


def in_home_with(actor: Actor, name: str, entry: str) -> tuple[Mine, CalendarObject | None]:
    """Return the calendar at this name, and what is `named` so in it, in one exchange. Raises NotFound."""
    where, values = _at(actor, name)
    calendars, entries = together((_MINE + where, values), (_ENTRY + where, values | {"entry": entry}))
    found = _of_rows(actor, calendars)
    return found, _seen_entry(actor, found, entries)


def _at(actor: Actor, name: str) -> tuple[str, dict[str, Any]]:
    """Return how the calendar at this name in the person's home is found, and the values of the question."""
    number = numerals.whole(name.removeprefix(SHARED)) if name.startswith(SHARED) else None
    if number is not None:
        return "c.id = %(calendar)s AND s.owner_id IS DISTINCT FROM %(user)s", _values(actor, calendar=number)
    return "c.name = %(calendar)s AND s.owner_id = %(user)s", _values(actor, calendar=name)


def _values(actor: Actor, **more: Any) -> dict[str, Any]:
    user = actor.user.pk if actor.user is not None else 0
    return {"user": user, "principals": list(actor.principals), **more}


def mine(actor: Actor, pk: int) -> Mine:
    """Return the calendar as this person has it. Raises NotFound alike for what is gone and what they do not find."""
    return _found(actor, "c.id = %(calendar)s", _values(actor, calendar=pk))


def _found(actor: Actor, where: str, values: dict[str, Any]) -> Mine:
    """Return the one living calendar that fits and that the person finds, as they have it. Raises NotFound.

    `where` is written here alone. Devices ask this with each request: Django would build the question five times as
    long as PostgreSQL answers it.
    """
    return _of_rows(actor, ask(_MINE + where, values))


def _of_rows(actor: Actor, rows: list[tuple[Any, ...]]) -> Mine:
    if not rows:
        raise NotFound
    row = rows[0]
    calendar = Calendar.from_db("default", _OF_CALENDAR, row[:_SPACE])
    calendar.space = Space.from_db("default", _OF_SPACE, row[_SPACE:_PREFERENCE])
    of_person = row[_PREFERENCE:-1]
    preference = Preference.from_db("default", _OF_PREFERENCE, of_person) if of_person[0] is not None else None
    mask = roles.held(row[-1], fed=calendar.fed)
    actor.remember(calendar, mask)
    user = actor.user.pk if actor.user is not None else 0
    own = calendar.space.owner_id is not None and calendar.space.owner_id == user
    return Mine(calendar, _mask(actor, calendar, mask), preference, own)


def thrown(actor: Actor) -> list[Mine]:
    """Return the calendars in the trash that the person may bring back, the latest first."""
    found = Calendar.objects.exclude(deleted_at=None).allowing(actor, Right.MANAGE)
    return sorted(_mine(actor, found), key=lambda one: one.calendar.deleted_at, reverse=True)  # type: ignore[arg-type, return-value]


def seen(actor: Actor) -> Any:
    """Return the objects, thrown away or not, that the actor sees whole, wherever they lie."""
    managed = Calendar.objects.allowing(actor, Right.MANAGE).values("pk")
    public = Q(secrecy=CalendarObject.Secrecy.PUBLIC)
    own = roles.mine(actor.user) | Q(calendar__in=managed)
    return CalendarObject.objects.visible_to(actor).filter(public | own)


def objects(actor: Actor, found: Mine) -> Any:
    """Return the living objects of the calendar that the person finds, seen whole or as busy (`roles.sight`)."""
    seen = roles.seen(found.mask, actor.user)
    return CalendarObject.objects.filter(seen, calendar=found.calendar, deleted_at=None)


_OF_OBJECT = [field for field in CalendarObject._meta.concrete_fields if field.name != "text"]
_ENTRY = f"""SELECT {", ".join(f"e.{field.column}" for field in _OF_OBJECT)} FROM calendars_calendar c
 JOIN spaces_space s ON s.id = c.space_id JOIN calendars_calendarobject e ON e.calendar_id = c.id
 WHERE e.name = %(entry)s AND e.deleted_at IS NULL AND c.deleted_at IS NULL AND """


def named(actor: Actor, found: Mine, name: str) -> CalendarObject | None:
    """Return the living object of this name that the person finds (`roles.sight`), None where there is none."""
    rows = ask(_ENTRY + "c.id = %(calendar)s", {"calendar": found.calendar.pk, "entry": name})
    return _seen_entry(actor, found, rows)


def _seen_entry(actor: Actor, found: Mine, rows: list[tuple[Any, ...]]) -> CalendarObject | None:
    for row in rows:
        there = CalendarObject.from_db("default", [field.attname for field in _OF_OBJECT], row)
        there.calendar = found.calendar
        seen = roles.sight(found.mask, actor.user, there.secrecy, there.created_by_id)
        return there if seen is not roles.Sight.NOTHING else None
    return None


def bytes_of(user: int) -> int:
    """Return how many bytes the entries of the person's own calendars take."""
    rows = CalendarObject.objects.living().filter(calendar__space__owner=user)
    return int(rows.aggregate(all=Sum("size"))["all"] or 0)


def todos(rows: QuerySet[CalendarObject]) -> QuerySet[CalendarObject]:
    """Return those of the objects that are tasks."""
    return rows.filter(component=Component.TASK)


@dataclass(frozen=True)
class Changes:
    """What changed in a calendar since a moment of its clock: `rows` (of `ROW`) seen by who asks, and `gone` names.

    `seq`, `last`: the clock and the id of the last object told, to go on from; `whole`: nothing is left to tell.
    """

    rows: list[tuple[Any, ...]]
    gone: list[str]
    seq: int
    last: int
    whole: bool


def changes(actor: Actor, found: Mine, since: int, last: int, most: int | None, *, old: int) -> Changes:
    """Return what changed after `since` (of that moment itself: behind the object `last`), at most `most`, in order.

    `old`: what went until then is not told: whoever asks has never heard of it (RFC 6578, 3.4: an initial report tells
    nothing removed). What the person does not see any more counts as gone. Each deletion moves the clock by itself, so
    an answer that ends with one goes on behind its moment.
    """
    objects = CalendarObject.objects.filter(calendar=found.calendar, deleted_at=None)
    later = Q(seq__gt=since) | Q(seq=since, id__gt=last) if last else Q(seq__gt=since)
    gone = Gone.objects.filter(calendar=found.calendar, seq__gt=max(since, old)).order_by("seq")
    top = most + 1 if most is not None else None
    told: list[tuple[int, int, Any]] = [
        (row[-1], row[0], row) for row in objects.filter(later).order_by("seq", "id").values_list(*ROW, "seq")[:top]
    ]
    told += [(seq, 0, name) for seq, name in gone.values_list("seq", "name")[:top]]
    told.sort(key=lambda one: one[:2])
    whole = most is None or len(told) <= most
    told = told[:most]
    rows: list[tuple[Any, ...]] = []
    names: list[str] = []
    for seq, _id, row in told:
        if type(row) is str:
            names.append(row)
        elif roles.sight(found.mask, actor.user, row[_SECRECY], row[_MAKER]) is not roles.Sight.NOTHING:
            rows.append(row[:-1])
        elif seq > old:
            names.append(row[1])
    if whole:
        return Changes(rows, names, max(found.calendar.seq, since), 0, True)
    return Changes(rows, names, told[-1][0], told[-1][1], False)


def _mine(actor: Actor, found: Any) -> list[Mine]:
    """Return the calendars with what the person may do and makes of them: two queries, however many."""
    rows = list(found.with_rights(actor).select_related("space", "acl"))
    for row in rows:
        row.mask = roles.held(row.mask, fed=row.fed)
        actor.remember(row, row.mask)
    by_id = _preferences(actor, [row.pk for row in rows])
    user = actor.user.pk if actor.user is not None else None
    return [
        Mine(
            row,
            _mask(actor, row, row.mask),
            by_id.get(row.pk),
            row.space.owner_id is not None and row.space.owner_id == user,
        )
        for row in rows
    ]


def _mask(actor: Actor, calendar: Calendar, mask: int) -> int:
    """Return what the person may do in it: to book is to add (`roles.booking`), for people of the house."""
    return roles.booking(mask, calendar.books) if actor.user is not None else mask


def _preferences(actor: Actor, ids: Collection[int]) -> dict[int, Preference]:
    if actor.user is None or not ids:
        return {}
    return {one.calendar_id: one for one in Preference.objects.filter(user=actor.user, calendar__in=ids)}


def pick(found: Iterable[Mine], ids: Collection[int]) -> list[Mine]:
    """Return those of the calendars whose id is among these."""
    return [one for one in found if one.calendar.pk in ids]
