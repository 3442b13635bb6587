"""How something repeats, as people say it: every two weeks on Tuesday and Thursday until the summer.

What a rule of iCalendar can say beyond that stays as it was written; `said` returns None for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from calendars.ical.moments import Moment, from_utc, plain, stamp, to_utc
from calendars.ical.rules import Rule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass(frozen=True, slots=True)
class Repeat:
    """`days`: of the week from Monday 0 (weekly). `nth`: (1 to 5 or -1, day of the week), else the day of the month.

    Ends after `count` times, or on the day `until` (which counts), or never.
    """

    freq: str
    interval: int = 1
    days: tuple[int, ...] = ()
    nth: tuple[int, int] | None = None
    count: int | None = None
    until: date | None = None

    def rule(self, starts: Moment) -> str:
        """Return the value of RRULE for something that starts then."""
        said = [f"FREQ={self.freq}"]
        if self.interval > 1:
            said.append(f"INTERVAL={self.interval}")
        if self.freq == "WEEKLY" and self.days:
            said.append("BYDAY=" + ",".join(DAYS[day] for day in sorted(self.days)))
        elif self.freq == "MONTHLY" and self.nth:
            said.append(f"BYDAY={self.nth[0]}{DAYS[self.nth[1]]}")
        elif self.freq == "YEARLY" and self.nth:
            said.append(f"BYMONTH={starts.day.month};BYDAY={self.nth[0]}{DAYS[self.nth[1]]}")
        if self.count:
            said.append(f"COUNT={self.count}")
        elif self.until:
            said.append(f"UNTIL={last(starts, self.until)}")
        return ";".join(said)


def last(starts: Moment, day: date) -> str:
    """Return the value of UNTIL for the end of a local day, in the form that the start wants (RFC 5545, 3.3.10)."""
    if starts.is_date:
        return plain(day)
    end = datetime.combine(day, time(23, 59, 59))
    return plain(end) if starts.zone is None else stamp(to_utc(end, starts.zone))


def before(starts: Moment, local: datetime) -> str:
    """Return the value of UNTIL that leaves out the occurrence at this local time and all after it."""
    if starts.is_date:
        return plain((local - timedelta(days=1)).date())
    end = local - timedelta(seconds=1)
    return plain(end) if starts.zone is None else stamp(to_utc(end, starts.zone))


def ending(rule: str, until: str = "", count: int = 0) -> str:
    """Return a rule as written, with another end."""
    kept = [one for one in rule.strip().rstrip(";").split(";") if one.partition("=")[0].strip().upper() not in _ENDS]
    return ";".join([*kept, *([f"UNTIL={until}"] if until else []), *([f"COUNT={count}"] if count else [])])


_ENDS = {"UNTIL", "COUNT"}


def said(rule: Rule, starts: Moment) -> Repeat | None:
    """Return the rule as people say it, None when it says more than that."""
    if rule.freq not in FREQUENCIES or (rule.week_start and rule.interval > 1 and len(rule.days) > 1):
        return None
    parts = dict(rule.by)
    day, nth = starts.day, None
    if rule.freq == "YEARLY" and parts.pop("BYMONTH", (day.month,)) != (day.month,):
        return None
    if rule.freq in {"MONTHLY", "YEARLY"}:
        if parts.pop("BYMONTHDAY", (day.day,)) != (day.day,):
            return None
        if rule.days:
            which = parts.pop("BYSETPOS", (rule.days[0][1],))
            if len(rule.days) > 1 or len(which) > 1 or which[0] not in (1, 2, 3, 4, 5, -1):
                return None
            if rule.freq == "YEARLY" and not rule.has("BYMONTH"):
                return None
            nth = (which[0], rule.days[0][0])
    elif rule.days and (rule.freq == "DAILY" or any(nth for _day, nth in rule.days)):
        return None
    if parts or (nth and rule.has("BYMONTHDAY")):
        return None
    until = rule.until
    if until is not None and rule.until_utc and starts.zone is not None:
        until = from_utc(until.replace(tzinfo=UTC), starts.zone)
    days = tuple(sorted(day for day, _nth in rule.days)) if rule.freq == "WEEKLY" else ()
    return Repeat(rule.freq, rule.interval, days, nth, rule.count, until.date() if until else None)


def shifted(found: Repeat, old: Moment, new: Moment) -> Repeat:
    """Return the repetition of a series that was moved to another start: its weekdays move along, its end does not."""
    away = (new.day - old.day).days
    days = tuple(sorted({(day + away) % 7 for day in found.days}))
    nth = found.nth
    if nth is not None and away:
        which = (
            -1 if nth[0] == -1 and (new.day + timedelta(days=7)).month != new.day.month else (new.day.day - 1) // 7 + 1
        )
        nth = (which, new.day.weekday())
    return Repeat(found.freq, found.interval, days, nth, found.count, found.until)
