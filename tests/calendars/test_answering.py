"""Inviting on a page, and answering: with an account and without, by whom it may be, as often as one likes until it
is over."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from calendars import availability
from calendars.actions import answering, delivering, storing
from calendars.models import CalendarObject, Delivery, Invitee, Occurrence
from collab.accounts.models import Attempt
from collab.rights.right import EDITOR
from tests import town as make
from tests.calendars.calendaring import calendar, personal
from tests.files.web import HTMX, signed_in, text

pytestmark = pytest.mark.django_db
DAY = timezone.now().date() + timedelta(days=30)
FORM = {
    "title": "Board", "first": f"{DAY}", "begins": "18:00", "ends": "20:00", "last": f"{DAY}",
    "zone": "Europe/Paris", "interval": "1", "place": "Room 2",
}  # fmt: skip


@pytest.fixture
def sent(settings, django_capture_on_commit_callbacks, monkeypatch):
    """Deliver what waits, and return the mails."""
    settings.MAIL_URL = "smtp://mail.example.org"

    def deliver():
        for pk in Delivery.objects.filter(state="waiting").values_list("pk", flat=True):
            delivering.deliver(pk)
        return mail.outbox

    return deliver


def board(town, sent, **more):
    """An event of the space's calendar to which Bob and a stranger are invited; what left is delivered."""
    into = calendar(town.alice, town.space, "Board")
    form = FORM | {"calendar": into.pk, "needed": "Bob (bob), nina@example.org"} | more
    answer = signed_in(town.alice).post("/calendars/events/new/", form)
    assert answer.status_code == 302, re.findall("field__error.{300}", text(answer), re.S)
    sent()
    return CalendarObject.objects.get(calendar=into)


def stranger():
    return Client(headers={"accept-language": "en"})


def copy_of(who, event):
    return CalendarObject.objects.get(calendar__space__owner=who, uid=event.uid)


def token(event, address="nina@example.org"):
    return answering.token_of(Invitee.objects.get(event=event, address=address))


def lines(event):
    data = bytes(CalendarObject.objects.get(pk=event.pk).data).decode().replace("\r\n ", "")
    return [line for line in data.splitlines() if line.startswith(("ATTENDEE", "ORGANIZER", "X-COLLAB"))]


class TestInviting:
    def test_people_and_addresses_are_written_into_the_event_and_told(self, town, sent):
        event = board(town, sent, optional="Eve (eve)")
        found = lines(event)
        assert any(line.startswith("ORGANIZER;CN=Plans;SENT-BY=") for line in found)
        assert sum("ROLE=OPT-PARTICIPANT" in line for line in found) == 1
        assert [one.to for one in mail.outbox] == [["nina@example.org"]]
        copies = CalendarObject.objects.filter(uid=event.uid).exclude(pk=event.pk)
        assert [one.calendar.space.owner for one in copies] == [town.eve]  # Bob sees the calendar of the space
        assert "/calendars/answer/" in mail.outbox[0].body

    def test_who_stays_invited_keeps_their_answer_and_who_goes_is_told(self, town, sent):
        event = board(town, sent)
        answering.answer(Invitee.objects.get(event=event, user=town.bob), event, "ACCEPTED")
        event.refresh_from_db()
        form = FORM | {"calendar": event.calendar_id, "etag": event.etag, "needed": "Bob (bob)", "event": event.pk}
        page = text(signed_in(town.alice).get(f"/calendars/events/{event.pk}/edit/"))
        assert 'data-name="nina@example.org"' in page
        assert 'data-name="Bob (bob)"' in page
        signed_in(town.alice).post(f"/calendars/events/{event.pk}/edit/", form)
        sent()
        (line,) = [one for one in lines(event) if one.startswith("ATTENDEE")]
        assert "PARTSTAT=ACCEPTED" in line
        assert "METHOD:CANCEL" in mail.outbox[-1].attachments[0][1]

    def test_a_small_change_tells_nobody_where_one_says_so(self, town, sent):
        event = board(town, sent)
        form = FORM | {"calendar": event.calendar_id, "etag": event.etag, "needed": "Bob (bob), nina@example.org",
                       "place": "Room 3", "quiet": "on"}  # fmt: skip
        signed_in(town.alice).post(f"/calendars/events/{event.pk}/edit/", form)
        sent()
        assert len(mail.outbox) == 1
        assert b"Room 3" in bytes(CalendarObject.objects.get(pk=event.pk).data)

    def test_a_group_is_unfolded_or_stays_one(self, town, sent):
        make.make_group("Crew", town.bob, town.eve)
        event = board(town, sent, needed="Crew")
        assert set(Invitee.objects.filter(event=event).values_list("user", flat=True)) == {town.bob.pk, town.eve.pk}
        CalendarObject.objects.all().delete()
        into = event.calendar
        signed_in(town.alice).post(
            "/calendars/events/new/", FORM | {"calendar": into.pk, "needed": "Crew", "unfold": "as-one"}
        )
        event = CalendarObject.objects.get(calendar=into)
        assert Invitee.objects.filter(event=event, kind="GROUP", name="Crew").count() == 1
        page = text(signed_in(town.alice).get(f"/calendars/events/{event.pk}/edit/"))
        assert re.findall(r'data-name="([^"]*)"', page) == ["Crew"]

    def test_what_is_no_address_is_said_and_nothing_is_made(self, town):
        form = FORM | {"calendar": personal(town.alice).pk, "needed": "nina@example"}
        answer = signed_in(town.alice).post("/calendars/events/new/", form)
        assert answer.status_code == 400
        assert "is no address" in text(answer)
        assert not CalendarObject.objects.exists()

    def test_who_is_invited_changes_nothing_of_it(self, town, sent):
        copy = copy_of(town.eve, board(town, sent, needed="Eve (eve)"))
        page = text(signed_in(town.eve).get(f"/calendars/events/{copy.pk}/edit/"))
        assert "Somebody invited you to this" in page
        assert 'name="needed"' not in page


class TestMembers:
    def test_answer_in_the_dialog_and_the_organizer_reads_it(self, town, sent):
        event = board(town, sent, optional="Eve (eve)")
        for who, found, say in ((town.bob, event, "yes"), (town.eve, copy_of(town.eve, event), "maybe")):
            page = text(signed_in(who).get(f"/calendars/events/{found.pk}/", headers=HTMX))
            assert "Plans invites you. Do you come?" in page
            form = {"say": say, "plus": "2", "comment": f"{who} with cake"}
            assert signed_in(who).post(f"/calendars/events/{found.pk}/say/", form).status_code == 302
            sent()
        page = text(signed_in(town.alice).get(f"/calendars/events/{event.pk}/"))
        for said in ("3 come", "3 perhaps", "1 has not answered", "Bob with cake", "Eve with cake"):
            assert said in page
        assert "Do you come?" not in page
        assert "Your answer: perhaps" in text(signed_in(town.eve).get(f"/calendars/events/{found.pk}/"))

    def test_one_date_of_a_series_is_answered_by_itself(self, town, sent):
        event = board(town, sent, repeat="WEEKLY", end="count", count="3", days=str(DAY.weekday()))
        at = Occurrence.objects.filter(event=event).order_by("starts")[1].recurrence_id
        signed_in(town.bob).post(f"/calendars/events/{event.pk}/say/", {"say": "no", "scope": "one", "at": at})
        said = dict(Invitee.objects.filter(event=event, user=town.bob).values_list("recurrence_id", "partstat"))
        assert said == {"": "NEEDS-ACTION", at: "DECLINED"}
        assert "1 does not come" in text(signed_in(town.alice).get(f"/calendars/events/{event.pk}/?at={at}"))

    def test_nobody_answers_who_is_not_invited(self, town, sent):
        event = board(town, sent)
        make.share(town.alice, event.calendar, town.eve, EDITOR.mask)
        page = text(signed_in(town.eve).get(f"/calendars/events/{event.pk}/"))
        assert "Do you come?" not in page
        answer = signed_in(town.eve).post(f"/calendars/events/{event.pk}/say/", {"say": "yes"})
        assert answer.status_code == 403
        assert (
            signed_in(make.make_user("stan")).post(f"/calendars/events/{event.pk}/say/", {"say": "yes"}).status_code
            == 404
        )

    def test_what_waits_for_an_answer_stands_on_home_until_it_is_given(self, town, sent):
        event = board(town, sent, optional="Eve (eve)")
        for who, found in ((town.bob, event), (town.eve, copy_of(town.eve, event))):
            browser = signed_in(who)
            assert f"/calendars/events/{found.pk}/say/" in text(browser.get("/home/calendars-answer/", **HTMX))
            browser.post(f"/calendars/events/{found.pk}/say/", {"say": "no"})
            assert "Board" not in text(browser.get("/home/calendars-answer/", **HTMX))

    def test_what_was_declined_is_dimmed_or_hidden_and_takes_no_time(self, town, sent):
        event = board(town, sent)
        browser, week = signed_in(town.bob), f"/calendars/?view=week&day={DAY}"
        since, until = (datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=plus) for plus in (0, 1))

        def busy():
            return [
                one.busy for one in availability.busy_of(make.act(town.alice), [town.bob.pk], since, until)[town.bob.pk]
            ]

        assert "is-declined" not in text(browser.get(week))
        assert busy() == [Occurrence.Busy.TENTATIVE]
        browser.post(f"/calendars/events/{event.pk}/say/", {"say": "yes"})
        assert busy() == [Occurrence.Busy.BUSY]
        browser.post(f"/calendars/events/{event.pk}/say/", {"say": "no"})
        assert busy() == []
        own = f'href="/calendars/events/{event.pk}/'
        assert own in text(browser.get(week))
        assert "is-declined" in text(browser.get(week))
        browser.post("/calendars/hours/", {"zone": "Europe/Berlin", "told_to": "house"})
        assert own not in text(browser.get(week))


class TestWithoutAccount:
    def test_looking_answers_nothing_and_one_button_does(self, town, sent):
        event = board(town, sent)
        url = f"/calendars/answer/{token(event)}/"
        page = text(stranger().get(url + "?say=no"))
        assert "Plans invites you" in page
        assert "Room 2" in page
        assert re.search(r'value="no" checked', page)
        assert Invitee.objects.get(event=event, address="nina@example.org").partstat == "NEEDS-ACTION"
        answer = stranger().post(url, {"say": "yes", "plus": "3", "comment": "Gladly"})
        assert answer.status_code == 302
        assert "Your answer is kept" in text(stranger().get(answer["Location"]))
        row = Invitee.objects.get(event=event, address="nina@example.org")
        assert (row.partstat, row.plus, row.comment) == ("ACCEPTED", 3, "Gladly")
        stranger().post(url, {"say": "maybe"})
        row = Invitee.objects.get(event=event, address="nina@example.org")
        assert (row.partstat, row.plus) == ("TENTATIVE", 0)

    def test_speaks_the_language_of_the_mail(self, town, sent):
        url = f"/calendars/answer/{token(board(town, sent))}/"
        assert "Plans vous invite" in text(stranger().get(url + "?l=fr", headers={"accept-language": "en"}))
        assert "Plans invites you" in text(stranger().get(url + "?l=en", headers={"accept-language": "fr"}))

    def test_says_who_else_comes_only_where_the_organizer_does(self, town, sent):
        event = board(town, sent)
        page = text(stranger().get(f"/calendars/answer/{token(event)}/"))
        assert "Bob" not in page
        form = FORM | {"calendar": event.calendar_id, "etag": event.etag, "guests_shown": "on",
                       "needed": "Bob (bob), nina@example.org"}  # fmt: skip
        signed_in(town.alice).post(f"/calendars/events/{event.pk}/edit/", form)
        answering.answer(Invitee.objects.get(event=event, user=town.bob), event, "ACCEPTED", comment="Secret word")
        page = text(stranger().get(f"/calendars/answer/{token(event)}/"))
        assert "Bob" in page
        assert "Secret word" not in page

    def test_gives_the_event_as_a_file(self, town, sent):
        answer = stranger().get(f"/calendars/answer/{token(board(town, sent))}/event.ics")
        assert answer["Content-Type"].startswith("text/calendar")
        assert b"SUMMARY:Board" in answer.content
        assert b"METHOD" not in answer.content

    @pytest.mark.parametrize(
        "wrong", ["", "nobody", "x" * 300, "a:b:c"], ids=["cut", "made up", "long", "signed wrong"]
    )
    def test_a_token_that_is_none_leads_nowhere_and_is_counted(self, town, sent, wrong):
        good = token(board(town, sent))
        answer = stranger().get(f"/calendars/answer/{wrong or good[:-3]}/")
        assert answer.status_code == 404
        assert "This link leads nowhere" in text(answer)
        assert Attempt.objects.filter(key__contains="link-token").exists() or Attempt.objects.exists()

    def test_nobody_answers_for_another(self, town, sent):
        event = board(town, sent)
        other = answering.token_of(Invitee(event_id=event.pk, address="eve@example.org", recurrence_id=""))
        for method in ("get", "post"):
            assert getattr(stranger(), method)(f"/calendars/answer/{other}/", {"say": "yes"}).status_code == 410
        forged = signing.dumps([event.pk, "nina@example.org", ""], salt="other")
        assert stranger().get(f"/calendars/answer/{forged}/").status_code == 404

    def test_says_what_became_of_it(self, town, sent):
        event = board(town, sent)
        url = f"/calendars/answer/{token(event)}/"
        make.change(event, last=timezone.now() - timedelta(days=1))
        assert "This is over" in text(stranger().get(url))
        stranger().post(url, {"say": "yes"})
        assert Invitee.objects.get(event=event, address="nina@example.org").partstat == "NEEDS-ACTION"
        make.change(event, last=timezone.now() + timedelta(days=30), status="CANCELLED")
        assert "it does not take place" in text(stranger().get(url))
        storing.delete(make.act(town.alice), CalendarObject.objects.select_related("calendar").get(pk=event.pk))
        answer = stranger().get(url)
        assert answer.status_code == 410
        assert "does not take place any more" in text(answer)

    def test_refuses_what_is_no_answer(self, town, sent):
        url = f"/calendars/answer/{token(board(town, sent))}/"
        for wrong in ({}, {"say": "perhaps"}, {"say": "yes", "plus": "999"}, {"say": "yes", "plus": "-1"},
                      {"say": "yes", "comment": "x" * 501}):  # fmt: skip
            assert stranger().post(url, wrong).status_code == 400
        assert not Invitee.objects.exclude(partstat="NEEDS-ACTION").exists()
