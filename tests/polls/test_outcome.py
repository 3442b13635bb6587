"""What comes of a poll: counting, deciding with a date for calendars, minutes, files, polls of Framadate."""

import csv
import io
import zipfile
from datetime import date, time
from itertools import pairwise
from types import SimpleNamespace

import pytest
import vobject
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given as each
from hypothesis import strategies as some

from collab.lib.errors import BadInput, Refusal
from collab.registry import registry
from polls import counting, exporting, importing
from polls.actions import ending
from polls.models import Participant, Poll
from polls.slots import Slot
from tests import town as make
from tests.files.web import signed_in, text
from tests.polls import polling
from tests.polls.polling import EVENING, answer, choice, dates, form, fresh, options, public_url, stranger, url


def test_most_yes_is_best_and_if_need_be_breaks_a_tie():
    found = counting.totals("maybe", [1, 2, 3], [{"1": "y", "2": "y"}, {"1": "n", "2": "m", "3": "m"}])
    assert [(one.yes, one.maybe, one.best) for one in found.values()] == [(1, 0, False), (1, 1, True), (0, 1, False)]
    assert not any(one.best for one in counting.totals("maybe", [1], []).values())


def test_a_majority_is_more_for_than_against_abstentions_aside():
    ballots = [{"1": "y", "2": "y", "3": "a"}, {"1": "a", "2": "n", "3": "a"}, {"1": "y", "2": "a"}]
    found = counting.totals("majority", [1, 2, 3], ballots)
    assert [one.passed for one in found.values()] == [True, False, False]
    assert counting.totals("majority", [1], [])[1].passed is None


def test_one_objection_is_enough():
    found = counting.totals("consent", [1, 2], [{"1": "y", "2": "m"}, {"1": "n", "2": "y"}])
    assert [one.passed for one in found.values()] == [False, True]


def test_in_order_the_last_falls_out_until_one_has_more_than_half():
    ballots = [{"1": 1, "3": 2}] * 4 + [{"2": 1, "3": 2}] * 3 + [{"3": 1, "2": 2}] * 2
    rounds = counting.ranked([1, 2, 3], ballots)
    assert [(one.counts, one.out) for one in rounds] == [({1: 4, 2: 3, 3: 2}, (3,)), ({1: 4, 2: 5}, ())]
    assert counting.winners(rounds) == [2]
    tie = counting.ranked([1, 2], [{"1": 1}, {"2": 1}])
    assert counting.winners(tie) == [1, 2]
    assert counting.winners(counting.ranked([1, 2], [])) == []


@each(some.lists(some.lists(some.integers(1, 5), unique=True, max_size=5), max_size=12))
def test_counting_in_order_ends_and_loses_no_option(orders):
    ballots = [{str(pk): place for place, pk in enumerate(order, 1)} for order in orders]
    rounds = counting.ranked([1, 2, 3, 4, 5], ballots)
    for before, after in pairwise(rounds):
        assert set(before.counts) - set(before.out) == set(after.counts)
        assert before.out
    voted = any(orders)
    assert bool(counting.winners(rounds)) == voted
    firsts = {order[0] for order in orders if order}
    half = [pk for pk in firsts if 2 * sum(bool(o) and o[0] == pk for o in orders) > sum(map(bool, orders))]
    assert not half or counting.winners(rounds) == half


def test_answers_in_order_are_checked(alice, space):
    poll = choice(alice, space, method="ranked")
    browser = signed_in(alice)
    for wrong in ((1, 1), (0,), (4,), ("x",)):
        assert browser.post(url(poll), form(poll, *wrong)).status_code == 400
    assert browser.post(url(poll), form(poll, 2, 1)).status_code == 302
    assert list(Participant.objects.get().answers.values()) == [2, 1]
    assert "Round 1" in text(browser.get(url(poll)))


def test_an_objection_needs_its_reason(alice, space):
    poll = choice(alice, space, method="consent")
    browser = signed_in(alice)
    assert "Say what you object to" in text(browser.post(url(poll), form(poll, "n")))
    assert browser.post(url(poll), form(poll, "n", word="Too dear")).status_code == 302


@pytest.fixture
def evening(alice, space):
    return dates(alice, space, Slot(date(2030, 12, 8), *EVENING), Slot(date(2030, 12, 10)), public=True)


def event(data):
    return vobject.readOne(data.decode() if isinstance(data, bytes) else data).vevent


def test_the_date_is_chosen_and_everybody_gets_it(alice, bob, space, evening, post, monkeypatch):
    """By mail, where no app has calendars that invite."""
    monkeypatch.setattr(registry, "calendar", lambda: None)
    bob.email = "bob@example.org"
    bob.save()
    answer(bob, evening, "y", "n")
    stranger().post(public_url(alice, evening), form(evening, "y", name="Camille", email="camille@example.org"))
    post().clear()
    browser = signed_in(alice)
    assert "Pick this date" in text(browser.get(url(evening, "decide")))
    sent = browser.post(url(evening, "decide"), {"option": options(evening)[0].pk, "mailed": "on"})
    assert sent.status_code == 302
    mails = post()
    assert {mail.to[0] for mail in mails} == {"bob@example.org", "camille@example.org"}
    for mail in mails:
        ((_name, content, media_type),) = mail.attachments
        assert media_type.startswith("text/calendar")
        one = event(content)
        assert (one.summary.value, one.dtstart.value.isoformat()) == ("The next meeting", "2030-12-08T17:30:00+00:00")
        assert one.dtend.value.isoformat() == "2030-12-08T19:30:00+00:00"
    assert fresh(evening).is_over
    shown = text(stranger().get(public_url(alice, evening)))
    assert "Decided:" in shown
    download = stranger().get(public_url(alice, evening) + "poll.ics")
    first = event(download.content)
    browser.post(url(evening, "decide"), {"option": options(evening)[1].pk})
    second = event(browser.get(url(evening, "export", "ics")).content)
    assert (second.uid.value, second.dtstart.value) == (first.uid.value, date(2030, 12, 10))
    assert int(second.sequence.value) > int(first.sequence.value)
    browser.post(url(evening, "undecide"))
    assert Poll.objects.get().decided is None


def test_a_calendar_takes_the_date_where_an_app_offers_one(alice, bob, space, evening, post, monkeypatch):
    kept = []
    port = SimpleNamespace(
        put=lambda actor, space, what: kept.append(what),
        drop=lambda *about: kept.append(about[2]),
        invites=True,
        clashes=lambda actor, spans: ["" for _span in spans],
    )
    monkeypatch.setattr(registry, "calendar", lambda: port)
    answer(bob, evening, "y")
    signed_in(alice).post(url(evening, "decide"), {"option": options(evening)[0].pk, "mailed": "on"})
    assert (kept[0].title, kept[0].people, kept[0].day) == ("The next meeting", (bob.pk,), None)
    assert post() == []
    signed_in(alice).post(url(evening, "undecide"))
    assert kept[1] == kept[0].uid


def test_whoever_may_not_edit_decides_nothing(alice, eve, space, evening):
    make.share(alice, evening, eve)
    for name in ("decide", "undecide"):
        assert signed_in(eve).post(url(evening, name), {"option": options(evening)[0].pk}).status_code == 403
    other = dates(alice, space)
    assert signed_in(alice).post(url(evening, "decide"), {"option": options(other)[0].pk}).status_code == 400


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", " =1", "<script>alert(1)</script>", "a\nb", 'q"u,o']


def test_files_hold_the_table_and_no_formula(alice, space):
    poll = choice(alice, space, *[word for word in HOSTILE if word.isprintable()], title="=1+1")
    for number, word in enumerate(HOSTILE):
        Participant.objects.create(
            poll=poll, name=word[:100], word=word, answers=polling.given(poll, "y"), answered_at=poll.created_at
        )
        assert number < 100
    data = signed_in(alice).get(url(poll, "export", "csv"))
    assert data["Content-Disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(data.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 2 + len(HOSTILE)
    cells = [cell for row in rows for cell in row]
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    with zipfile.ZipFile(io.BytesIO(exporting.as_xlsx(poll))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "=cmd" in book.read("xl/sharedStrings.xml").decode()


def test_files_hide_what_the_page_hides(alice, bob, eve, space):
    poll = dates(alice, space, hide_results=True)
    answer(bob, poll, "y", word="CANARY")
    for form_of in ("csv", "xlsx", "ics"):
        found = signed_in(alice).get(url(poll, "export", form_of)).content
        assert b"Bob" not in found
        assert b"CANARY" not in found
        assert signed_in(eve).get(url(poll, "export", form_of)).status_code == 404
    assert signed_in(alice).get(url(poll, "export", "exe")).status_code == 404
    rows = exporting.table(fresh(poll))
    assert len(rows) == 1


def test_minutes_tell_what_an_assembly_decided(alice, bob, space):
    poll = choice(alice, space, "Raise the fee", method="majority")
    answer(bob, poll, "y")
    assert signed_in(alice).get(url(poll, "minutes")).status_code == 400
    ending.close(make.act(alice), fresh(poll))
    page = text(signed_in(bob).get(url(poll, "minutes")))
    for said in ("Minutes of the vote", "Raise the fee", "<strong>1</strong> for", "adopted", "Bob", "Signature"):
        assert said in page


FRAMADATE = (
    ",08/12/2030,08/12/2030,10/12/2030,\n,18h30,20:00 - 22:00,soir,\n"
    "Camille,Oui,Si nécessaire,Non,\nDominique,Non,Oui,Inconnu,\n"
)


def test_a_poll_of_framadate_comes_with_its_answers(alice, space):
    file = SimpleUploadedFile("Réunion.csv", FRAMADATE.encode())
    sent = signed_in(alice).post("/polls/bring/", {"file": file, "space": space.pk})
    assert sent.status_code == 302
    poll = Poll.objects.get()
    assert (poll.title, [str(one.starts_at or one.day)[:16] for one in options(poll)]) == (
        "Réunion",
        ["2030-12-08 17:30", "2030-12-08 19:00", "2030-12-10"],
    )
    people = {one.name: list(one.answers.values()) for one in poll.participants.all()}
    assert people == {"Camille": ["y", "m", "n"], "Dominique": ["n", "y"]}
    words = importing.framadate(b',"Red, dark",Blue\nCamille,Yes,No\n')
    assert [one.text for one in words.wanted] == ["Red, dark", "Blue"]
    assert words.people == [("Camille", ["y", "n"])]
    slot = importing.framadate(FRAMADATE.encode()).wanted[1].slot
    assert (slot.begins, slot.ends) == (time(20), time(22))


@pytest.mark.parametrize(
    "wrong",
    [b"", b"\xff\xfe\x00", b"a,b", b",,\nx,Oui", b",Red\nCamille,=1+1", b",a\0b\nCamille,Oui", b'"', b"x" * (2**21 + 1),
     b"," + b",".join(b"o%d" % n for n in range(101)) + b"\nCamille,Oui"],
    ids=["empty", "bytes", "one row", "no options", "formula", "nul", "quote", "huge", "wide"],
)  # fmt: skip
def test_a_foreign_file_is_refused_whole(alice, space, wrong):
    with pytest.raises(Refusal):
        importing.framadate(wrong)
    answer = signed_in(alice).post("/polls/bring/", {"file": SimpleUploadedFile("x.csv", wrong), "space": space.pk})
    assert answer.status_code in {400, 413}
    assert not Poll.objects.exists()


@each(some.binary(max_size=300))
def test_whatever_a_file_holds_it_is_read_or_refused(data):
    try:
        found = importing.framadate(data)
    except (BadInput, Refusal):
        return
    assert all(len(values) == len(found.wanted) for _name, values in found.people)
