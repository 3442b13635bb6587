"""Appointments at the edges: pressed twice, over midnight, on the night when clocks go back, when people leave."""

import re
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendars import about, appointing, appointment_letters, tasks
from calendars.actions import appointing as actions
from calendars.actions import hosting, meeting, shifting, storing
from calendars.ical import reading
from calendars.models import Appointment, AppointmentPage, CalendarObject, HostHold, Taking
from collab.lib.errors import Conflict
from collab.rights.links import token_of
from collab.rights.right import READER, RESPONDENT, Right
from tests import town as make
from tests.calendars.calendaring import personal
from tests.calendars.test_appointments import (
    FIELDS,
    day,
    free,
    hour,
    in_turn,
    page,  # noqa: F401 - a fixture
    send,
    take,
    url,  # noqa: F401 - a fixture
)
from tests.calendars.test_shifts import again, fair, role
from tests.files.web import signed_in, text

PARIS = ZoneInfo("Europe/Paris")


def working(town, *spans):
    for user in (town.alice, town.bob):
        meeting.say_hours(make.act(user), [(n, *one) for n in range(7) for one in spans], zone="Europe/Paris",
                          told_to="house", declined_shown=True)  # fmt: skip


def last_sunday(month):
    """The day of the next year on which clocks change in this month, in Europe."""
    at = date(timezone.now().year + 1, month, 31)
    return at - timedelta(days=(at.weekday() + 1) % 7)


def test_whoever_presses_twice_has_one_time(page, url, post):  # noqa: F811
    visitor = Client()
    form = text(visitor.get(url, {"at": hour(10).isoformat(), "minutes": "30"}))
    (once,) = re.findall(r'name="once" value="([^"]{20,})"', form)
    first, second = take(url, hour(10), visitor, once=once), take(url, hour(10), visitor, once=once)
    assert (first.status_code, second["Location"]) == (302, first["Location"])
    assert take(url, hour(11), visitor, once=once, email="ben@example.net").status_code == 302, "another one is new"
    assert take(url, hour(10), visitor, once=f"{once}x").status_code == 409, "and no stranger gets it"
    assert Appointment.objects.count() == 2
    mine = first["Location"].partition("?")[0]
    for _time in range(2):
        assert send(visitor, mine, do="move", at=hour(15).isoformat()).status_code == 302
    for _time in range(2):
        assert send(visitor, mine, do="cancel").status_code == 302
    told = [one.subject.split(":")[0] for one in post() if one.to == ["anna@example.net"]]
    assert told == ["Your appointment", "Moved", "Cancelled"], "each is told once"


def test_what_was_given_back_at_the_same_moment_breaks_nothing(town, post):
    page, url = in_turn(town, rotates=False, proves=30)  # noqa: F811
    take(url, hour(10))
    held = Appointment.objects.get()
    actions.cancel(held)
    assert not Appointment.objects.exists()
    held.pk, held.page = 999_999, page  # as another request read it before
    actions.cancel(held)
    with pytest.raises(Conflict):
        actions.prove(make.visitor(held.link), held)


def test_a_time_over_midnight_is_given_as_it_is_shown(town, page, url):  # noqa: F811
    working(town, (22 * 60, 24 * 60), (0, 2 * 60))
    assert free(page, 60)[-4:] == ["22:00", "22:30", "23:00", "23:30"]
    assert take(url, hour(23, minute=30), minutes="60").status_code == 302
    assert "23:00" not in free(page, 60)
    later = appointing.offered(make.fresh(page), 60, day(4), 1)
    assert later[0].astimezone(PARIS).hour == 0
    assert later[0].astimezone(PARIS).minute == 30, "it ends half an hour after midnight"


@pytest.mark.parametrize(("month", "times"), [(3, ["01:00", "01:30", "03:00", "03:30"]),
                                              (10, ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00", "03:30"])])  # fmt: skip # noqa: E501
def test_on_the_night_when_clocks_change_each_time_is_one(town, page, url, post, month, times):  # noqa: F811
    working(town, (60, 4 * 60))
    hosting.change(make.act(town.alice), page, [town.alice, town.bob], {"ahead": 730, "questions": []})
    night = last_sunday(month)
    offered = appointing.offered(make.fresh(page), 30, night, 1)
    assert [f"{one.astimezone(PARIS):%H:%M}" for one in offered] == times
    for number, at in enumerate(offered):
        assert take(url, at, email=f"v{number}@example.net").status_code == 302
    given = Appointment.objects.order_by("starts")
    assert list(given.values_list("starts", flat=True)) == offered, "none was moved by its own event"
    assert list(given.values_list("event__starts", flat=True)) == offered
    for one in given.select_related("page"):
        part = reading.read(appointment_letters.file(one)).parts[0]
        assert (part.starts.utc(UTC), part.ends.utc(UTC)) == (one.starts, one.ends), "in the visitor's calendar too"
    assert {one.subject.split(":")[0] for one in post()} == {"Your appointment"}
    assert appointing.offered(make.fresh(page), 30, night, 1) == []


def test_nobody_waits_in_vain_where_the_maker_of_a_page_may_write_no_more(town, page, url):  # noqa: F811
    visitor = Client()
    mine = take(url, hour(10), visitor)["Location"].partition("?")[0]
    make.change(page, created_by=None)
    assert send(visitor, mine, do="cancel").status_code == 302
    event = Appointment.objects.get().event
    assert (event.status, event.deleted_at) == ("CANCELLED", None)
    assert not HostHold.objects.exists()


def test_a_host_who_does_not_see_the_calendar_any_more_reads_nothing(town, page, url):  # noqa: F811
    take(url, hour(10))
    make.restrict(town.alice, page)
    make.share(town.alice, page.calendar, town.eve, READER.mask)
    hosting.change(make.act(town.alice), page, [town.alice, town.eve], {})
    where = f"/calendars/appointments/{page.pk}/"
    assert "anna@example.net" in text(signed_in(town.eve).get(where))
    make.unshare(town.alice, page.calendar, town.eve)
    assert signed_in(town.eve).get(where).status_code == 404
    assert "Office hour" not in text(signed_in(town.eve).get("/calendars/appointments/"))


def test_what_a_host_deletes_by_mistake_comes_back_with_its_visitor(town, page, url, post):  # noqa: F811
    visitor = Client()
    take(url, hour(10), visitor)
    event = Appointment.objects.get().event
    storing.delete(make.act(town.alice), make.fresh(event))
    assert "10:00" in free(page)
    storing.bring_back(make.act(town.alice), make.fresh(event))
    found = Appointment.objects.get()
    assert (found.cancelled_at, found.holds.count()) == (None, 2)
    assert "10:00" not in free(page)
    told = post()
    assert [one.subject.split(":")[0] for one in told] == ["Your appointment", "Cancelled", "Your appointment"]
    assert "SEQUENCE:2" in told[-1].attachments[0][1]
    # the time was given away meanwhile: the event stays where it is
    storing.delete(make.act(town.alice), make.fresh(event))
    take(url, hour(10), email="ben@example.net")
    with pytest.raises(Conflict):
        storing.bring_back(make.act(town.alice), make.fresh(event))
    assert make.fresh(event).deleted_at is not None


def test_what_a_visitor_gave_back_does_not_come_back(town, page, url):  # noqa: F811
    visitor = Client()
    mine = take(url, hour(10), visitor)["Location"].partition("?")[0]
    send(visitor, mine, do="cancel")
    storing.bring_back(make.act(town.alice), CalendarObject.objects.get(pk=Appointment.objects.get().event_id))
    assert Appointment.objects.get().cancelled_at is not None
    assert not HostHold.objects.exists()


def test_when_a_host_leaves_the_house_visitors_of_theirs_alone_are_told(town, post):
    _page, url = in_turn(town)  # noqa: F811
    for at in (10, 11):
        take(url, hour(at), email=f"v{at}@example.net")
    gone = Appointment.objects.get(host=town.bob)
    about.forget(town.bob, heir=None, erase=True, by=None)
    assert list(Appointment.objects.filter(cancelled_at=None).values_list("host", flat=True)) == [town.alice.pk]
    assert [one.to for one in post() if one.subject.startswith("Cancelled")] == [[gone.email]]
    assert make.fresh(gone).event.deleted_at is not None


def test_who_leaves_gives_up_places_in_archived_spaces_too(town):
    make.share(town.alice, town.space, town.bob, Right.SEE)
    row = fair(town, Bar=1)
    shifting.take(make.act(town.bob), again(row), role(row), "")
    make.change(town.space, archived_at=timezone.now())
    about.forget(town.bob, heir=None, erase=True, by=None)
    assert not Taking.objects.exists()


def test_an_heir_receives_no_appointment_that_was_called_off(town, post):
    meeting.say_hours(make.act(town.bob), [(n, 9 * 60, 17 * 60) for n in range(7)], zone="Europe/Paris",
                      told_to="house", declined_shown=True)  # fmt: skip
    found = hosting.make(make.act(town.bob), personal(town.bob), [town.bob, town.alice], FIELDS)
    make.change(found.calendar, zone="Europe/Paris")
    link = make.make_link(town.bob, found, RESPONDENT.mask)
    assert take(reverse("shell:link", args=[token_of(make.act(town.bob), link, found)]), hour(10)).status_code == 302
    event = Appointment.objects.get().event
    about.forget(town.bob, heir=town.alice, erase=False, by=None)
    assert [one.subject.split(":")[0] for one in post()] == ["Your appointment", "Cancelled"]
    assert not CalendarObject.objects.filter(uid=event.uid).exists()


def test_that_it_does_not_take_place_is_said_after_too_many_mails(town, page, url, post):  # noqa: F811
    visitor = Client()
    mine = take(url, hour(10), visitor)["Location"].partition("?")[0]
    for number in range(9):
        send(visitor, mine, do="move", at=hour(11 + number % 2).isoformat())
    assert len(post()) == 10
    send(visitor, mine, do="move", at=hour(9).isoformat())
    assert len(post()) == 10, "nobody floods an address from here"
    storing.delete(make.act(town.alice), Appointment.objects.get().event)
    assert post()[-1].subject.startswith("Cancelled"), "but nobody comes in vain"


def test_visitors_are_forgotten_long_after(town, page, url):  # noqa: F811
    for number in (10, 11, 12):
        take(url, hour(number), email=f"v{number}@example.net")
    long, since = Appointment.objects.order_by("starts")[:2]
    make.change(long, ends=timezone.now() - timedelta(days=91))
    make.change(since, ends=timezone.now() - timedelta(days=89))
    tasks.tidy()
    assert set(Appointment.objects.values_list("email", flat=True)) == {"v11@example.net", "v12@example.net"}
    hosting.throw_away(make.act(town.alice), page)
    tasks.tidy()
    assert Appointment.objects.count() == 2, "it can be brought back"
    make.change(page, deleted_at=timezone.now() - timedelta(days=31))
    tasks.tidy()
    assert not Appointment.objects.exists()
    assert not AppointmentPage.objects.filter(pk=page.pk).exists()
