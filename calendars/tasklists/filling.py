"""Between the form of a task and what it means: what it shows of one, and the changes a filled one asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import filling
from calendars import timing as timings
from calendars.forms import KEEP
from calendars.ical import reading, todos, writing
from calendars.ical.moments import Moment, from_utc
from calendars.ical.parts import Item, Part
from calendars.ical.repeats import Repeat
from calendars.ical.writing import Changes, zoned
from calendars.models import CalendarObject
from calendars.tasklists.form import TaskForm
from calendars.tasklists.queries import Task
from calendars.timing import Timing
from collab.lib.contentlines import Component
from collab.lib.errors import BadInput


@dataclass(frozen=True)
class Filled:
    """What the form shows of a task; `known`: its repetition in words, where the form cannot say it."""

    initial: dict[str, Any]
    repeat: Repeat | None
    known: str
    minutes: list[int]


def of(task: Task, item: Item) -> Filled:
    """Return the form of a task."""
    part = item.parts[0]
    zone = _zone(part)
    begins, due = _shown(part.starts, zone), _shown(part.due, zone)
    repeat, known = _repeat(part)
    minutes = _minutes(part)
    done = not todos.is_open(part) and part.status != "CANCELLED"
    initial: dict[str, Any] = {
        "title": part.summary,
        "calendar": task.mine.calendar.pk,
        "first": begins[0], "begins": begins[1], "last": due[0], "ends": due[1], "zone": zone,
        "text": part.description,
        "place": part.location,
        "priority": part.priority,
        "status": "COMPLETED" if done else part.status or "NEEDS-ACTION",
        "percent": part.percent,
        "categories": ", ".join(part.categories),
        "secrecy": "" if part.klass == "PUBLIC" else "CONFIDENTIAL" if part.klass == "CONFIDENTIAL" else "PRIVATE",
        "reminders": minutes,
        "interval": 1,
        "days": [],
    }  # fmt: skip
    if known:
        initial["repeat"] = KEEP
    elif repeat is not None:
        initial |= filling.repeating(repeat)
    return Filled(initial, repeat, known, minutes)


def _zone(part: Part) -> str:
    """Return the zone in which its hours are shown: its own where that is one of IANA, "" for none."""
    anchor = part.due or part.starts
    if anchor is None or anchor.is_date:
        return str(timezone.get_current_timezone())
    return "" if anchor.is_floating else str(timings.zone_of(anchor, timezone.get_current_timezone()))


def _shown(moment: Moment | None, zone: str) -> tuple[date | None, time | None]:
    if moment is None:
        return None, None
    if moment.is_date:
        return moment.day, None
    local = moment.local if not zone or moment.is_floating else from_utc(moment.utc(ZoneInfo(zone)), ZoneInfo(zone))
    return local.date(), local.time().replace(second=0)


def _repeat(part: Part) -> tuple[Repeat | None, str]:
    """Return what the form can say of how it repeats, else it in words: it counts from the start, else the due."""
    return filling.repeat_of(part, part.starts or part.due)


def _minutes(part: Part) -> list[int]:
    """Return the reminders that the form shows: whole minutes before it is due."""
    lengths = (one.offset.total for one in part.alarms if one.offset is not None and _counts(part, one.from_end))
    return sorted(
        {int(-one.total_seconds() // 60) for one in lengths if one <= timedelta(0) and not one.total_seconds() % 60}
    )


def _counts(part: Part, from_end: bool) -> bool:
    return from_end or part.starts is None


def changes(form: TaskForm, filled: Filled) -> Changes:
    """Return what a filled form says otherwise than the task; nothing where it says the same. Its state is not in it
    (`actions.doing.set_status`), but how many percent are done."""
    data, before = form.cleaned_data, filled.initial
    said = {name: value for name, value in _says(data).items() if value != _says(before).get(name)}
    times = moments(data) if moments(data) != moments(before) else None
    repeat: Any = writing.KEEP
    wanted = wanted_repeat(data)
    if data["repeat"] != KEEP and wanted != filled.repeat:
        repeat = wanted
    edits: tuple[Callable[[Component], bool], ...] = ()
    if sorted(data["reminders"]) != filled.minutes:
        new, old = filling.alarms(data["reminders"]), filling.alarms(filled.minutes)

        def remind(found: Component) -> bool:
            return todos.remind(found, new, old)

        edits = (remind,)
    return Changes(
        says=said,
        times=times,
        repeat=repeat,
        categories=filling.categories(data) if filling.categories(data) != filling.categories(before) else None,
        edits=edits,
    )


def _says(data: dict[str, Any]) -> dict[str, str]:
    priority, percent = data.get("priority") or 0, data.get("percent")
    return {
        "SUMMARY": " ".join(data["title"].split()),
        "DESCRIPTION": (data["text"] or "").replace("\r\n", "\n"),
        "LOCATION": data["place"],
        "CLASS": data["secrecy"],
        "PRIORITY": str(priority) if priority else "",
        "PERCENT-COMPLETE": "" if percent is None else str(percent),
    }


def moments(data: dict[str, Any]) -> tuple[Moment | None, Moment | None]:
    """Return when it begins and when it is due, as they are kept."""
    return _moment(data["first"], data["begins"], data["zone"]), _moment(data["last"], data["ends"], data["zone"])


def _moment(day: date | None, hour: time | None, zone: str) -> Moment | None:
    if day is None:
        return None
    if hour is None:
        return Moment(day)
    local = datetime.combine(day, hour)
    return zoned(local, ZoneInfo(zone)) if zone else Moment(local)


def wanted_repeat(data: dict[str, Any]) -> Repeat | None:
    """Return the repetition that the form says, None for once."""
    day = data["first"] or data["last"]
    return filling.wanted(data, Timing(day, day, None, None, "")) if day is not None else None


def due(day: date | None, at: time | None) -> tuple[Moment | None, Moment | None]:
    """Return the times of a task that is due then, on the clock of who writes."""
    return None, _moment(day, at, str(timezone.get_current_timezone()))


def due_on(row: CalendarObject, day: date | None) -> Changes:
    """Return what lets a task be due on a day, at its hour if it has one, or (None) without a day. Raises BadInput.

    A start that would come after it moves by as much.
    """
    part = reading.read(bytes(row.data)).parts[0]
    starts, model = part.starts, part.due or part.starts
    if day is None:
        if part.rules or part.dates:
            raise BadInput(_("“%(name)s” repeats: it needs a day.") % {"name": part.summary})
        return Changes(times=(starts, None))
    due = _on(model, day)
    if starts is not None and starts.local > due.local:
        starts = _on(starts, day - (model.day - starts.day)) if model is not None else due
    return Changes(times=(starts, due))


def _on(model: Moment | None, day: date) -> Moment:
    """Return a moment on another day, at the same hour."""
    if model is None or model.is_date:
        return Moment(day)
    return Moment(datetime.combine(day, model.local.time()), model.zone, model.tzid)


def given(people: Sequence[todos.Assignee], gone: Sequence[str] = ()) -> Any:
    """Return what of `Changes.edits` gives a task to these people and takes it from those of these addresses."""

    def edit(found: Component) -> bool:
        return todos.assign(found, people, gone)

    return edit
