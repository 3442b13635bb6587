"""Between the form of an event and what it means: what it shows of an event, and the changes a filled one asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from calendars import timing as timings
from calendars import wording
from calendars.actions.arranging import Scope
from calendars.finding import Event
from calendars.forms import KEEP, EventForm
from calendars.ical import repeats, writing
from calendars.ical.moments import Moment
from calendars.ical.parts import Part
from calendars.ical.repeats import Repeat
from calendars.ical.writing import Changes
from calendars.queries import Mine
from calendars.timing import Timing


def empty(
    day: date, begins: time | None, ends: time | None, last: date | None, calendar: Mine | None
) -> dict[str, Any]:
    """Return the form of a new event: with hours from the next whole one, unless said."""
    now = timezone.localtime()
    start = datetime.combine(day, begins or time(min(now.hour + 1, 23)))
    end = datetime.combine(last or day, ends) if ends is not None else start + timedelta(hours=1)
    return {
        "first": day,
        "begins": start.time(),
        "last": end.date(),
        "ends": end.time(),
        "zone": str(timezone.get_current_timezone()),
        "calendar": calendar.calendar.pk if calendar else None,
        "interval": 1,
        "days": [day.weekday()],
    }


@dataclass(frozen=True)
class Filled:
    """What the form shows of an event; `known`: its repetition in words, where the form cannot say it."""

    initial: dict[str, Any]
    timing: Timing
    repeat: Repeat | None
    known: str
    minutes: list[int]


def of(found: Event) -> Filled:
    """Return the form of one time of an event."""
    part, master = found.part, found.item.parts[0]
    shown = timings.of(found.time, timezone.get_current_timezone())
    repeat, known = repeat_of(master, master.starts)
    minutes = _minutes(part)
    initial: dict[str, Any] = {
        "title": part.summary,
        "all_day": shown.is_whole,
        "first": shown.first_day,
        "begins": shown.begins or time(9),
        "last": shown.last_day,
        "ends": shown.ends or time(10),
        "zone": shown.zone,
        "calendar": found.mine.calendar.pk,
        "place": part.location,
        "conference": part.conference,
        "text": part.description,
        "categories": ", ".join(part.categories),
        "secrecy": "" if part.klass == "PUBLIC" else _klass(part.klass),
        "busy": part.transp if part.transp == "TRANSPARENT" else "",
        "reminders": minutes,
        "status": part.status if part.status in {"TENTATIVE", "CANCELLED"} else "",
        "interval": 1,
        "days": [shown.first_day.weekday()],
    }
    if shown.is_whole and not shown.zone:
        initial["zone"] = str(timezone.get_current_timezone())
    if known:
        initial["repeat"] = KEEP
    elif repeat is not None:
        initial |= repeating(repeat) | {"days": list(repeat.days) or initial["days"]}
    return Filled(initial, shown, repeat, known, minutes)


def repeating(repeat: Repeat) -> dict[str, Any]:
    """Return what the form shows of a repetition."""
    return {
        "repeat": repeat.freq,
        "interval": repeat.interval,
        "days": list(repeat.days),
        "nth": "" if repeat.nth is None else "last" if repeat.nth[0] == -1 else "nth",
        "end": "count" if repeat.count else "until" if repeat.until else "",
        "until": repeat.until,
        "count": repeat.count,
    }


def _klass(klass: str) -> str:
    return klass if klass == "CONFIDENTIAL" else "PRIVATE"


def repeat_of(master: Part, starts: Moment | None) -> tuple[Repeat | None, str]:
    """Return what the form can say of how something repeats from its start on, else it in words."""
    if not master.rules and not master.dates:
        return None, ""
    if len(master.rules) == 1 and starts is not None and not master.exception_rules and not master.dates:
        repeat = repeats.said(master.rules[0], starts)
        if repeat is not None:
            weekly = repeat.freq == "WEEKLY" and not repeat.days
            return replace(repeat, days=(starts.day.weekday(),)) if weekly else repeat, ""
    return None, wording.repeats(master)


def _minutes(part: Part) -> list[int]:
    """Return the reminders that the form shows: whole minutes before the start."""
    lengths = (one.offset.total for one in part.alarms if one.offset is not None and not one.from_end)
    return sorted(
        {int(-one.total_seconds() // 60) for one in lengths if one <= timedelta(0) and not one.total_seconds() % 60}
    )


def new(form: EventForm) -> Changes:
    """Return what a new event says, of a form without errors."""
    data = form.cleaned_data
    timing = form.timing
    repeat = wanted(data, timing)
    if repeat is not None and repeat.freq == "WEEKLY" and repeat.days:
        timing = _on_its_day(timing, repeat)
    return Changes(
        says={name: value for name, value in _says(data).items() if value},
        times=timing.moments(),
        categories=categories(data) or None,
        alarms=alarms(data["reminders"]) or None,
        repeat=repeat,
    )


def changes(form: EventForm, found: Event, filled: Filled, scope: Scope) -> Changes:
    """Return what a filled form says otherwise than the event; nothing where it says the same."""
    data, before = form.cleaned_data, filled.initial
    timing = form.timing
    repeat: Any = writing.KEEP
    asked = wanted(data, timing)
    if scope is not Scope.ONE and data["repeat"] != KEEP and asked != filled.repeat:
        repeat = asked
        if asked is not None and asked.freq == "WEEKLY" and asked.days:
            timing = _on_its_day(timing, asked)
    times = None
    if timing != filled.timing:
        whole = scope is Scope.ALL and found.item.recurring
        times = (
            timings.for_all(found.item, filled.timing, timing, timezone.get_current_timezone()) if whole else timing
        ).moments()
    said = {name: value for name, value in _says(data).items() if value != _says(before).get(name)}
    return Changes(
        says=said,
        times=times,
        repeat=repeat,
        categories=categories(data) if categories(data) != categories(before) else None,
        alarms=alarms(data["reminders"]) if sorted(data["reminders"]) != filled.minutes else None,
    )


def _says(data: dict[str, Any]) -> dict[str, str]:
    return {
        "SUMMARY": data["title"],
        "DESCRIPTION": (data["text"] or "").replace("\r\n", "\n"),
        "LOCATION": data["place"],
        "CONFERENCE": data["conference"],
        "CLASS": data["secrecy"],
        "TRANSP": data["busy"],
        "STATUS": data["status"],
    }


def categories(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the words between commas, each once."""
    words = (" ".join(one.split()) for one in data["categories"].split(","))
    return tuple(dict.fromkeys(one for one in words if one))


def alarms(minutes: Iterable[int]) -> tuple[timedelta, ...]:
    """Return reminders so many minutes before."""
    return tuple(timedelta(minutes=-one) for one in sorted(minutes))


def wanted(data: dict[str, Any], timing: Timing) -> Repeat | None:
    """Return the repetition that the form says, None for once."""
    freq = data["repeat"]
    if not freq or freq == KEEP:
        return None
    day = timing.first_day
    nth = None
    if data["nth"] and freq in {"MONTHLY", "YEARLY"}:
        nth = (-1 if data["nth"] == "last" else (day.day - 1) // 7 + 1, day.weekday())
    days = tuple(sorted(set(data["days"]) or {day.weekday()})) if freq == "WEEKLY" else ()
    return Repeat(
        freq,
        data["interval"] or 1,
        days,
        nth,
        data["count"] if data["end"] == "count" else None,
        data["until"] if data["end"] == "until" else None,
    )


def _on_its_day(timing: Timing, repeat: Repeat) -> Timing:
    """Return it on the first of the days of its week that are chosen, if it begins on none of them."""
    away = min((day - timing.first_day.weekday()) % 7 for day in repeat.days)
    return timing.moved(timedelta(days=away)) if away else timing
