"""Who is busy when: told to whom it may be told, never with what, in the same few statements for thirty people."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendars import availability, beside, suggesting
from calendars.actions import making, meeting
from calendars.availability import Hours
from calendars.models import Away, Preference, WorkingHours
from calendars.ranges import Span
from collab.accounts.models import Rank
from collab.lib.errors import BadInput, NotFound
from collab.rights.right import READER
from collab.spaces.models import Space
from tests import town as make
from tests.calendars.calendaring import calendar, personal, put
from tests.files.web import signed_in, text

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 12, 1)


def at(hour, minute=0, day=1):
    return datetime(2026, 12, day, hour, minute, tzinfo=BERLIN)


def wall(hour, minute=0, day=1):
    return datetime(2026, 12, day, hour, minute)


def spans(actor, who, since=None, until=None):
    found = availability.busy_of(make.act(actor), [who.pk], since or at(0), until or at(0, day=3))
    return [(f"{one.starts.astimezone(BERLIN):%d %H:%M}", f"{one.ends.astimezone(BERLIN):%H:%M}", one.busy)
            for one in found[who.pk]]  # fmt: skip


@pytest.mark.django_db
class TestBusyOf:
    def test_what_touches_is_one_and_what_takes_no_time_is_none(self, town):
        mine = personal(town.bob)
        put(town.bob, mine, "A", wall(9), wall(10))
        put(town.bob, mine, "B", wall(10), wall(11))
        put(town.bob, mine, "Free", wall(12), wall(13), "TRANSP:TRANSPARENT")
        put(town.bob, mine, "Off", wall(14), wall(15), "STATUS:CANCELLED")
        put(town.bob, mine, "Perhaps", wall(16), wall(17), "STATUS:TENTATIVE")
        put(town.bob, mine, "Secret", wall(18), wall(19), "CLASS:PRIVATE")
        put(town.bob, mine, "Weekly", wall(7, day=1) - timedelta(days=700), wall(8, day=1) - timedelta(days=700),
            "RRULE:FREQ=WEEKLY")  # fmt: skip
        assert spans(town.alice, town.bob) == [
            ("01 07:00", "08:00", 1), ("01 09:00", "11:00", 1), ("01 16:00", "17:00", 2), ("01 18:00", "19:00", 1),
        ]  # fmt: skip

    def test_a_calendar_that_its_owner_calls_free_counts_not_whoever_asks(self, town):
        mine = personal(town.bob)
        put(town.bob, mine, "A", wall(9), wall(10))
        making.prefer(make.act(town.alice), calendar(town.alice, town.space), transparent=True)
        assert len(spans(town.alice, town.bob)) == 1
        Preference.objects.create(user=town.bob, calendar=mine, transparent=True)
        assert spans(town.alice, town.bob) == []

    def test_days_are_those_of_their_person(self, town):
        make.change(town.bob, time_zone="America/New_York")
        put(town.bob, personal(town.bob), "Day off", date(2026, 12, 1), date(2026, 12, 2))
        assert spans(town.alice, town.bob) == [("01 06:00", "06:00", 1)]
        meeting.be_away(make.act(town.bob), date(2026, 12, 2), date(2026, 12, 2), "Lyon")
        assert spans(town.alice, town.bob) == [("01 06:00", "00:00", 1)]

    def test_whoever_tells_only_those_who_see_a_calendar_tells_nobody_else(self, town):
        mine, other = personal(town.bob), calendar(town.bob, Space.objects.get(owner=town.bob), "Other")
        put(town.bob, mine, "A", wall(9), wall(10))
        put(town.bob, other, "B", wall(12), wall(13))
        say(town.bob, told_to="shared")
        assert availability.busy_of(make.act(town.alice), [town.bob.pk], at(0), at(23)) == {}
        make.share(town.bob, other, town.alice, READER.mask)
        assert spans(town.alice, town.bob) == [("01 12:00", "13:00", 1)]
        assert len(spans(town.bob, town.bob)) == 2

    def test_a_guest_learns_of_nobody_whom_they_do_not_find(self, town):
        put(town.bob, personal(town.bob), "A", wall(9), wall(10))
        guest = make.make_user("gast", Rank.GUEST)
        assert availability.busy_of(make.act(guest), [town.bob.pk], at(0), at(23)) == {}
        make.make_group("Both", guest, town.bob)
        assert len(spans(guest, town.bob)) == 1

    def test_no_title_is_told_but_where_the_calendar_is_shared(self, town):
        mine = personal(town.bob)
        put(town.bob, mine, "Surprise party", wall(9), wall(10))
        alice = make.act(town.alice)
        assert availability.titled(alice, [town.bob.pk], at(0), at(23)) == {}
        grid = beside.draw(alice, [town.bob], [], at(9, 30), at(10, 30), BERLIN, now=at(8))
        assert "Surprise" not in repr(grid)
        make.share(town.bob, mine, town.alice, READER.mask)
        grid = beside.draw(make.act(town.alice), [town.bob], [], at(9, 30), at(10, 30), BERLIN, now=at(8))
        assert "9:00–10:00 Surprise party" in grid.rows[0].said

    def test_thirty_people_cost_the_statements_of_two(self, town):
        people = [make.make_user(f"p{number}") for number in range(30)]
        for number, one in enumerate(people):
            put(one, personal(one), "A", wall(9 + number % 5), wall(10 + number % 5))
        counts = []
        for few in (people[:2], people):
            actor = make.act(town.alice)
            with CaptureQueriesContext(connection) as found:
                grid = beside.draw(actor, few[:1], few[1:], at(9), at(10), BERLIN, now=at(8))
            assert len(grid.rows) == len(few)
            counts.append(len(found))
        assert counts[0] == counts[1] <= 12


def say(who, spans=(), zone="Europe/Berlin", told_to="house"):
    return meeting.say_hours(make.act(who), spans, zone=zone, told_to=told_to, declined_shown=True)


@pytest.mark.django_db
class TestHours:
    def test_are_kept_and_read_in_their_zone(self, town):
        say(town.bob, [(1, 9 * 60, 12 * 60), (1, 14 * 60, 18 * 60)], zone="America/New_York")
        found = availability.working_hours(town.bob).between(at(0), at(23, 59))
        assert [f"{one.astimezone(BERLIN):%H:%M}" for pair in found for one in pair] == [
            "15:00", "18:00", "20:00", "00:00",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "wrong", [[(7, 0, 60)], [(1, 60, 60)], [(1, 0, 60), (1, 30, 90)], [(1, 0, 1441)]],
        ids=["an eighth day", "no length", "overlap", "too long"],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, town, wrong):
        with pytest.raises(BadInput):
            say(town.bob, wrong)
        assert not WorkingHours.objects.exists()

    def test_nobody_takes_out_when_others_are_away(self, town):
        made = meeting.be_away(make.act(town.bob), DAY, DAY)
        with pytest.raises(NotFound):
            meeting.be_back(make.act(town.alice), made.pk)
        assert Away.objects.filter(pk=made.pk).exists()

    def test_the_day_of_a_changed_clock_has_its_hours(self):
        found = Hours(BERLIN, ((6, 60, 240),)).between(
            datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 10, 25, 12, tzinfo=BERLIN)
        )
        assert [end - begin for begin, end in found] == [timedelta(hours=4)]


class TestTimes:
    def ask(self, busy, *, needed=(1,), optional=(), hours=None, lasts=60, since=None, days=7):
        wanted = suggesting.Wanted(needed, optional, busy, hours or {})
        since = since or at(9)
        found = suggesting.times(wanted, timedelta(minutes=lasts), since, since + timedelta(days=days), BERLIN)
        return [(f"{one.starts.astimezone(BERLIN):%d %H:%M}", one.cannot) for one in found]

    def test_the_first_at_which_all_can(self):
        busy = {1: [Span(at(9), at(10), 1)], 2: [Span(at(10, 30), at(12), 2)]}
        assert self.ask(busy, needed=(1, 2))[0] == ("01 12:00", ())
        assert self.ask(busy, needed=(1, 2), lasts=30)[:2] == [("01 10:00", ()), ("01 12:00", ())]

    def test_those_who_are_welcome_weigh_less(self):
        busy = {1: [Span(at(0), at(10), 1)], 2: [Span(at(10), at(0, day=20), 1)]}
        assert self.ask(busy, needed=(1,), optional=(2,))[0] == ("01 10:00", (2,))

    def test_where_not_all_can_the_fewest_miss_it(self):
        busy = {1: [Span(at(0), at(0, day=20), 1)], 2: [Span(at(9), at(11), 1)]}
        assert self.ask(busy, needed=(1, 2))[0] == ("01 11:00", (1,))

    def test_hours_and_nights_are_kept(self):
        hours = {1: Hours(ZoneInfo("America/New_York"), tuple((day, 540, 600) for day in range(5)))}
        assert self.ask({}, hours=hours)[:2] == [("01 15:00", ()), ("02 15:00", ())]
        assert self.ask({}, hours=hours, lasts=61)[0] == ("01 09:00", (1,))  # none fits: it is said who cannot
        assert self.ask({}, since=at(21, 30))[0] == ("02 08:00", ())

    def test_two_of_a_day_at_most_and_they_do_not_meet(self):
        assert [when for when, _who in self.ask({})] == [
            "01 09:00", "01 10:00", "02 08:00", "02 09:00", "03 08:00",
        ]  # fmt: skip

    def test_nothing_fits_into_less_than_it_takes(self):
        wanted = suggesting.Wanted((1,), (), {}, {})
        assert suggesting.times(wanted, timedelta(hours=2), at(9), at(10), BERLIN) == []


@pytest.mark.django_db
class TestPage:
    def test_hours_are_said_on_a_page_and_read_again(self, bob):
        browser = signed_in(bob)
        form = {"zone": "Europe/Berlin", "told_to": "shared", "d1": "on", "d1-from1": "09:00", "d1-to1": "12:00",
                "d1-from2": "14:00", "d1-to2": "00:00", "d2-from1": "09:00", "d2-to1": "18:00"}  # fmt: skip
        assert browser.post("/calendars/hours/", form).status_code == 302
        said = WorkingHours.objects.get(user=bob)
        assert (said.spans, said.told_to, said.declined_shown) == ([[1, 540, 720], [1, 840, 1440]], "shared", False)
        found = text(browser.get("/calendars/hours/"))
        assert 'name="d1" checked' in found
        assert 'name="d1-from2" value="14:00"' in found
        assert 'name="d2" checked' not in found
        assert 'aria-current="page"' in found

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, bob):
        form = {"zone": "Europe/Berlin", "told_to": "house", "d1": "on", "d1-from1": "12:00", "d1-to1": "09:30"}
        answer = signed_in(bob).post("/calendars/hours/", form)
        assert answer.status_code == 400
        assert "Working hours end after they begin." in text(answer)
        assert 'value="09:30"' in text(answer)

    def test_days_away_come_and_go(self, bob):
        browser = signed_in(bob)
        browser.post("/calendars/hours/away/", {"first": "2096-08-01", "last": "2096-08-20", "word": "Sea"})
        assert "Sea" in text(browser.get("/calendars/hours/"))
        browser.post(f"/calendars/hours/away/{Away.objects.get().pk}/back/")
        assert not Away.objects.exists()
        assert browser.post("/calendars/hours/away/", {"first": "nonsense"}).status_code == 400
