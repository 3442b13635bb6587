"""When a bookable calendar may be booked, by what its managers set: hours, notice, lengths. No page, no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calendars import wording
from calendars.models.booking import DAY, Bookable
from calendars.refusals import OutOfRules


@dataclass(frozen=True, order=True)
class Span:
    """From a moment to a later one, both aware."""

    starts: datetime
    ends: datetime
    all_day: bool = False


def check(found: Bookable, span: Span, zone: tzinfo, now: datetime) -> None:
    """Raise OutOfRules, in words that say what may be booked, unless the span may be."""
    short, long = sorted(_lasts(span, zone))
    if long < found.shortest:
        raise OutOfRules(_("A booking lasts %(time)s at least.") % {"time": length(found.shortest)})
    if found.longest and short > found.longest:
        raise OutOfRules(_("A booking lasts %(time)s at most.") % {"time": length(found.longest)})
    if span.starts < now:
        raise OutOfRules(_("This time is over already. Choose a later one."))
    if span.starts < now + timedelta(minutes=found.notice):
        raise OutOfRules(_("Book %(time)s ahead at least.") % {"time": length(found.notice)})
    last = now + timedelta(days=found.ahead)
    if span.ends > last:
        day = formats.date_format(timezone.localtime(last), "DATE_FORMAT")
        raise OutOfRules(_("It can be booked until %(day)s.") % {"day": day})
    if (closed := first_closed(found, span, zone)) is not None:
        raise OutOfRules(said(found, closed))


def _lasts(span: Span, zone: tzinfo) -> tuple[float, float]:
    """Return the minutes that pass, and those by the clock: a day on which clocks change has 24 hours, too."""
    begins, ends = (at.astimezone(zone).replace(tzinfo=None) for at in (span.starts, span.ends))
    return (span.ends - span.starts) / timedelta(minutes=1), (ends - begins) / timedelta(minutes=1)


def first_closed(found: Bookable, span: Span, zone: tzinfo) -> date | None:
    """Return the first day on whose opening hours the span does not fit, None where all fits.

    A room is used all the time between; a vehicle is fetched and brought back while somebody is there. What takes whole
    days fits on every day that has hours.
    """
    if not found.hours:
        return None
    days = list(_days(span, zone))
    if found.kind != Bookable.Kind.ROOM and not span.all_day:
        (first, begins, _to), (last, _from, ends) = days[0], days[-1]
        days = [(first, begins, begins), (last, ends, ends)]
    for day, begins, ends in days:
        hours = of_day(found, day)
        if hours is None or not (span.all_day or hours[0] <= begins <= ends <= hours[1]):
            return day
    return None


def of_day(found: Bookable, day: date) -> tuple[int, int] | None:
    """Return when it opens and closes on a day, in minutes from midnight; None for closed."""
    if not found.hours:
        return 0, DAY
    hours = found.hours.get(str(day.weekday()))
    return (hours[0], hours[1]) if hours else None


def said(found: Bookable, day: date) -> str:
    """Say when it is open on such a day."""
    hours = of_day(found, day)
    weekday = wording.weekday(day.weekday())
    if hours is None:
        return _("It is closed then (%(day)s). Choose another day.") % {"day": weekday}
    return _("It is open from %(opens)s to %(closes)s then (%(day)s).") % {
        "opens": clock(hours[0]), "closes": clock(hours[1]), "day": weekday,
    }  # fmt: skip


def clock(minutes: int) -> str:
    """“8:00”, “24:00”."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def length(minutes: int) -> str:
    """“45 minutes”, “2 hours”, “3 days”, as people say it."""
    if minutes and minutes % DAY == 0:
        return ngettext("%(count)d day", "%(count)d days", minutes // DAY) % {"count": minutes // DAY}
    if minutes and minutes % 60 == 0:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    if minutes > 60:
        return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _days(span: Span, zone: tzinfo) -> Iterator[tuple[date, int, int]]:
    """Yield each day that the span touches, with the minutes of it on the clock of the zone; midnight ends a day."""
    first, last = span.starts.astimezone(zone), span.ends.astimezone(zone)
    day = first.date()
    while True:
        begins = minute(first) if day == first.date() else 0
        if last.date() == day or (last.date() == day + timedelta(days=1) and not _seconds(last)):
            yield day, begins, minute(last) if last.date() == day else DAY
            return
        yield day, begins, DAY
        day += timedelta(days=1)


def minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _seconds(moment: datetime) -> int:
    return minute(moment) * 60 + moment.second


def free_around(found: Bookable, span: Span) -> tuple[datetime, datetime]:
    """Return the span with what is left free before and after it."""
    return span.starts - timedelta(minutes=found.before), span.ends + timedelta(minutes=found.after)


def to_store(days: dict[int, tuple[int, int]]) -> dict[str, Any]:
    """Return hours as they are kept."""
    return {str(day): [opens, closes] for day, (opens, closes) in sorted(days.items())}
