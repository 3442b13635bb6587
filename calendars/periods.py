"""What a page of the calendar covers: a day, a week, a month, a year or what comes next, and how one goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo

from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from collab.lib import french

VIEWS: dict[str, str | Promise] = {
    "day": pgettext_lazy("calendar", "Day"),
    "week": pgettext_lazy("calendar", "Week"),
    "month": pgettext_lazy("calendar", "Month"),
    "list": pgettext_lazy("calendar", "List"),
    "workweek": gettext_lazy("Work week"),
    "year": pgettext_lazy("calendar", "Year"),
}
LISTED = 60
"""A list shows so many days; the next page goes on where it ended, whatever the month."""


@dataclass(frozen=True)
class Period:
    """`first` to `last`, both shown; `day` is the one it was asked for. `before`, `after`: the days to go on with."""

    view: str
    day: date
    first: date
    last: date
    before: date
    after: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        days = self.days
        return [days[start : start + 7] for start in range(0, len(days), 7)]

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the moments at which the first day begins and the last one has ended."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def title(self) -> str:
        """Say what it is: “23 – 29 November 2026”."""
        if self.view == "day":
            return capfirst(formats.date_format(self.day, pgettext("Django date format", "l j F Y")))
        if self.view == "month":
            return capfirst(formats.date_format(self.day, "F Y"))
        return self._spans(
            pgettext("day and month in full, Django date format", "j F"), pgettext("Django date format", "j F Y")
        )

    def brief(self) -> str:
        """Say it where there is little room: “23 – 29 Nov. 2026”."""
        if self.view == "day":
            return capfirst(formats.date_format(self.day, pgettext("Django date format", "D j N Y")))
        if self.view == "month":
            return self.title()
        return self._spans(pgettext("Django date format", "j N"), pgettext("Django date format", "j N Y"))

    def _spans(self, part: str, whole: str) -> str:
        if self.view == "year":
            return str(self.day.year)
        if self.view == "list":
            return _("From %(day)s") % {"day": formats.date_format(self.day, whole)}
        if self.first.year != self.last.year:
            first = formats.date_format(self.first, whole)
        elif self.first.month != self.last.month:
            first = formats.date_format(self.first, part)
        else:
            first = french.number(self.first)
        return f"{first} – {formats.date_format(self.last, whole)}"


def period(view: str, day: date) -> Period:
    """Return the page of this view on which the day is."""
    day = min(max(day, date(MINYEAR + 2, 1, 1)), date(MAXYEAR - 2, 12, 31))
    one = timedelta(days=1)
    if view == "day":
        return Period(view, day, day, day, day - one, day + one)
    if view == "list":
        return Period(
            view, day, day, day + timedelta(days=LISTED - 1), day - timedelta(days=LISTED), day + timedelta(days=LISTED)
        )
    if view == "year":
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        return Period(view, day, first, last, months_on(day, -12), months_on(day, 12))
    if view == "month":
        begins = day.replace(day=1)
        ends = months_on(begins, 1) - one
        return Period(view, day, week_of(begins), week_of(ends) + 6 * one, months_on(day, -1), months_on(day, 1))
    first = day - timedelta(days=day.weekday()) if view == "workweek" else week_of(day)
    return Period(view, day, first, first + (4 if view == "workweek" else 6) * one, day - 7 * one, day + 7 * one)


def first_weekday() -> int:
    """Return the day with which weeks begin where the reader is, 0 for Monday."""
    return (int(formats.get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def week_of(day: date) -> date:
    """Return the first day of its week."""
    return day - timedelta(days=(day.weekday() - first_weekday()) % 7)


def months_on(day: date, count: int) -> date:
    """Return the same day so many months on, or the last of a month that has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the moment at which a day begins, also where clocks change at midnight."""
    return datetime.combine(day, time(), zone)


def day_of(text: str, today: date) -> date:
    """Return the day of an address, today where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
