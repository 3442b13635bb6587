"""Polls by their public link: no account, no script; a personal link; limits; what is hidden stays hidden."""

import re
import threading
from copy import copy
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights.models import Link
from collab.rights.right import READER, RESPONDENT
from polls.actions import answering, ending, making
from polls.models import Participant, Poll
from polls.slots import Slot
from tests import town as make
from tests.conftest import build_town
from tests.files.web import signed_in, text
from tests.polls import polling
from tests.polls.polling import answer, choice, dates, form, fresh, given, link_of, public_url, stranger, url

TENTH = Slot(date(2030, 12, 10))


@pytest.fixture
def poll(alice, space):
    return dates(alice, space, public=True)


def personal(page):
    return urlsplit(re.search(r'aria-label="Your personal link">(http[^<]+)<', text(page))[1]).path


def test_a_visitor_gives_a_name_and_answers_without_account(alice, poll):
    browser, where = stranger(), public_url(alice, poll)
    page = browser.get(where)
    assert (page.status_code, 'name="name"' in text(page)) == (200, True)
    sent = browser.post(where, form(poll, "y", "m", name="Camille", word="By train"))
    assert sent.status_code == 302
    kept = browser.get(sent["Location"])
    assert "Your answers are kept" in text(kept)
    mine = personal(kept)
    assert stranger().get(mine).context["voter"].name == "Camille"
    changed = stranger().post(mine, form(poll, "n", "y", name="Camille"))
    assert changed.status_code == 302
    voter = Participant.objects.get()
    assert (list(voter.answers.values()), voter.name, voter.user) == (["n", "y"], "Camille", None)
    shown = text(signed_in(alice).get(url(poll)))
    assert "Camille" in shown


def test_the_same_browser_changes_its_answer_and_can_be_lent(alice, poll):
    browser, where = stranger(), public_url(alice, poll)
    browser.post(where, form(poll, "y", name="Camille"))
    browser.post(where, form(poll, "n", name="Camille"))
    assert Participant.objects.count() == 1
    browser.post(f"{where}?new=1", form(poll, "y", name="Dominique"))
    assert [one.name for one in Participant.objects.order_by("pk")] == ["Camille", "Dominique"]


def test_what_is_wrong_is_said_and_what_was_typed_stays(alice, poll):
    browser, where = stranger(), public_url(alice, poll)
    refused = browser.post(where, form(poll, "y", name=" ", word="KEEP"))
    assert (refused.status_code, "Write your name" in text(refused), "KEEP" in text(refused)) == (400, True, True)
    assert text(refused).count("checked") == 1
    for wrong in ({"name": "x" * 101}, {"name": "a\0b"}, {"name": "Bo\x07b"}, {"email": "no address", "name": "B"}):
        assert browser.post(where, form(poll, "y") | wrong).status_code == 400
    assert browser.post(where, {"do": "nonsense"}).status_code == 400
    assert not Participant.objects.exists()


def test_a_link_for_looking_lets_nobody_answer(alice, poll):
    looking = make.make_link(alice, fresh(poll), READER.mask)
    where = public_url(alice, poll, looking)
    page = stranger().get(where)
    assert "You may look at this poll" in text(page)
    assert stranger().post(where, form(poll, "y", name="B")).status_code == 403
    assert not Participant.objects.exists()


def test_a_personal_link_lies_below_the_link_it_came_by(alice, bob, space, poll):
    browser = stranger()
    sent = browser.post(public_url(alice, poll), form(poll, "y", name="Camille"))
    mine = urlsplit(sent["Location"]).path
    other = dates(alice, space, public=True)
    token = mine.rstrip("/").rpartition("/")[2]
    assert stranger().get(public_url(alice, other) + token).status_code == 404
    assert stranger().get(public_url(alice, poll) + "wrong-token").status_code == 404
    Link.objects.filter(object_id=poll.pk).first().principal.delete()
    assert stranger().get(mine).status_code == 404


def test_a_form_of_another_site_is_refused(alice, poll):
    strict = stranger(enforce_csrf_checks=True)
    where = public_url(alice, poll)
    strict.get(where)
    assert strict.post(where, form(poll, "y", name="B")).status_code == 403
    assert not Participant.objects.exists()


def test_the_administrators_switch_closes_it_to_visitors(alice, poll, db):
    from collab.registry import house

    where = public_url(alice, poll)
    house.put("polls.visitors", value=False)
    assert stranger().get(where).status_code == 404
    assert signed_in(alice).get(f"/share/poll/{poll.pk}/links/").context["roles"] == []
    assert "Make a link to send" not in text(signed_in(alice).get("/polls/new/"))


def test_ends_of_a_poll_end_its_link(alice, poll):
    where = public_url(alice, poll)
    ending.close(make.act(alice), fresh(poll))
    assert stranger().post(where, form(poll, "y", name="B")).status_code == 409
    assert "no more answers are taken" in text(stranger().get(where))
    ending.throw_away(make.act(alice), fresh(poll))
    assert stranger().get(where).status_code == 404


@pytest.mark.parametrize("who", ["visitor", "person", "manager"])
def test_hidden_results_are_hidden_from_everybody_until_it_is_closed(alice, bob, space, who):
    poll = dates(alice, space, public=True, hide_results=True)
    answer(bob, poll, "y", word="CANARY")
    browser, where = {
        "visitor": (stranger(), public_url(alice, poll)),
        "person": (signed_in(bob), url(poll)),
        "manager": (signed_in(alice), url(poll)),
    }[who]
    page = browser.get(where)
    assert (page.context["table"], page.context["results"].totals, page.context["results"].count) == ([], None, 1)
    assert "CANARY" not in text(page) or who == "person"
    ending.close(make.act(alice), fresh(poll))
    page = browser.get(where)
    assert ("CANARY" in text(page), page.context["lines"][0].total.yes) == (True, 1)


def test_hidden_names_show_totals_alone(alice, bob, space):
    poll = dates(alice, space, public=True, hide_names=True)
    answer(bob, poll, "y")
    page = stranger().get(public_url(alice, poll))
    assert ("Bob" in text(page), page.context["lines"][0].total.yes) == (False, 1)
    ending.close(make.act(alice), fresh(poll))
    assert "Bob" in text(stranger().get(public_url(alice, poll)))


def test_a_full_option_takes_nobody_more_and_says_so(alice, bob, space):
    poll = choice(alice, space, public=True, limit=1)
    answer(bob, poll, "y", None, None)
    where = public_url(alice, poll)
    page = stranger().get(where)
    assert ("full" in text(page), page.context["lines"][0].full) == (True, True)
    refused = stranger().post(where, form(poll, "y", name="Camille"))
    assert (refused.status_code, "the last place was taken" in text(refused)) == (409, True)
    answer(bob, poll, "y", "y")  # one's own place is no reason
    making_room = stranger().post(where, form(poll, None, None, "y", name="Camille"))
    assert making_room.status_code == 302


def test_one_chooses_as_many_as_may_be(alice, space):
    poll = choice(alice, space, most=2)
    browser = signed_in(alice)
    assert browser.post(url(poll), form(poll, "y", "y", "y")).status_code == 400
    assert browser.post(url(poll), form(poll, "y", "y")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_at_the_last_place_one_gets_it(transactional_db, store):
    town = build_town()
    poll = choice(town.alice, town.space, "Seat", public=True, limit=1)
    link = link_of(poll)
    start, outcomes = threading.Barrier(6), []

    def hurry(number):
        try:
            start.wait()
            answering.answer(make.visitor(link), fresh(poll), None, given(poll, "y"), name=f"V{number}", link=link)
            outcomes.append("in")
        except Conflict:
            outcomes.append("full")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hurry, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full"] * 5 + ["in"]
    assert Participant.objects.count() == 1


def test_a_vote_holds_the_lock_of_its_space_for_three_statements(alice, poll):
    link = link_of(poll)
    with CaptureQueriesContext(connection) as asked:
        answering.answer(make.visitor(link), fresh(poll), None, given(poll, "y"), name="Camille", link=link)
    said = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    held = next(number for number, text in enumerate(said) if "spaces_space SET seq" in text)
    assert len(said) - held <= 3, said[held:]


def test_what_changed_since_the_page_was_drawn_counts_and_a_refusal_leaves_no_trace(alice, space, poll):
    link, before = link_of(poll), fresh(poll)
    first, second = polling.options(poll)
    making.change(make.act(alice), fresh(poll), poll.version, {}, [making.Wanted(pk=second.pk, slot=TENTH)])
    numbered = make.log_of(space)

    def vote(asked, option):
        answering.answer(make.visitor(link), asked, None, {str(option.pk): "y"}, name="Camille", link=link)

    with pytest.raises(BadInput):
        vote(copy(before), first)
    ending.close(make.act(alice), fresh(poll))
    with pytest.raises(Conflict):
        vote(copy(before), second)
    make.expire(fresh(poll), link.principal)
    ending.reopen(make.act(alice), fresh(poll))
    with pytest.raises(Forbidden):
        vote(copy(before), second)
    assert (make.log_of(space)[: len(numbered)], Participant.objects.count()) == (numbered, 0)
    assert "poll-answer" not in make.log_of(space)


def test_proposals_are_taken_where_they_are_welcome(alice, space, poll):
    sent = {"do": "propose", "day": "2030-12-24", "begins": "", "ends": "", "name": "Camille"}
    assert stranger().post(public_url(alice, poll), sent).status_code == 403
    welcome = dates(alice, space, public=True, proposals=True)
    where = public_url(alice, welcome)
    assert stranger().post(where, sent).status_code == 302
    assert [str(one.day) for one in polling.options(welcome)] == ["2030-12-08", "2030-12-10", "2030-12-24"]
    assert "proposed by Camille" in text(stranger().get(where))
    assert stranger().post(where, sent).status_code == 409
    assert stranger().post(where, sent | {"day": "x"}).status_code == 400
    assert signed_in(alice).post(url(welcome, "propose"), sent | {"day": "2030-12-25"}).status_code == 302
    assert Poll.objects.get(pk=welcome.pk).options.count() == 4


def test_only_the_invited_answer_where_it_says_so(alice, bob, space):
    poll = dates(alice, space, public=True, only_invited=True)
    refused = stranger().post(public_url(alice, poll), form(poll, "y", name="B"))
    assert (refused.status_code, "Only those who were invited" in text(refused)) == (403, True)
    assert signed_in(bob).post(url(poll), form(poll, "y")).status_code == 403


def test_an_answer_of_a_stranger_is_taken_out_and_brought_back(alice, bob, eve, space, poll):
    stranger().post(public_url(alice, poll), form(poll, "y", name="Spam"))
    voter = Participant.objects.get()
    out = url(poll, "remove")
    make.share(alice, poll, eve, RESPONDENT.mask)
    assert signed_in(eve).post(out, {"who": voter.pk}).status_code == 403
    assert signed_in(alice).post(out, {"who": voter.pk}).status_code == 302
    page = signed_in(alice).get(url(poll))
    assert page.context["results"].count == 0
    signed_in(alice).post(out, {"who": voter.pk, "back": "1"})
    assert signed_in(alice).get(url(poll)).context["results"].count == 1
