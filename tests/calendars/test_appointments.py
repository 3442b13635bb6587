"""Pages of appointments: visitors take, move and give back times of people of the house, never one twice."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from calendars import appointing, availability
from calendars.actions import appointing as actions
from calendars.actions import following, hosting, making, meeting, storing
from calendars.models import Appointment, AppointmentPage, CalendarObject, HostHold
from collab.lib.errors import Conflict
from collab.notifications.models import Notification
from collab.rights.actor import Actor
from collab.rights.links import token_of
from collab.rights.models import Link
from collab.rights.right import RESPONDENT
from tests import town as make
from tests.calendars.calendaring import personal, put
from tests.files.web import signed_in, text
from tests.meeting import at_once, lost, won

EVERY_DAY = [(day, 9 * 60, 17 * 60) for day in range(7)]
FIELDS = {"title": "Office hour", "lengths": [30, 60], "notice": 60, "ahead": 30, "questions": [{"text": "What about?", "needed": True}]}  # fmt: skip # noqa: E501
ANNA = {"name": "Anna <b>Visitor</b>", "email": "Anna@example.net", "q0": "A lamp"}


@pytest.fixture
def page(town):
    for user in (town.alice, town.bob):
        meeting.say_hours(make.act(user), EVERY_DAY, zone="Europe/Paris", told_to="house", declined_shown=True)
    calendar = making.make(make.act(town.alice), town.space, "Visits", zone="Europe/Paris")
    return hosting.make(make.act(town.alice), calendar, [town.alice, town.bob], FIELDS)


@pytest.fixture
def url(town, page):
    link = make.make_link(town.alice, page, RESPONDENT.mask)
    return reverse("shell:link", args=[token_of(make.act(town.alice), link, make.fresh(page))])


def day(days=3):
    return timezone.localdate(timezone=ZoneInfo("Europe/Paris")) + timedelta(days=days)


def hour(number, days=3, minute=0):
    at = day(days)
    return datetime(at.year, at.month, at.day, number, minute, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


def free(page, minutes=30, days=3):
    return [f"{one.astimezone(ZoneInfo('Europe/Paris')):%H:%M}" for one in appointing.offered(make.fresh(page), minutes, day(days), 1)]  # fmt: skip # noqa: E501


def take(url, when, client=None, **more):
    data = {"do": "take", "at": when.isoformat(), "minutes": "30", **ANNA, **more}
    return send(client or Client(), url, **data)


def send(client, url, **data):
    kind = "application/x-www-form-urlencoded"
    return client.post(url, urlencode(data), content_type=kind, headers={"accept-language": "en"})


def test_times_are_those_at_which_all_hosts_work_and_are_free(town, page):
    assert free(page) == [f"{h:02}:{m:02}" for h in range(9, 17) for m in (0, 30)]
    assert free(page, 60)[-2:] == ["15:30", "16:00"]
    local = [hour(each).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None) for each in (10, 11)]
    put(town.bob, personal(town.bob), "Dentist", *local)
    assert "10:00" not in free(page)
    assert "11:00" in free(page)
    hosting.change(make.act(town.alice), page, [town.alice, town.bob], {"before": 30, "after": 0})
    assert "11:00" not in free(page)
    meeting.say_hours(make.act(town.alice), [(n, 14 * 60, 15 * 60) for n in range(7)], zone="Europe/Paris", told_to="house", declined_shown=True)  # fmt: skip # noqa: E501
    assert free(page) == ["14:00", "14:30"]
    assert free(page, 45) == [], "a length that is not offered"
    meeting.say_hours(make.act(town.bob), EVERY_DAY, zone="Europe/Paris", told_to="shared", declined_shown=True)
    assert free(page) == [], "who tells strangers nothing gives nothing away"


def test_a_visitor_takes_a_time_moves_it_and_gives_it_back(town, page, url, post):
    visitor = Client()
    shown = text(visitor.get(url, {"day": day().isoformat()}, headers={"accept-language": "en"}))
    assert "Office hour" in shown
    assert ">10:00<" in shown
    chosen = text(visitor.get(url, {"at": hour(10).isoformat(), "minutes": "30"}, headers={"accept-language": "en"}))
    assert "What about?" in chosen
    assert "10:00" in chosen
    mine = take(url, hour(10), visitor)["Location"].partition("?")[0]
    found = Appointment.objects.get()
    assert (found.name, found.email, found.answers) == (ANNA["name"], "anna@example.net", [["What about?", "A lamp"]])
    event = found.event
    assert (event.calendar_id, event.starts, event.secrecy) == (page.calendar_id, hour(10), 1)
    assert b"anna@" not in bytes(event.data).lower(), "a calendar may be public"
    mail = post()[-1]
    assert mail.to == ["anna@example.net"]
    assert mine in mail.body
    assert any("BEGIN:VEVENT" in str(one[1]) for one in mail.attachments)
    assert "10:00" not in free(page)
    for user in (town.alice, town.bob):
        busy = availability.busy_of(make.act(town.alice), [user.pk], hour(9), hour(12))
        assert [(one.starts, one.ends) for one in busy[user.pk]] == [(hour(10), hour(10, minute=30))]
        assert Notification.objects.filter(person=user, kind=following.TOLD).exists()

    kept = text(visitor.get(mine, headers={"accept-language": "en"}))
    assert "Your appointment" in kept
    assert b"BEGIN:VEVENT" in visitor.get(f"{mine}/event.ics").content
    moving = text(visitor.get(mine, {"move": "1", "day": day().isoformat()}, headers={"accept-language": "en"}))
    assert ">15:00<" in moving
    # “Cancel” would be taken for leaving all as it is
    assert ("Keep this time" in moving, "Cancel the appointment" in moving) == (True, False)
    assert send(visitor, mine, do="move", at=hour(15).isoformat()).status_code == 302
    assert CalendarObject.objects.get(pk=event.pk).starts == hour(15)
    assert "10:00" in free(page)
    assert "15:00" not in free(page)
    assert send(visitor, mine, do="cancel").status_code == 302
    assert CalendarObject.objects.get(pk=event.pk).deleted_at is not None
    assert "15:00" in free(page)
    assert send(visitor, mine, do="cancel").status_code == 302, "pressed twice: it is given back"
    assert [one.subject.split(":")[0] for one in post()] == ["Your appointment", "Moved", "Cancelled"]


def test_what_the_host_does_in_the_calendar_happens_to_the_appointment(town, page, url, post):
    take(url, hour(10))
    take(url, hour(11), email="ben@example.net")
    first, second = Appointment.objects.order_by("starts")
    data = bytes(first.event.data).replace(b"T100000", b"T130000").replace(b"T103000", b"T140000")
    storing.put(make.act(town.alice), page.calendar, first.event.name, data)
    first.refresh_from_db()
    assert (first.starts, first.ends) == (hour(13), hour(14))
    assert "13:30" not in free(page)
    onto = bytes(second.event.data).replace(b"T110000", b"T133000").replace(b"T113000", b"T143000")
    with pytest.raises(Conflict):
        storing.put(make.act(town.alice), page.calendar, second.event.name, onto)
    storing.delete(make.act(town.alice), make.fresh(second).event)
    second.refresh_from_db()
    assert second.cancelled_at is not None
    assert [(one.to[0], one.subject.split(":")[0]) for one in post()][-2:] == [
        ("anna@example.net", "Moved"), ("ben@example.net", "Cancelled"),
    ]  # fmt: skip


def test_a_visitor_gives_back_whatever_the_maker_of_the_page_may_by_now(town, page, url):
    visitor = Client()
    mine = take(url, hour(10), visitor)["Location"].partition("?")[0]
    make.change(page.calendar, fed=True)
    assert send(visitor, mine, do="cancel").status_code == 302
    assert Appointment.objects.get().cancelled_at is not None
    assert not HostHold.objects.exists()


def test_an_event_of_the_same_uid_elsewhere_moves_nothing(town, page, url):
    take(url, hour(10))
    found = Appointment.objects.get()
    data = bytes(found.event.data).replace(b"T100000", b"T130000").replace(b"T103000", b"T140000")
    stored = storing.put(make.act(town.eve), personal(town.eve), "x.ics", data)
    storing.delete(make.act(town.eve), stored.found)
    assert make.fresh(found).cancelled_at is None
    assert make.fresh(found).starts == hour(10)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"at": "2026-13-99"}, 400),
        ({"at": "9999-12-31T23:59:59+00:00"}, 400),
        ({"at": hour(10).replace(tzinfo=None).isoformat()}, 400),
        ({"at": hour(10, minute=7).isoformat()}, 409),
        ({"at": hour(3).isoformat()}, 409),
        ({"at": hour(10, -3).isoformat()}, 409),
        ({"at": hour(10, 60).isoformat()}, 409),
        ({"at": "0001-01-01T00:00:00+23:00"}, 400),
        ({"email": "nobody"}, 400),
        ({"email": ""}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 101}, 400),
        ({"name": "a\0b"}, 400),
        ({"q0": ""}, 400),
        ({"q0": "x" * 1001}, 400),
        ({"do": "cancel"}, 400),
        ({"do": "move"}, 400),
        ({"do": "x"}, 400),
    ],
)
def test_hostile_input_takes_nothing(page, url, more, status):
    assert take(url, hour(10), **more).status_code == status
    assert not Appointment.objects.exists()
    assert not HostHold.objects.exists()


def test_limits_hold(town, page, url):
    hosting.change(make.act(town.alice), page, [town.alice], {"per_day": 2})
    assert take(url, hour(10)).status_code == 302
    assert take(url, hour(10)).status_code == 409, "taken"
    assert take(url, hour(11), zone="Asia/Tokyo").status_code == 302
    assert Appointment.objects.latest("pk").zone == "Asia/Tokyo"
    assert free(page) == [], "two a day"
    assert take(url, hour(10, 4)).status_code == 302
    assert take(url, hour(10, 5)).status_code == 409, "three to come of one address"
    hosting.change(make.act(town.alice), page, [town.alice], {"is_open": False})
    assert take(url, hour(10, 6), email="x@example.net").status_code == 409
    assert "No times are given" in text(Client().get(url, headers={"accept-language": "en"}))
    hosting.throw_away(make.act(town.alice), page)
    assert Client().get(url).status_code == 404
    assert Client().get(f"{url}wrong-token").status_code == 404


def test_two_pages_of_one_host_never_give_the_same_time(town, page, url):
    """The database has the last word, whatever was offered."""
    take(url, hour(10))
    second = hosting.make(make.act(town.bob), personal(town.bob), [town.bob], FIELDS)
    assert "10:00" not in free(second)
    found = Appointment.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        span = (found.starts + timedelta(minutes=15), found.ends + timedelta(minutes=15))
        HostHold.objects.create(appointment=found, user=town.bob, span=span)


def test_who_keeps_a_page_sees_what_was_taken_and_others_do_not(town, page, url):
    take(url, hour(10))
    browser, where = signed_in(town.bob), f"/calendars/appointments/{page.pk}/"
    shown = text(browser.get(where, headers={"accept-language": "en"}))
    assert "anna@example.net" in shown
    assert "A lamp" in shown
    assert "<b>Visitor" not in shown
    assert "Office hour" in text(browser.get("/calendars/appointments/"))
    assert url not in shown, "who shares the page has its link at hand, to send it"
    assert url in text(signed_in(town.alice).get(where))
    assert signed_in(town.eve).get(where).status_code == 404
    assert signed_in(town.eve).get(f"{where}edit/").status_code == 404
    found = Appointment.objects.get()
    assert signed_in(town.alice).post(f"{where}{found.pk}/").status_code == 302
    assert make.fresh(found).cancelled_at is not None


def test_a_page_is_made_and_changed_by_its_form(town):
    calendar = personal(town.alice)
    browser = signed_in(town.alice)
    new = f"/calendars/appointments/new/?calendar={calendar.pk}"
    shown = text(browser.get(new))
    assert "(alice)" in shown
    data = {
        "title": "Advice", "text": "", "place": "Room 2", "lengths": ["30"], "before": "0", "after": "15",
        "notice": "1440", "ahead": "60", "per_day": "0", "proves": "30", "rotates": "on",
        "questions": "* What about?\nA number", "is_open": "on", "hosts": "alice",
    }  # fmt: skip
    assert browser.post(new, {**data, "lengths": ["7"]}).status_code == 400
    assert browser.post(new, {**data, "hosts": "eve"}).status_code == 400
    where = browser.post(new, data)["Location"]
    page = AppointmentPage.objects.get()
    assert page.questions == [{"text": "What about?", "needed": True}, {"text": "A number", "needed": False}]
    assert (page.after, page.per_day, page.space_id) == (15, None, calendar.space_id)
    assert (page.proves, page.rotates) == (30, True)
    assert "* What about?" in text(browser.get(f"{where}edit/")) or "*What about?" in text(browser.get(f"{where}edit/"))
    assert browser.post(f"{where}edit/", {**data, "title": "More advice", "is_open": ""}).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.is_open) == ("More advice", False)
    assert browser.post(f"{where}remove/").status_code == 302
    assert browser.get(where).status_code == 404
    assert browser.post(f"{where}remove/", {"back": "1"}).status_code == 302
    assert browser.get(where).status_code == 200
    assert re.search(r"Advice|advice", text(browser.get("/calendars/appointments/")))


def test_a_page_goes_with_its_calendar(town, page, url):
    take(url, hour(10))
    making.erase([page.calendar_id])
    assert not AppointmentPage.objects.exists()
    assert Client().get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_one_time_at_once_one_has_it(living_town):
    town = living_town
    meeting.say_hours(make.act(town.alice), EVERY_DAY, zone="Europe/Paris", told_to="house", declined_shown=True)
    calendar = making.make(make.act(town.alice), town.space, "Visits", zone="Europe/Paris")
    page = hosting.make(make.act(town.alice), calendar, [town.alice], FIELDS | {"questions": []})
    link = make.make_link(town.alice, page, RESPONDENT.mask)

    def one(number):
        mine = Link.objects.get(pk=link.pk)
        visitor = Actor.nobody().with_links([mine])
        return actions.take(
            visitor, AppointmentPage.objects.select_related("space", "acl", "calendar__space", "created_by").get(),
            hour(10), 30, name="V", email=f"v{number}@example.net", answers=[], zone="", link=mine,
        )  # fmt: skip

    results = at_once(*(lambda number=number: one(number) for number in range(4)))
    assert len(won(results)) == 1
    assert lost(results) == ["Conflict"] * 3
    assert Appointment.objects.count() == CalendarObject.objects.filter(calendar=calendar).count() == 1


def in_turn(town, **more):
    for user in (town.alice, town.bob):
        meeting.say_hours(make.act(user), EVERY_DAY, zone="Europe/Paris", told_to="house", declined_shown=True)
    calendar = making.make(make.act(town.alice), town.space, "Turns", zone="Europe/Paris")
    fields = FIELDS | {"rotates": True, "questions": []} | more
    found = hosting.make(make.act(town.alice), calendar, [town.alice, town.bob], fields)
    link = make.make_link(town.alice, found, RESPONDENT.mask)
    return found, reverse("shell:link", args=[token_of(make.act(town.alice), link, make.fresh(found))])


def test_hosts_in_turn_have_as_many_each_as_they_are_free_for(town):
    page, url = in_turn(town)
    local = [hour(each).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None) for each in (9, 12)]
    put(town.alice, personal(town.alice), "Dentist", *local)
    assert "10:00" in free(page), "one of them is"
    for number, at in enumerate((10, 14, 15, 16)):
        assert take(url, hour(at), email=f"v{number}@example.net").status_code == 302
    given = list(Appointment.objects.order_by("starts").values_list("host", flat=True))
    assert given[:2] == [town.bob.pk, town.alice.pk], "who is free, then who has fewer"
    assert sorted(given) == sorted([town.alice.pk, town.bob.pk] * 2)
    assert HostHold.objects.count() == 4
    assert take(url, hour(14), email="v5@example.net").status_code == 302, "the other one is free"
    assert take(url, hour(14), email="v6@example.net").status_code == 409
    first = Appointment.objects.earliest("starts")
    assert first.event.summary == f"Office hour · {first.name} (Bob)"
    shown = text(signed_in(town.bob).get(f"/calendars/appointments/{page.pk}/", headers={"accept-language": "en"}))
    assert shown.count("· with ") == 5
    visitor = Actor.nobody().with_links([first.link])
    put(town.bob, personal(town.bob), "Away", *local)
    actions.move(visitor, first, hour(13))
    assert make.fresh(first).host == town.bob, "who has it keeps it while they can"
    at = [hour(17, 4).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None, hour=h) for h in (9, 17)]
    put(town.bob, personal(town.bob), "Gone", *at)
    actions.move(visitor, make.fresh(first), hour(10, 4))
    assert make.fresh(first).host == town.alice
    assert CalendarObject.objects.get(pk=first.event_id).summary.endswith("(Alice)")


@pytest.mark.parametrize("goes", ["page", "calendar"])
def test_what_goes_tells_its_visitors_and_what_comes_back_does_too(town, page, url, post, goes):
    take(url, hour(10))
    take(url, hour(11), email="ben@example.net")
    ben = Appointment.objects.get(email="ben@example.net")
    calendar = page.calendar
    if goes == "page":
        hosting.throw_away(make.act(town.alice), page)
    else:
        making.throw_away(make.act(town.alice), calendar)
    assert not HostHold.objects.exists()
    told = post()[-2:]
    assert sorted(one.to[0] for one in told) == ["anna@example.net", "ben@example.net"]
    for mail in told:
        assert mail.subject.startswith("Cancelled")
        ((_name, content, kind),) = mail.attachments
        assert kind == "text/calendar; method=CANCEL"
        for line in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", "ORGANIZER"):
            assert line in content
        assert "alice" not in content
    living = CalendarObject.objects.filter(calendar=calendar, deleted_at=None).count()
    assert living == (0 if goes == "page" else 2)
    local = [hour(each).astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=None) for each in (11, 12)]
    put(town.bob, personal(town.bob), "Taken", *local)
    second = hosting.make(make.act(town.bob), personal(town.bob), [town.bob], FIELDS | {"questions": []})
    clash = Appointment(page=second, uid="appointment-x", starts=hour(11), ends=hour(12), digest=b"x", sealed=b"x")
    clash.save()
    HostHold.objects.create(appointment=clash, user=town.bob, span=(hour(11), hour(12)))
    if goes == "page":
        hosting.throw_away(make.act(town.alice), page, back=True)
    else:
        making.bring_back(make.act(town.alice), make.fresh(calendar))
    again = Appointment.objects.filter(page=page, cancelled_at=None).get()
    assert again.email == "anna@example.net"
    assert again.event.deleted_at is None
    assert "10:00" not in free(page)
    assert (post()[-1].to, post()[-1].subject.split(":")[0]) == (["anna@example.net"], "Your appointment")
    assert CalendarObject.objects.get(pk=ben.event_id).deleted_at is not None


def test_where_addresses_are_proved_a_time_counts_once_the_link_of_the_mail_was_pressed(town, post):
    page, url = in_turn(town, rotates=False, proves=30)
    answer = take(url, hour(10))
    assert answer["Location"] == f"{url}?asked=30", "the address of the personal page is in the mail alone"
    assert "within 30 minutes" in text(Client().get(answer["Location"], headers={"accept-language": "en"}))
    assert "10:00" not in free(page), "it is held"
    assert not CalendarObject.objects.filter(calendar=page.calendar).exists()
    assert not Notification.objects.filter(kind=following.TOLD).exists()
    (mail,) = post()
    assert mail.subject.startswith("Confirm")
    assert not mail.attachments
    mine = url + re.search(re.escape(url) + r"(\S+)", mail.body)[1]
    visitor = Client()
    assert "Yes, I will come" in text(visitor.get(mine, headers={"accept-language": "en"}))
    assert not CalendarObject.objects.filter(calendar=page.calendar).exists(), "nothing is done by opening"
    assert send(visitor, mine, do="move", at=hour(15).isoformat()).status_code == 409
    assert send(visitor, mine, do="prove").status_code == 302
    assert CalendarObject.objects.filter(calendar=page.calendar, deleted_at=None).count() == 1
    assert post()[-1].subject.startswith("Your appointment")
    assert send(visitor, mine, do="prove").status_code == 302, "twice is once"
    assert len(post()) == 2

    take(url, hour(11))
    late = Appointment.objects.get(starts=hour(11))
    there = url + re.search(re.escape(url) + r"(\S+)", post()[-1].body)[1]
    Appointment.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "11:00" in free(page), "it is free again"
    busy = availability.busy_of(make.act(town.alice), [town.bob.pk], hour(11), hour(12))
    assert busy[town.bob.pk] == []
    assert send(visitor, there, do="prove").status_code == 409
    assert "is free again" in text(visitor.get(there, headers={"accept-language": "en"}))
    assert take(url, hour(11), email="ben@example.net").status_code == 302
    assert not Appointment.objects.filter(pk=late.pk).exists()


def test_a_house_without_mail_counts_a_time_at_once(town, settings):
    settings.MAIL_URL = ""
    page, url = in_turn(town, rotates=False, proves=30)
    assert take(url, hour(10)).status_code == 302
    assert CalendarObject.objects.filter(calendar=page.calendar).exists()


def test_an_event_that_a_visitor_counts_on_stays_in_its_calendar(town, page, url):
    take(url, hour(10))
    found = Appointment.objects.get()
    with pytest.raises(Conflict):
        storing.move(make.act(town.alice), found.event, personal(town.alice), found.event.name)
    assert make.fresh(found).event.calendar_id == page.calendar_id
    Appointment.objects.update(cancelled_at=timezone.now())
    storing.move(make.act(town.alice), make.fresh(found).event, personal(town.alice), found.event.name)
