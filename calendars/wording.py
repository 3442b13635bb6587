"""How often something repeats, and when a reminder rings, in words."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from calendars.ical.parts import Alarm, Part
from calendars.ical.rules import Rule

_MONDAY = date(2024, 1, 1)
_PLAIN = {"DAILY": (), "WEEKLY": (), "MONTHLY": ("BYMONTHDAY",), "YEARLY": ("BYMONTH", "BYMONTHDAY")}


def repeats(part: Part) -> str:
    """Return “Every week on Monday and Thursday, until 12 December 2026”, "" for what does not repeat."""
    if not part.rules and not part.dates:
        return ""
    rule = part.rules[0] if len(part.rules) == 1 else None
    if rule is None or part.dates or part.exception_rules:
        return _("Repeats on several dates")
    text = _rhythm(rule)
    if rule.count is not None:
        text += ", " + ngettext("%(count)d time", "%(count)d times", rule.count) % {"count": rule.count}
    elif rule.until is not None:
        whole = pgettext("Django date format", "j F Y")
        text += ", " + _("until %(day)s") % {"day": formats.date_format(rule.until.date(), whole)}
    return capfirst(text)


def _rhythm(rule: Rule) -> str:
    """Return the rhythm; one that needs more than a line is said to have its own."""
    every = _every(rule)
    known = all(name in _PLAIN.get(rule.freq, ()) for name, _values in rule.by)
    if not every or not known:
        return _("repeats in a rhythm of its own")
    if rule.freq == "WEEKLY" and rule.days:
        return pgettext("“every week” on “Monday and Thursday”", "%(every)s on %(days)s") % {
            "every": every, "days": _days(sorted(day for day, _which in rule.days)),
        }  # fmt: skip
    if rule.freq == "MONTHLY" and rule.days:
        if len(rule.days) != 1 or rule.by or rule.days[0][1] not in _ORDINALS:
            return _("repeats in a rhythm of its own")
        day, which = rule.days[0]
        return f"{every}, {_ORDINALS[which]() % {'day': weekday(day)}}"
    if rule.days:
        return _("repeats in a rhythm of its own")
    said = dict(rule.by)
    if rule.freq == "MONTHLY" and said.get("BYMONTHDAY") == (-1,):
        return f"{every}, {_('on its last day')}"
    if rule.freq == "MONTHLY" and len(said.get("BYMONTHDAY", ())) == 1 and said["BYMONTHDAY"][0] > 0:
        return f"{every}, {_('on day %(day)d') % {'day': said['BYMONTHDAY'][0]}}"
    return every


def _every(rule: Rule) -> str:
    count = {"count": rule.interval}
    if rule.freq == "DAILY":
        return npgettext("repeats", "every day", "every %(count)d days", rule.interval) % count
    if rule.freq == "WEEKLY":
        return npgettext("repeats", "every week", "every %(count)d weeks", rule.interval) % count
    if rule.freq == "MONTHLY":
        return npgettext("repeats", "every month", "every %(count)d months", rule.interval) % count
    if rule.freq == "YEARLY":
        return npgettext("repeats", "every year", "every %(count)d years", rule.interval) % count
    return ""


_ORDINALS = {
    1: lambda: _("on the first %(day)s"), 2: lambda: _("on the second %(day)s"), 3: lambda: _("on the third %(day)s"),
    4: lambda: _("on the fourth %(day)s"), 5: lambda: _("on the fifth %(day)s"), -1: lambda: _("on the last %(day)s"),
}  # fmt: skip


def ordinal(which: int, day: int) -> str:
    """Return “on the last Tuesday”."""
    return _ORDINALS[which]() % {"day": weekday(day)}


def weekday(number: int) -> str:
    """Return the name of a day of the week, 0 for Monday."""
    return formats.date_format(_MONDAY + timedelta(days=number), "l")


def _days(numbers: list[int]) -> str:
    names = [weekday(number) for number in numbers]
    if len(names) == 1:
        return names[0]
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def reminder(alarm: Alarm) -> str:
    """Return “15 minutes before”, as it stands among the facts of an event."""
    if alarm.offset is None or alarm.from_end:
        return _("At a time of its own")
    minutes = int(-alarm.offset.total.total_seconds() // 60)
    return before(minutes) if minutes >= 0 else _("After it began")


def before(minutes: int) -> str:
    """Return so many minutes before the start in words."""
    if minutes == 0:
        return _("When it begins")
    for size, one in ((7 * 1440, _weeks), (1440, _day_count), (60, _hour_count)):
        if minutes % size == 0:
            return one(minutes // size)
    return ngettext("%(count)d minute before", "%(count)d minutes before", minutes) % {"count": minutes}


def _weeks(count: int) -> str:
    return ngettext("%(count)d week before", "%(count)d weeks before", count) % {"count": count}


def _day_count(count: int) -> str:
    return ngettext("%(count)d day before", "%(count)d days before", count) % {"count": count}


def _hour_count(count: int) -> str:
    return ngettext("%(count)d hour before", "%(count)d hours before", count) % {"count": count}
