"""Invitations by name and by mail, reminders to those alone who have not answered, links found again."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from collab.events.models import Change
from collab.notifications.models import Notification
from collab.registry import house
from collab.rights.models import Letter
from polls import tasks
from polls.models import Participant, Poll
from tests import town as make
from tests.files.web import signed_in, text
from tests.polls import polling
from tests.polls.polling import answer, dates, form, fresh, link_of, public_url, stranger, url


@pytest.fixture
def poll(alice, space):
    return dates(alice, space, only_invited=True, deadline=timezone.now() + timedelta(days=1))


def paths(message):
    return [urlsplit(one).path for one in re.findall(r"http\S+/s/\S+", message.body)]


def test_people_and_groups_are_invited_and_may_answer(alice, eve, space, poll):
    club = make.make_group("Club", eve)
    sent = signed_in(alice).post(url(poll, "invite"), {"who": "Club"})
    assert sent.status_code == 302
    assert poll.invited.get().principal == club.principal
    assert poll.title in text(signed_in(eve).get("/"))
    assert signed_in(eve).post(url(poll), form(poll, "y")).status_code == 302
    page = text(signed_in(alice).get(url(poll, "invite")))
    assert "Club" in page
    assert "has not answered" not in page
    (told,) = Change.objects.filter(kind="poll-invite")
    assert told.after == {"people": [eve.pk], "addresses": 0}


def test_who_is_invited_hears_of_it(alice, eve, space, poll):
    from collab.events import readers

    signed_in(alice).post(url(poll, "invite"), {"whom": str(eve)})
    readers.catch_up()
    assert [one.kind for one in Notification.objects.filter(person=eve)].count("polls.invite") == 1
    assert "asks for your answer" in text(signed_in(eve).get("/notifications/"))


def test_an_address_gets_a_link_for_one_answer(alice, space, poll, post):
    signed_in(alice).post(url(poll, "invite"), {"addresses": "Camille <camille@example.org>, dom@example.org"})
    first, second = post()
    assert (first.to, second.to) == (["camille@example.org"], ["dom@example.org"])
    (mine,) = paths(first)
    page = stranger().get(mine)
    assert ('value="Camille"' in text(page), page.context["may_answer"]) == (True, True)
    assert stranger().post(mine, form(poll, "y", name="Camille")).status_code == 302
    assert stranger().post(mine, form(poll, "n", name="Camille")).status_code == 302
    assert Participant.objects.filter(answered_at__isnull=False).count() == 1
    open_page = public_url(alice, poll)
    assert stranger().post(open_page, form(poll, "y", name="Nobody asked")).status_code == 403
    again = signed_in(alice).post(url(poll, "invite"), {"addresses": "camille@example.org"})
    assert (again.status_code, Participant.objects.count()) == (302, 2)


@pytest.mark.parametrize("wrong", [{"addresses": "no address"}, {"who": "Nobody of that name"}, {}], ids=str)
def test_a_mistake_sends_nothing(alice, space, poll, post, wrong):
    assert signed_in(alice).post(url(poll, "invite"), wrong).status_code in {400, 404}
    assert post() == []
    assert not Participant.objects.exists()


def test_only_who_manages_invites(bob, eve, alice, space, poll):
    make.share(alice, poll, eve)
    assert signed_in(eve).post(url(poll, "invite"), {"who": "bob"}).status_code == 403
    assert signed_in(eve).post(url(poll, "remind")).status_code == 403
    assert signed_in(bob).post(url(poll, "invite"), {"who": "eve"}).status_code == 403  # edits, does not share
    assert not poll.invited.exists()


def test_those_who_have_not_answered_are_reminded_once(alice, bob, eve, space, poll, post):
    signed_in(alice).post(url(poll, "invite"), {"who": "bob, eve", "addresses": "camille@example.org, dom@example.org"})
    assert len(post()) == 2
    answer(bob, poll, "y")
    camille = Participant.objects.get(email="camille@example.org")
    Participant.objects.filter(pk=camille.pk).update(answered_at=timezone.now(), answers={})
    tasks.remind()  # made today: too early
    assert not Change.objects.filter(kind="poll-remind").exists()
    Poll.objects.update(created_at=timezone.now() - timedelta(days=3))
    tasks.remind()
    tasks.remind()
    (told,) = Change.objects.filter(kind="poll-remind")
    assert (told.after, told.actor) == ({"people": [eve.pk], "addresses": 1}, None)
    assert [one.to for one in post()[2:]] == [["dom@example.org"]]
    assert signed_in(alice).post(url(poll, "remind")).status_code == 429


def test_a_voter_who_gives_an_address_receives_the_personal_link(alice, space, post):
    poll = dates(alice, space, public=True)
    where = public_url(alice, poll)
    stranger().post(where, form(poll, "y", name="Camille", email="Camille@Example.org"))
    (mail,) = post()
    (mine,) = paths(mail)
    stranger().post(mine, form(poll, "n", name="Camille", email="camille@example.org"))
    assert len(post()) == 1
    assert list(Participant.objects.get().answers.values()) == ["n"]
    for number in range(15):
        stranger().post(where, form(poll, "y", name=f"N{number}", email="camille@example.org"))
    assert Letter.objects.count() == 10


def test_links_are_found_again_by_mail_and_nothing_is_told(alice, space, post):
    poll = dates(alice, space, public=True)
    stranger().post(public_url(alice, poll), form(poll, "y", name="Camille", email="camille@example.org"))
    post().clear()
    known = stranger().post("/polls/find/", {"email": "camille@example.org"})
    unknown = stranger().post("/polls/find/", {"email": "nobody@example.org"})
    once = r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"'
    assert re.sub(once, "", text(known)) == re.sub(once, "", text(unknown))
    (mail,) = post()
    (mine,) = paths(mail)
    assert stranger().get(mine).context["voter"].name == "Camille"
    assert stranger().post("/polls/find/", {"email": "wrong"}).status_code == 400
    link_of(poll).principal.delete()
    stranger().post("/polls/find/", {"email": "camille@example.org"})
    assert len(post()) == 1
    codes = [stranger().post("/polls/find/", {"email": "camille@example.org"}).status_code for _n in range(4)]
    assert codes[-1] == 429


def test_the_rules_of_the_house_about_links_hold_for_those_in_mails(alice, space, poll, post):
    house.put("links.longest", value=30)
    signed_in(alice).post(url(poll, "invite"), {"addresses": "camille@example.org"})
    assert link_of(fresh(poll)).principal.grants.get().expires_at is not None
    house.put("links.password", value=True)
    other = dates(alice, space)
    refused = signed_in(alice).post(url(other, "invite"), {"addresses": "camille@example.org"})
    assert (refused.status_code, "needs a password" in text(refused)) == (400, True)
    assert not other.participants.exists()


def test_taken_off_the_list(alice, bob, space, poll, post):
    signed_in(alice).post(url(poll, "invite"), {"who": "bob", "addresses": "camille@example.org"})
    signed_in(alice).post(url(poll, "uninvite"), {"principal": bob.principal.pk})
    signed_in(alice).post(url(poll, "uninvite"), {"voter": Participant.objects.get().pk})
    assert (poll.invited.count(), poll.participants.count()) == (0, 0)
    assert polling.options(poll)
