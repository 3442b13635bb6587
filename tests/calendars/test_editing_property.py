"""Series that are changed: what was not asked to change takes place as before, and stands as it was written."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.ical.editing import change_all, change_following, change_one, without_following, without_one
from calendars.ical.expanding import occurrences
from calendars.ical.moments import plain
from calendars.ical.reading import read
from calendars.ical.writing import Changes, zoned
from collab.lib.contentlines import escape
from collab.lib.contentlines import read as read_lines
from tests.calendars.ical import BERLIN, at, events

NOW = at(2026, 11, 26, 12)
SPAN = (at(2025, 1, 1), at(2028, 1, 1))
RULES = [
    "FREQ=DAILY;COUNT=12", "FREQ=WEEKLY;COUNT=9;BYDAY=MO,WE,SU", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20261120T120000Z",
    "FREQ=DAILY;INTERVAL=9;UNTIL=20261120T120000Z",
    "FREQ=MONTHLY;COUNT=5", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4", "FREQ=YEARLY;COUNT=2",
]  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=90)


@st.composite
def series(draw):
    """A series in a zone or of days, with lines of its own, some exceptions and overrides."""
    days = draw(st.booleans())
    start = datetime(2026, draw(st.integers(2, 11)), draw(st.integers(1, 28)), draw(st.integers(0, 23)), 30)
    form = f";VALUE=DATE:{plain(start.date())}" if days else f";TZID=Europe/Berlin:{plain(start)}"
    own = "\n".join(
        f"X-OWN-{number};A=b:{escape(text)}" for number, text in enumerate(draw(st.lists(TEXT, max_size=3)))
    )
    body = f"SUMMARY:{escape(draw(TEXT))}\nDTSTART{form}\nDURATION:P1D\nRRULE:{draw(st.sampled_from(RULES))}\n{own}"
    names = [one.recurrence_id for one in _found(events(body))]
    taken = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    bodies = [body]
    for name in taken:
        value = ";VALUE=DATE:" if days else ":"
        if draw(st.booleans()) and name != names[0]:
            bodies[0] += f"\nEXDATE{value}{name}"
        else:
            moved = "20270105" if days else "20270105T101500Z"
            bodies.append(f"RECURRENCE-ID{value}{name}\nDTSTART{value}{moved}\nSUMMARY:moved")
    data = events(*bodies)
    return data if draw(st.booleans()) else data.replace(b"\r\n", b"\n")


def _found(data):
    return occurrences(read(data), *SPAN, BERLIN)


def _told(data):
    return [(one.recurrence_id, one.starts_utc, one.ends_utc, one.part.summary) for one in _found(data)]


def _raws(found):
    for one in found.inside:
        yield from _raws(one) if hasattr(one, "inside") else [one.raw]


@settings(max_examples=40, deadline=None)
@given(series(), TEXT)
def test_all(data, text):
    before, after = _told(data), _told(changed := change_all(data, Changes(says={"LOCATION": text}), now=NOW))
    assert after == before
    left, names = list(_raws(read_lines(data))), (b"LOCATION", b"DTSTAMP", b"LAST-MODIFIED", b"SEQUENCE")
    kept = [raw for raw in _raws(read_lines(changed)) if not raw.startswith(names)]
    assert kept == [raw for raw in left if not raw.startswith(names)]
    assert {part.location for part in read(changed).parts} == {text}


@settings(max_examples=40, deadline=None)
@given(series(), st.data(), TEXT)
def test_one(data, choose, text):
    before = _told(data)
    chosen = choose.draw(st.sampled_from(before))
    changed = change_one(data, chosen[0], Changes(says={"SUMMARY": text}), now=NOW)
    assert _told(changed) == [(*one[:3], text) if one == chosen else one for one in before]
    assert read(changed).problems == ()
    if chosen[3] != "moved":
        assert changed.startswith(data[: data.rindex(b"END:VCALENDAR")])


@settings(max_examples=40, deadline=None)
@given(series(), st.data())
def test_following(data, choose):
    """Two series say together what one said; the first of the second is in its place again, had it been moved."""
    before = _told(data)
    chosen = choose.draw(st.sampled_from(before))
    old, new = change_following(data, chosen[0], Changes(), now=NOW, uid="new")
    together = Counter(one[1:3] for one in [*_told(old), *(_told(new) if new else [])])
    kept = before if chosen[3] != "moved" or not new else [one for one in before if one != chosen]
    assert together >= Counter(one[1:3] for one in kept)
    assert together.total() == len(before)
    left = without_following(data, chosen[0], now=NOW)
    assert (_told(left) if left else []) == (_told(old) if new else [])


@settings(max_examples=40, deadline=None)
@given(series(), st.data())
def test_without_one(data, choose):
    before = _told(data)
    chosen = choose.draw(st.sampled_from(before))
    left = without_one(data, chosen[0], now=NOW)
    assert _told(left) == [one for one in before if one != chosen]


@settings(max_examples=40, deadline=None)
@given(series(), st.integers(-72, 72))
def test_moved(data, hours):
    """A series that moves takes all along that stood in its place, and its weekdays."""
    item = read(data)
    if item.master.all_day:
        return
    start = item.master.starts.local + timedelta(hours=hours)
    moved = change_all(data, Changes(times=(zoned(start, BERLIN), zoned(start + timedelta(hours=1), BERLIN))), now=NOW)
    before = [one for one in _found(data) if one.part.summary != "moved"]
    after = [one for one in _found(moved) if one.part.summary != "moved"]
    freq = item.master.rules[0].freq
    if freq in {"DAILY", "WEEKLY"} or start.date() == item.master.starts.day:
        assert [one.starts.local for one in after] == [one.starts.local + timedelta(hours=hours) for one in before]
    assert len(read(moved).parts) == len(item.parts)
    assert read(moved).problems == ()
