"""What the pages of the calendar are drawn from: places of events in grids, rules of style for them, words beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from calendars import colours, layout, periods
from calendars.models import Component
from calendars.queries import Mine
from calendars.ranges import Found, Happens
from calendars.timing import Timing

LANES = 4
"""Lines of a day of the month; what does not fit is a number that leads to the day."""
FIRST = {"month": LANES, "year": 1}
"""{view: how many of what lies within one day it needs (`ranges.between`)}; the others are a number there."""
COLUMNS = {"week": 6, "day": 12}
"""{view: how many stand side by side}: what is narrower cannot be read; the others are a number."""
_PLACE = "#{id}{{inset-block-start:{top}%;block-size:{height}%;inset-inline-start:{start}%;inline-size:{width}%}}"


@dataclass(frozen=True)
class Shown:
    """One event as the templates draw it; `id`: of its element; `hue`: the name under which its colour is known."""

    id: str
    title: str
    place: str
    url: str
    hue: str
    hours: str
    said: str
    classes: str
    happens: Happens
    recurring: bool
    place_in: Any = None


@dataclass
class Page:
    """All that stands in the grid, and the rules of its style, one for each place."""

    period: periods.Period
    zone: tzinfo
    today: date
    rules: list[str] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    weeks: list[dict[str, Any]] = field(default_factory=list)
    band: list[Shown] = field(default_factory=list)
    lanes: int = 0
    count: int = 0

    def style(self) -> SafeString:
        """Return the rules; numbers and names of ours alone stand in them."""
        return style(self.rules)


def style(rules: Iterable[str]) -> SafeString:
    """Return rules for a page's block of style."""
    return mark_safe("".join(rules))  # noqa: S308


def hue_rules(calendars: Iterable[Mine]) -> list[str]:
    """Return what colour each calendar has, by the name of its hue: the stylesheet makes all tones of it."""
    return ["[data-hue={}]{{--hue:{};--chroma:{}}}".format(hue(one), *colours.tone(one.color)) for one in calendars]


def hue(calendar: Mine) -> str:
    return f"c{calendar.calendar.pk}"


def draw(found: Found, period: periods.Period, zone: tzinfo, today: date, back: str) -> Page:
    """Return the page of a period; `back`: its address, to which event pages lead back."""
    page = Page(period, zone, today, count=len(found))
    local = [layout.local(one, zone) for one in found]
    if period.view == "month":
        _month(page, local, back, found.more)
    elif period.view == "list":
        _list(page, local, back)
    elif period.view == "year":
        _year(page, local, found.more)
    else:
        _hours(page, local, back)
    return page


def _hours(page: Page, found: list[layout.Local], back: str) -> None:
    band = layout.bars(found, page.period.days, band_only=True)
    page.lanes = max((bar.lane + 1 for bar in band), default=0)
    page.band = [shown(bar.local, f"b{number}", back, bar) for number, bar in enumerate(band)]
    most = COLUMNS.get(page.period.view, COLUMNS["week"])
    for column, day in enumerate(page.period.days):
        pieces, besides = layout.narrowed(layout.pieces(found, day), most)
        names = [f"p{column}-{number}" for number in range(len(pieces) + len(besides))]
        places: list[Any] = [*pieces, *besides]
        page.rules += map(_placed, names, places)
        events = [shown(piece.local, name, back, piece) for name, piece in zip(names, pieces, strict=False)]
        more = [(name, one.count) for name, one in zip(names[len(pieces) :], besides, strict=True)]
        page.days.append(_day(page, day) | {"events": events, "besides": more})


def _placed(name: str, piece: layout.Piece | layout.Besides) -> str:
    """Return the rule that puts this among the hours of its day."""
    width = 100 / piece.columns
    return _PLACE.format(
        id=name,
        top=_percent(100 * piece.begins / layout.DAY),
        start=_percent(width * piece.column),
        height=_percent(100 * (piece.ends - piece.begins) / layout.DAY),
        width=_percent(width),
    )


def _month(page: Page, found: list[layout.Local], back: str, besides: dict[date, int]) -> None:
    month = page.period.day.month
    for row, days in enumerate(page.period.weeks):
        placed = layout.bars(found, days)
        hidden = layout.more(placed, 7, LANES)
        visible = [bar for bar in placed if bar.lane < LANES]
        page.weeks.append(
            {
                "days": [
                    _day(page, day) | {"is_out": day.month != month, "more": count + besides.get(day, 0)}
                    for day, count in zip(days, hidden, strict=True)
                ],
                "number": days[0 if days[0].weekday() == 0 else 1].isocalendar().week,
                "events": [shown(bar.local, f"m{row}-{number}", back, bar) for number, bar in enumerate(visible)],
            }
        )


def _list(page: Page, found: list[layout.Local], back: str) -> None:
    by_day: dict[date, list[layout.Local]] = {}
    for one in found:
        by_day.setdefault(max(one.first, page.period.first), []).append(one)
    for day, events in sorted(by_day.items()):
        events.sort(key=lambda one: (not one.band, one.starts))
        page.days.append(
            _day(page, day)
            | {"events": [shown(one, f"l{day:%m%d}-{number}", back) for number, one in enumerate(events)]}
        )


def _year(page: Page, found: list[layout.Local], besides: dict[date, int]) -> None:
    counts = dict(besides)
    for one in found:
        day, last = max(one.first, page.period.first), min(one.last, page.period.last)
        while day <= last:
            counts[day] = counts.get(day, 0) + 1
            day = date.fromordinal(day.toordinal() + 1)
    for number in range(1, 13):
        first = page.period.first.replace(month=number)
        page.weeks.append(mini(first, page.today) | {"counts": counts})
        for week in page.weeks[-1]["weeks"]:
            for cell in week:
                cell["count"] = counts.get(cell["day"], 0) if not cell["is_out"] else 0


def mini(day: date, today: date, shown_days: periods.Period | None = None) -> dict[str, Any]:
    """Return a small month: its weeks of days, those of the page marked."""
    month = periods.period("month", day)
    return {
        "first": day.replace(day=1),
        "title": month.title(),
        "name": capfirst(formats.date_format(day, "F")),
        "weekdays": weekdays(month.weeks[0]),
        "before": month.before,
        "after": month.after,
        "weeks": [
            [
                {
                    "day": one,
                    "is_out": one.month != day.month,
                    "is_today": one == today,
                    "is_shown": shown_days is not None and shown_days.view != "month" and shown_days.holds(one),
                }
                for one in week
            ]
            for week in month.weeks
        ],
    }


def weekdays(week: Sequence[date]) -> list[dict[str, str]]:
    """Return the names of the days, whole and as one letter."""
    names = [(formats.date_format(one, "l"), formats.date_format(one, "D")) for one in week]
    return [
        {"name": capfirst(name), "short": capfirst(short.rstrip(".")), "letter": name[0].upper()}
        for name, short in names
    ]


def _day(page: Page, day: date) -> dict[str, Any]:
    return {
        "day": day,
        "name": capfirst(formats.date_format(day, pgettext("day in full, Django date format", "l j F"))),
        "short": capfirst(formats.date_format(day, "D").rstrip(".")),
        "is_today": day == page.today,
    }


def shown(one: layout.Local, name: str, back: str, place: Any = None) -> Shown:
    """Return one event as it is drawn in its place."""
    what: Happens = one.what
    title = title_of(what)
    task = _("Task") if what.component == Component.TASK else ""
    said = ", ".join(part for part in (task, title, when(one), what.location, what.calendar.title) if part)
    classes = [
        "is-tentative" * (what.status == "TENTATIVE"),
        "is-cancelled" * (what.status == "CANCELLED"),
        "is-declined" * what.declined,
        "is-busy" * what.is_busy_only,
        "is-task" * (what.component == Component.TASK),
        "is-done" * (what.component == Component.TASK and what.status == "COMPLETED"),
    ]
    query: dict[str, Any] = {"next": back}
    if what.recurrence_id:
        query = {"at": what.recurrence_id, **query}
    page = "calendars:task" if what.component == Component.TASK else "calendars:event"
    url = f"{reverse(page, args=[what.id])}?{urlencode(query)}"
    return Shown(
        name,
        title,
        what.location,
        url,
        hue(what.calendar),
        hours(one),
        said,
        " ".join(filter(None, classes)),
        what,
        bool(what.recurrence_id),
        place,
    )


def title_of(what: Happens) -> str:
    """Return what it is called: its words, or what is said where they are not for this person."""
    if what.is_busy_only:
        return _("Busy")
    return what.title or _("(no title)")


def hour(moment: datetime) -> str:
    """“9:05”, as everywhere here; written by hand, for a page has hundreds of them."""
    return f"{moment.hour}:{moment.minute:02d}"


def hours(one: layout.Local) -> str:
    """“18:00”, or "" for whole days."""
    return "" if one.what.all_day else hour(one.starts)


def when(one: layout.Local) -> str:
    """“Tuesday 24 November 2026, 18:00 – 19:45”, as a sentence begins."""
    first = _in_full(one.first, get_language())
    if one.what.all_day:
        return capfirst(first if one.first == one.last else f"{first} – {_in_full(one.last, get_language())}")
    text = f"{first}, {hour(one.starts)}"
    if one.ends == one.starts:
        return capfirst(text)
    if one.ends.date() == one.first or (one.ends.date() == one.last and one.first == one.last):
        return capfirst(f"{text} – {hour(one.ends)}")
    return capfirst(f"{text} – {_in_full(one.ends.date(), get_language())}, {hour(one.ends)}")


@lru_cache(maxsize=1000)
def _in_full(day: date, _language: str | None) -> str:
    """Return a day in full; a page names the same few hundreds of times."""
    return formats.date_format(day, pgettext("Django date format", "l j F Y"))


def span_of(timing: Timing) -> str:
    """“Tuesday 24 November 2026, 18:00 – 19:45” of what was just moved there."""
    starts, ends = timing.start, timing.end
    last = timing.last_day if timing.is_whole else ends.date()
    return when(layout.Local(_Whole(timing.is_whole), starts, ends, timing.first_day, last, timing.is_whole))


@dataclass(frozen=True)
class _Whole:
    all_day: bool


def _percent(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
