"""Making, changing, moving and taking out events on pages: by whom, of which times, and back again."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendars import indexing
from calendars.ical import reading
from calendars.models import CalendarObject, Occurrence
from collab.rights.right import CONTRIBUTOR, READER, WRITER, Right
from tests import town as make
from tests.calendars.calendaring import calendar, personal, put
from tests.files.web import JSON, signed_in, text

pytestmark = pytest.mark.django_db
NEW = "/calendars/events/new/"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _long_ago_is_written_down(monkeypatch):
    """What these tests write in is the December of a year, whichever it is now."""
    monkeypatch.setattr(indexing, "BEFORE", timedelta(days=100_000))


@pytest.fixture
def browser(town):
    make.change(town.alice, time_zone="Europe/Paris")
    return signed_in(town.alice)


@pytest.fixture
def sport(town):
    return calendar(town.alice, town.space)


def sent(into, **more):
    return {
        "title": "Board",
        "first": "2026-12-01",
        "begins": "18:00",
        "last": "2026-12-01",
        "ends": "20:00",
        "calendar": into.pk,
        "zone": "Europe/Paris",
        **more,
    }


def times(row):
    found = Occurrence.objects.filter(event=row).order_by("starts")
    return [f"{one.starts.astimezone(PARIS):%m-%d %H:%M}" for one in found]


def post(browser, row, verb, **data):
    row = CalendarObject.objects.get(pk=row.pk)
    return browser.post(f"/calendars/events/{row.pk}/{verb}/", {"etag": row.etag, **data}, **JSON)


def weekly(who, into):
    return put(who, into, "Choir", datetime(2026, 12, 1, 18), datetime(2026, 12, 1, 20), "RRULE:FREQ=WEEKLY;COUNT=4")


def form_of(browser, row, **query):
    """What the form of an event holds, as a browser would send it again."""
    page = text(browser.get(f"/calendars/events/{row.pk}/edit/", query))
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page):
        name, kind = re.search(r'name="(\w+)"', tag), re.search(r'type="(\w+)"', tag)
        if name is None or tag.startswith("<select"):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        if kind and kind[1] in {"checkbox", "radio"}:
            if "checked" in tag:
                found.setdefault(name[1], []).append(value[1] if value else "on")
        elif tag.startswith("<textarea"):
            found[name[1]] = re.search(re.escape(tag) + r"\s*([^<]*)", page)[1]
        else:
            found[name[1]] = value[1] if value else ""
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def test_an_event_is_made_and_its_undo_takes_it_away(browser, sport):
    assert "What takes place?" in text(browser.get(NEW))
    answer = browser.post(NEW, sent(sport, place="Room 2", text="- one", reminders=["15"], categories="CA, urgent"))
    assert answer.status_code == 302
    row = CalendarObject.objects.get()
    part = reading.read(bytes(row.data)).parts[0]
    assert (part.summary, part.location, part.description, part.categories) == (
        "Board",
        "Room 2",
        "- one",
        ("CA", "urgent"),
    )
    assert b"DTSTART;TZID=Europe/Paris:20261201T180000" in bytes(row.data)
    assert b"TRIGGER:-PT15M" in bytes(row.data)
    page = text(browser.get("/calendars/?day=2026-12-01&view=week"))
    assert "“Board” is in Sport." in page
    assert f'action="/calendars/events/{row.pk}/remove/"' in page
    assert post(browser, row, "remove", scope="all").status_code == 200
    assert CalendarObject.objects.get().deleted_at is not None
    assert post(browser, row, "undo").status_code == 200
    assert CalendarObject.objects.get().deleted_at is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"ends": "17:00"}, "ends before it begins"),
        ({"begins": ""}, "Say when it begins"),
        ({"last": "2028-01-01"}, "a year at most"),
        ({"repeat": "DAILY", "end": "until", "until": "2026-01-01"}, "Choose a day after"),
        ({"conference": "javascript:alert(1)"}, "valid URL"),
        ({"zone": "Mars/Base"}, "valid choice"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(browser, sport, more, said):
    answer = browser.post(NEW, sent(sport, place="Room 2", **more))
    assert answer.status_code == 400
    assert said in text(answer)
    assert 'value="Room 2"' in text(answer)
    assert not CalendarObject.objects.exists()


@pytest.mark.parametrize(
    ("more", "rule", "first"),
    [
        (
            {"repeat": "WEEKLY", "days": ["1", "3"], "interval": "2"},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "12-01 18:00",
        ),
        (
            {"repeat": "WEEKLY", "days": ["3"], "end": "count", "count": "3"},
            "FREQ=WEEKLY;BYDAY=TH;COUNT=3",
            "12-03 18:00",
        ),
        ({"repeat": "MONTHLY", "nth": "nth"}, "FREQ=MONTHLY;BYDAY=1TU", "12-01 18:00"),
        (
            {"repeat": "MONTHLY", "nth": "last", "end": "until", "until": "2027-03-01"},
            "FREQ=MONTHLY;BYDAY=-1TU;UNTIL=20270301T225959Z",
            "12-01 18:00",
        ),
        ({"repeat": "YEARLY"}, "FREQ=YEARLY", "12-01 18:00"),
    ],
)
def test_repetition_is_written_as_it_was_said(browser, sport, more, rule, first):
    browser.post(NEW, sent(sport, **more))
    row = CalendarObject.objects.get()
    assert f"RRULE:{rule}\r\n".encode() in bytes(row.data)
    assert times(row)[0] == first


def test_the_small_form_hands_over_to_the_whole_one(browser, sport):
    page = text(browser.post(NEW, sent(sport, title="Ass", do="more")))
    assert 'value="Ass"' in page
    assert 'value="18:00"' in page
    assert not CalendarObject.objects.exists()


def test_whole_days_are_kept_as_days(browser, sport):
    browser.post(NEW, sent(sport, all_day="on", last="2026-12-03"))
    assert b"DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261204" in bytes(CalendarObject.objects.get().data)


def test_a_form_sent_unchanged_changes_nothing_but_stamps(browser, town, sport):
    row = put(
        town.alice,
        sport,
        "Fête",
        datetime(2026, 12, 1, 18),
        datetime(2026, 12, 1, 20),
        "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "X-OTHER;X=1:stays",
        "DESCRIPTION:One\\nTwo",
        "CLASS:CONFIDENTIAL",
    )
    before = bytes(row.data).splitlines()
    data = form_of(browser, row, at="20261208T170000Z")
    assert data["first"] == "2026-12-08"
    browser.post(f"/calendars/events/{row.pk}/edit/", data | {"scope": "all"})
    after = bytes(CalendarObject.objects.get().data).splitlines()
    stamps = (b"DTSTAMP", b"LAST-MODIFIED", b"SEQUENCE")
    assert [line for line in after if not line.startswith(stamps)] == [
        line for line in before if not line.startswith(stamps)
    ]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("one", [["12-01 18:00", "12-09 19:00", "12-15 18:00", "12-22 18:00"]]),
        ("following", [["12-01 18:00"], ["12-09 19:00", "12-16 19:00", "12-23 19:00"]]),
        ("all", [["12-02 19:00", "12-09 19:00", "12-16 19:00", "12-23 19:00"]]),
    ],
)
def test_one_time_those_that_follow_or_all_move_and_come_back(browser, town, sport, scope, expected):
    row = weekly(town.alice, sport)
    before = bytes(row.data)
    answer = post(browser, row, "move", at="20261208T170000Z", days=1, minutes=60, scope=scope)
    assert answer.status_code == 200, text(answer)
    assert [times(one) for one in CalendarObject.objects.order_by("pk")] == expected
    toast = answer.json()["toast"]
    assert toast["text"] == "“Choir”: Wednesday 9 December 2026, 19:00 – 21:00"
    assert browser.post(toast["undo"], toast["fields"], **JSON).status_code == 200
    living = CalendarObject.objects.get(deleted_at=None)
    assert bytes(living.data) == before


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ("one", ["12-01 18:00", "12-15 18:00", "12-22 18:00"]),
        ("following", ["12-01 18:00"]),
        ("all", []),
    ],
)
def test_times_are_taken_out_and_come_back(browser, town, sport, scope, left):
    row = weekly(town.alice, sport)
    answer = post(browser, row, "remove", at="20261208T170000Z", scope=scope)
    assert times(row) == left
    toast = answer.json()["toast"]
    browser.post(toast["undo"], toast["fields"], **JSON)
    assert len(times(row)) == 4


def test_the_form_changes_one_time_of_a_series(browser, town, sport):
    row = weekly(town.alice, sport)
    data = form_of(browser, row, at="20261208T170000Z")
    assert data["scope"] == ["one"]
    browser.post(f"/calendars/events/{row.pk}/edit/", data | {"title": "Concert", "begins": "17:00"})
    page = text(browser.get("/calendars/?view=month&day=2026-12-01"))
    assert page.count(">Choir<") == 3
    assert page.count(">Concert<") == 1
    assert times(row) == ["12-01 18:00", "12-08 17:00", "12-15 18:00", "12-22 18:00"]


def test_hours_stay_over_a_change_of_clock(browser, town, sport):
    row = put(town.alice, sport, "Walk", datetime(2026, 10, 24, 10), datetime(2026, 10, 24, 12))
    post(browser, row, "move", days=1)
    assert times(row) == ["10-25 10:00"]
    post(browser, row, "move", longer=60)
    assert b"DTEND;TZID=Europe/Berlin:20261025T130000" in bytes(CalendarObject.objects.get().data)


def test_whole_days_move_and_stretch_by_days(browser, town, sport):
    row = put(town.alice, sport, "Camp", date(2026, 12, 1), date(2026, 12, 3))
    post(browser, row, "move", days=7, longer=1440)
    assert b"DTSTART;VALUE=DATE:20261208\r\nDTEND;VALUE=DATE:20261211" in bytes(CalendarObject.objects.get().data)


def test_who_saves_second_is_told_and_loses_nothing(browser, town, sport):
    row = weekly(town.alice, sport)
    data = form_of(browser, row, at="20261208T170000Z")
    post(signed_in(town.bob), row, "move", at="20261201T170000Z", minutes=30, scope="one")
    answer = browser.post(f"/calendars/events/{row.pk}/edit/", data | {"title": "Mine"})
    assert answer.status_code == 412
    assert "Somebody changed this event while you were writing" in text(answer)
    assert 'value="Mine"' in text(answer)
    etag = re.search(r'name="etag" value="(\w+)"', text(answer))[1]
    browser.post(f"/calendars/events/{row.pk}/edit/", data | {"title": "Mine", "etag": etag})
    assert times(row)[0] == "12-01 18:30"
    assert b"SUMMARY:Mine" in bytes(CalendarObject.objects.get().data)
    assert post(browser, row, "move", etag="0" * 32, days=1, at="20261208T170000Z").status_code == 412


def test_an_undo_never_undoes_what_others_did_since(browser, town, sport):
    row = weekly(town.alice, sport)
    toast = post(browser, row, "move", at="20261208T170000Z", days=1, scope="all").json()["toast"]
    post(signed_in(town.bob), row, "move", at=times_names(row)[0], minutes=30, scope="one")
    answer = browser.post(toast["undo"], toast["fields"], **JSON)
    assert answer.status_code == 409
    assert "12-02 18:30" in times(row)


def times_names(row):
    return list(Occurrence.objects.filter(event=row).order_by("starts").values_list("recurrence_id", flat=True))


@pytest.mark.parametrize(
    ("role", "status"),
    [(Right.RESPOND, 403), (READER.mask, 403), (CONTRIBUTOR.mask, 403), (WRITER.mask, 200)],
    ids=["busy", "reader", "contributor", "writer"],
)
def test_nobody_changes_what_their_right_does_not_give(town, sport, role, status):
    row = weekly(town.alice, sport)
    make.share(town.alice, sport, town.eve, role)
    eve = signed_in(town.eve)
    data = {"at": "20261208T170000Z", "days": 1}
    answer = post(eve, row, "move", **data)
    assert answer.status_code == status
    if status == 403:
        assert len(answer.json()["detail"]) > 20
        assert eve.get(f"/calendars/events/{row.pk}/edit/").status_code == 403
        assert "data-edit" not in text(eve.get(f"/calendars/events/{row.pk}/"))
        assert "data-change" not in text(eve.get("/calendars/?view=month&day=2026-12-01"))
    assert post(eve, row, "remove", **data).status_code == 403
    if status == 403:
        assert post(eve, row, "undo").status_code in {403, 404}


def test_contributors_change_their_own(town, sport):
    make.share(town.alice, sport, town.eve, CONTRIBUTOR.mask)
    eve = signed_in(town.eve)
    eve.post(NEW, sent(sport))
    row = CalendarObject.objects.get()
    assert post(eve, row, "move", days=1).status_code == 200
    assert post(eve, row, "remove").status_code == 200


def test_strangers_find_nothing(town, sport):
    row = weekly(town.alice, sport)
    eve = signed_in(town.eve)
    for verb in ("move", "remove", "undo"):
        assert post(eve, row, verb, at="20261208T170000Z").status_code == 404
    assert eve.get(f"/calendars/events/{row.pk}/edit/").status_code == 404
    assert "Sport" not in text(eve.get(NEW))
    assert eve.post(NEW, sent(sport)).status_code == 400


def test_an_event_moves_to_another_calendar_and_back(browser, town, sport):
    mine = personal(town.alice)
    row = put(town.alice, mine, "Dentist", datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 10))
    data = form_of(browser, row)
    browser.post(f"/calendars/events/{row.pk}/edit/", data | {"calendar": sport.pk, "title": "Doctor"})
    moved = CalendarObject.objects.get()
    assert (moved.calendar, moved.summary) == (sport, "Doctor")
    assert post(browser, moved, "undo").status_code == 200
    back = CalendarObject.objects.get()
    assert (back.calendar, back.summary) == (mine, "Dentist")


@pytest.mark.parametrize("data", [{"days": "x"}, {"minutes": "9" * 9}, {"longer": "1.5"}])
def test_a_wrong_drag_is_refused(browser, town, sport, data):
    assert post(browser, weekly(town.alice, sport), "move", at="20261208T170000Z", **data).status_code == 400
