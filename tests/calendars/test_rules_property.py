"""What ours expands against what recurring-ical-events does, for rules and exceptions made up by hypothesis."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.ical.expanding import bounds, occurrences
from calendars.ical.moments import plain
from calendars.ical.reading import read
from calendars.ical.rules import read_rule, walk
from tests.calendars.ical import BERLIN, events

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _list(values, most=3):
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


MONTHDAYS = _list([*range(1, 32), -1, -2, -7])
NTH = _list([f"{n}{day}" for n in (1, 2, 3, 4, 5, -1, -2) for day in DAYS])
PARTS = {
    "DAILY": {"BYMONTH": _list(range(1, 13)), "BYDAY": _list(DAYS), "BYMONTHDAY": MONTHDAYS},
    "WEEKLY": {"BYMONTH": _list(range(1, 13)), "BYDAY": _list(DAYS), "WKST": st.sampled_from(DAYS)},
    "MONTHLY": {
        "BYMONTH": _list(range(1, 13)), "BYDAY": _list(DAYS) | NTH, "BYMONTHDAY": MONTHDAYS,
        "BYSETPOS": _list([1, 2, -1]),
    },
    "YEARLY": {
        "BYMONTH": _list(range(1, 13)), "BYDAY": _list(DAYS) | NTH, "BYMONTHDAY": MONTHDAYS,
        "BYYEARDAY": _list([1, 60, 100, 200, 366, -1, -100]),
    },
}  # fmt: skip


@st.composite
def rules(draw):
    freq = draw(st.sampled_from(sorted(PARTS)))
    said = {"FREQ": freq}
    if draw(st.booleans()):
        said["INTERVAL"] = str(draw(st.integers(1, 5)))
    if freq == "YEARLY" and draw(st.booleans()):
        said["BYWEEKNO"], said["BYDAY"] = draw(_list([1, 10, 26, 52, 53, -1])), draw(_list(DAYS))
    else:
        names = draw(st.lists(st.sampled_from(sorted(PARTS[freq])), max_size=2, unique=True))
        said |= {name: draw(PARTS[freq][name]) for name in names}
        if set(said) & {"BYSETPOS"} and not set(said) & {"BYDAY", "BYMONTHDAY"}:
            del said["BYSETPOS"]
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if end == "COUNT":
        said["COUNT"] = str(draw(st.integers(1, 40)))
    return said, end == "UNTIL"


@st.composite
def series(draw, whole_days=False):
    """A rule whose start fits it (what comes first otherwise is not defined), and exceptions and further days."""
    said, until = draw(rules())
    day = date(draw(st.integers(2019, 2026)), draw(st.integers(1, 12)), draw(st.integers(1, 28)))
    hour = draw(st.sampled_from([0, 1, 2, 9, 23]))
    if until:
        last = date(2026, 4, 1) + timedelta(days=draw(st.integers(0, 300)))
        said["UNTIL"] = plain(last) if whole_days else plain(datetime(last.year, last.month, last.day, 21, 30)) + "Z"
    body = ";".join(f"{name}={value}" for name, value in said.items())
    return body, day, hour


def _body(rule, day, hour, whole_days):
    if whole_days:
        return f"DTSTART;VALUE=DATE:{plain(day)}\nDTEND;VALUE=DATE:{plain(day + timedelta(days=2))}\nRRULE:{rule}"
    start = plain(datetime(day.year, day.month, day.day, hour, 30))
    return f"DTSTART;TZID=Europe/Berlin:{start}\nDURATION:PT1H\nRRULE:{rule}"


def _theirs(data):
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(SINCE, UNTIL)
    moments = [one["DTSTART"].dt for one in found]
    return sorted(one if type(one) is date else one.astimezone(UTC) for one in moments)


def _ours(data):
    found = occurrences(read(data), SINCE, UNTIL, UTC)
    return [one.starts.value if one.all_day else one.starts_utc for one in found]


def _first(rule, day, hour):
    """Return the first day after `day` that fits the rule; None when it has none in ten years or ended before.

    A start that its rule does not have is where programs differ: ours counts it.
    """
    start = datetime(day.year, day.month, day.day, hour, 30)
    plainly = ";".join(one for one in rule.split(";") if not one.startswith(("UNTIL", "COUNT")))
    found = walk(read_rule(plainly), start, None, datetime(2036, 1, 1))
    first = next((one.date() for one in found if one > start), None)
    until = rule.partition("UNTIL=")[2][:8]
    return None if first is None or (until and plain(first) >= until) else first


@settings(max_examples=60, deadline=None)
@given(series(), st.booleans())
def test_timed_series(found, moved):
    rule, day, hour = found
    day = _first(rule, day, hour)
    if day is None:
        return
    bodies = [_body(rule, day, hour, False)]
    ours = _ours(events(*bodies))
    if ours and moved:
        name = plain(ours[0].replace(tzinfo=None))
        bodies.append(f"RECURRENCE-ID:{name}Z\nDTSTART;TZID=Europe/Berlin:20260715T100000\nDURATION:PT2H")
        ours = _ours(events(*bodies))
    assert ours == _theirs(events(*bodies))


@settings(max_examples=40, deadline=None)
@given(series(), st.integers(0, 5), st.integers(-30, 30), st.integers(1, 3))
def test_this_and_all_that_follow(found, which, hours, length):
    rule, day, hour = found
    day = _first(rule, day, hour)
    if day is None:
        return
    body = _body(rule, day, hour, False)
    ours = _ours(events(body))
    if len(ours) <= which:
        return
    name = ours[which]
    aware = name.astimezone(BERLIN) + timedelta(hours=hours)
    if aware.utcoffset() != name.astimezone(BERLIN).utcoffset():
        return  # whether what follows moves by the clock (ours) or by the hour is said nowhere
    moved = aware.replace(tzinfo=None)
    override = f"RECURRENCE-ID;RANGE=THISANDFUTURE:{plain(name.replace(tzinfo=None))}Z\n"
    override += f"DTSTART;TZID=Europe/Berlin:{plain(moved)}\nDURATION:PT{length}H"
    assert _ours(events(body, override)) == _theirs(events(body, override))


@settings(max_examples=40, deadline=None)
@given(series(whole_days=True), st.integers(0, 300))
def test_series_of_days(found, without):
    rule, day, hour = found
    day = _first(rule, day, hour)
    if day is None:
        return
    body = _body(rule, day, hour, True)
    body += f"\nEXDATE;VALUE=DATE:{plain(date(2026, 3, 1) + timedelta(days=without))}\nRDATE;VALUE=DATE:20260802"
    assert _ours(events(body)) == _theirs(events(body))


@settings(max_examples=60, deadline=None)
@given(series(), st.integers(0, 2000), st.integers(1, 400))
def test_a_window_shows_what_the_whole_shows(found, after, length):
    """Moving a rule to the span that is asked changes nothing; nothing lies outside the bounds."""
    rule, day, hour = found
    item = read(events(_body(rule, day, hour, False)))
    since = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=after)
    until = since + timedelta(days=length)
    whole = occurrences(item, datetime(2018, 1, 1, tzinfo=UTC), until, BERLIN)
    part = occurrences(item, since, until, BERLIN)
    assert part == [one for one in whole if one.ends_utc > since]
    first, last = bounds(item, BERLIN)
    assert first is not None
    assert all(one.starts_utc >= first and (last is None or one.ends_utc <= last) for one in whole)
