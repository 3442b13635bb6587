"""Polls of people without an account: nothing before the address is proved, then a key for this poll alone."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from collab.accounts.throttle import DOORS
from collab.registry import house
from collab.rights import explain
from collab.rights.links import revoke_link
from collab.rights.models import Letter, Link
from collab.rights.right import DISCUSSANT, EDITOR, Right
from polls import queries, tasks
from polls.actions import asking, ending
from polls.models import Maker, Participant, Poll
from tests import town as make
from tests.files.web import signed_in, text
from tests.polls import polling
from tests.polls.polling import dates, form, fresh, stranger, url

ASK = "/polls/ask/"
TYPED = {"title": "Ping-pong", "method": "maybe", "day": ["2030-12-08", "2030-12-10"], "begins": ["18:30", ""],
         "ends": ["20:30", ""],
         "deadline": "2030-11-30", "name": "Camille", "email": "Camille@example.org"}  # fmt: skip


@pytest.fixture(autouse=True)
def switched_on(space, post):
    house.put("polls.makers", str(space.pk))


def path_in(message, what="key"):
    return urlsplit(re.search(rf"http\S+/{what}/\S+", message.body)[0]).path


def asked(post, browser=None, **more):
    """A visitor sends the form; the address in the mail that it causes."""
    sent = (browser or stranger()).post(ASK, TYPED | more)
    assert sent.status_code == 200, text(sent)
    return path_in(post()[-1])


def confirmed(post, browser, **more):
    """A visitor's poll and the address of its key."""
    return browser.post(asked(post, browser, **more))["Location"]


def links_of(poll):
    grants = [(link, link.principal.grants.get().rights) for link in Link.objects.filter(object_id=poll.pk)]
    return {rights: link for link, rights in grants}


def test_off_by_default_and_wherever_the_house_could_not_keep_it(space, alice, post):
    assert stranger().get(ASK).status_code == 200
    for key, value in (("links.password", True), ("links.makers", "nobody"), ("polls.visitors", False)):
        house.put(key, value)
        assert (stranger().get(ASK).status_code, stranger().post(ASK, TYPED).status_code) == (404, 404), key
        house.put(key, house.declared()[key].default)
    house.put("polls.makers", "")
    assert (stranger().get(ASK).status_code, stranger().post(ASK, TYPED).status_code) == (404, 404)
    assert not Maker.objects.exists()
    assert house.declared()["polls.makers"].default == ""
    assert signed_in(alice).get(ASK)["Location"] == "/polls/new/"


def test_the_administrator_chooses_the_space_on_the_page_of_links(space):
    house.put("polls.makers", "")
    browser = signed_in(make.make_user("head", "admin"))
    page = text(browser.get("/administration/settings/links/"))
    assert ("People without an account make polls" in page, "/polls/ask/" in page) == (True, True)
    wrong = browser.post("/administration/settings/links/", {"only": "polls.makers", "polls.makers": "0"})
    right = browser.post("/administration/settings/links/", {"only": "polls.makers", "polls.makers": str(space.pk)})
    assert (wrong.status_code, right.status_code) == (400, 200)
    assert stranger().get(ASK).status_code == 200


def test_nothing_is_there_before_the_address_is_proved(space, alice, post):
    browser = stranger()
    key = asked(post, browser)
    (letter,) = post()
    assert letter.to == ["camille@example.org"]
    assert not {word for word in ("Ping-pong", "Camille") if word in letter.body + letter.subject}
    assert "Ping-pong" in text(stranger().get(key))  # programs that look into mail make nothing
    assert (Poll.objects.count(), Link.objects.count()) == (0, 0)
    made = stranger().post(key)
    poll = Poll.objects.get()
    assert (made.status_code, poll.space, poll.title, poll.created_by) == (302, space, "Ping-pong", None)
    assert (str(timezone.localdate(poll.deadline)), poll.asked_by) == ("2030-11-30", "Camille")
    first, second = polling.options(poll)
    assert (f"{first.starts_at:%d %H:%M}", str(second.day)) == ("08 17:30", "2030-12-10")
    assert stranger().post(key)["Location"] == made["Location"]
    assert Poll.objects.count() == 1


def test_the_key_shows_changes_decides_and_ends_this_poll_alone(space, alice, bob, post):
    browser = stranger()
    key = confirmed(post, browser)
    poll = Poll.objects.get()
    other = dates(alice, space)
    page = browser.get(key)
    answer_url = page.context["answer_url"]
    assert "Asked by Camille" in text(stranger().get(answer_url))
    assert stranger().post(answer_url, form(poll, "y", "m", name="Dominique")).status_code == 302
    assert "Dominique" in text(browser.get(key))
    who = Participant.objects.get().pk
    assert browser.post(key, {"do": "remove", "who": who}).status_code == 302
    assert browser.get(key).context["results"].count == 0
    assert browser.post(key, {"do": "remove", "who": who, "back": "1"}).status_code == 302
    edit = browser.get(f"{key}edit")
    assert ("Secret ballot" in text(edit), edit.status_code) == (False, 200)
    sent = TYPED | {"title": "Table tennis", "version": poll.version, "pk": [o.pk for o in polling.options(poll)]}
    assert browser.post(f"{key}edit", sent).status_code == 302
    assert browser.post(f"{key}edit", sent).status_code == 412
    assert browser.post(f"{key}decide", {"option": polling.options(poll)[1].pk}).status_code == 302
    poll = fresh(poll)
    assert (poll.title, poll.decided.day.day, poll.is_over) == ("Table tennis", 10, True)
    assert "Decided" in text(stranger().get(answer_url))
    assert [browser.post(key, {"do": do}).status_code for do in ("undecide", "reopen", "close", "nonsense")] == [
        302, 302, 302, 400]  # fmt: skip
    assert b"Dominique" in browser.get(f"{key}poll.csv").content
    assert [browser.get(key + rest).status_code for rest in ("poll.exe", "invite", "share")] == [404] * 3
    mask = make.mask_on(make.visitor(links_of(poll)[EDITOR.mask]), other)
    assert mask == Right.NONE


def test_deleting_can_be_undone_by_who_did_and_by_nobody_else(space, alice, post):
    browser = stranger()
    key = confirmed(post, browser)
    poll = Poll.objects.get()
    after = browser.post(key, {"do": "trash"})["Location"]
    assert "Bring it back" in text(browser.get(after))
    assert (stranger().get(key).status_code, "Bring it back" in text(stranger().get(after))) == (404, False)
    assert stranger().post(after).status_code == 200
    assert fresh(poll).deleted_at is not None
    assert browser.post(after)["Location"] == key
    assert fresh(poll).deleted_at is None
    ending.throw_away(make.act(alice), fresh(poll))  # who manages the space has the last word
    later = stranger()
    assert (later.get(key).status_code, later.post(after).status_code, fresh(poll).is_open) == (404, 200, False)


def test_it_explains_itself_and_those_who_manage_the_space_end_it(space, alice, bob, post):
    key = confirmed(post, stranger())
    poll = Poll.objects.get()
    page = text(signed_in(alice).get(url(poll)))
    assert "Asked by Camille, who has no account here." in page
    assert "camille@example.org" in page
    found = links_of(poll)
    assert set(found) == {int(DISCUSSANT.mask), int(EDITOR.mask)}
    listed = text(signed_in(alice).get(f"/share/poll/{poll.pk}/links/"))
    assert ("Key of Camille, who has no account" in listed, "Can edit" in listed) == (True, True)
    assert set(explain.people_with(poll.acl_id, Right.MANAGE)) == set(explain.people_with(space.acl_id, Right.MANAGE))
    assert poll not in queries.awaiting(make.act(bob))  # a stranger's poll asks nothing of the team
    assert "Somebody without an account made this poll" in text(signed_in(alice).get("/activity/"))
    revoke_link(make.act(alice), fresh(poll), found[int(EDITOR.mask)])
    assert stranger().get(key).status_code == 404


def test_the_key_of_a_space_that_is_left_waits_for_another_manager(space, alice, bob, post):
    key = confirmed(post, stranger())
    make.share(alice, space, bob, Right.ALL)
    make.share(bob, space, alice, Right.SEE)
    assert stranger().get(key).status_code == 404
    assert asking.place()[1] == bob


def test_lost_keys_are_found_and_words_of_strangers_go_to_nobody(space, post):
    browser = stranger()
    key = confirmed(post, browser, title="Buy pills")
    answer_url = browser.get(key).context["answer_url"]
    poll = Poll.objects.get()
    stranger().post(answer_url, form(poll, "y", name="V", email="victim@example.org"))
    assert "Buy pills" not in post()[-1].subject + post()[-1].body
    stranger().post("/polls/find/", {"email": "victim@example.org"})
    assert (path_in(post()[-1], "s") != key, "Buy pills" in post()[-1].body) == (True, False)
    stranger().post("/polls/find/", {"email": "camille@example.org"})
    assert path_in(post()[-1], "s") == key
    sent = Letter.objects.count()
    browser.post(f"{key}decide", {"option": polling.options(poll)[0].pk, "mailed": "on"})
    assert Letter.objects.count() == sent


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"email": "no address"}, {"email": ""}, {"title": ""}, {"day": []}, {"name": "B\x07b"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(wrong, post):
    page = stranger().post(ASK, TYPED | wrong)
    assert (page.status_code, 'aria-invalid="true"' in text(page) or 'role="alert"' in text(page)) == (400, True)
    assert not Maker.objects.exists()
    kept = {"title": "Ping-pong", "email": "Camille@example.org"} | wrong
    assert all(f'value="{value}"' in text(page) for value in kept.values() if isinstance(value, str) and value.strip())


def test_a_flood_is_slowed_down_and_bounded(post, monkeypatch):
    assert stranger().post(ASK, TYPED | {"email": "other@example.org"}).status_code == 200
    for _number in range(DOORS["ask"].account.free):
        assert stranger().post(ASK, TYPED).status_code == 200
    assert stranger().post(ASK, TYPED).status_code == 429
    monkeypatch.setattr(asking, "MOST_WAITING", Maker.objects.count())
    assert stranger().post(ASK, TYPED | {"email": "third@example.org"}).status_code == 429
    assert not Poll.objects.exists()


def test_what_nobody_confirmed_or_used_goes(space, alice, post):
    key = asked(post, title="Never")
    make.age(Maker.objects.all(), "created_at", days=4)
    old, used = (confirmed(post, stranger(), title=title) for title in ("Old", "Used"))
    mine = dates(alice, space, title="Mine")
    polls = {poll.title: poll for poll in Poll.objects.all()}
    stranger().post(stranger().get(used).context["answer_url"], form(polls["Used"], "y", name="V"))
    make.age(Poll.objects.all(), "created_at", days=400)
    tasks.tidy()
    assert (stranger().post(key).status_code, stranger().get(old).status_code) == (404, 404)
    assert set(Poll.objects.values_list("title", flat=True)) == {"Used", mine.title}
    make.age(Participant.objects.all(), "answered_at", days=400)
    tasks.tidy()
    assert list(Poll.objects.values_list("title", flat=True)) == [mine.title]
    assert timedelta(days=3) == asking.WAITS


def test_the_other_pages_of_the_form_need_no_script(post):
    browser = stranger("fr")
    more = browser.post(ASK, TYPED | {"do": "more"})
    assert text(more).count('name="day"') == 7
    series = browser.post(ASK, TYPED | {"do": "repeat", "every": "week", "times": "3"})
    assert text(series).count('name="day"') >= 6
    words = browser.post(f"{ASK}?kind=choice", {"title": "Quoi ?", "method": "pick", "option": ["A", "B"],
                                                "name": "Zoé", "email": "zoe@example.org"})  # fmt: skip
    assert words.status_code == 200
    assert stranger("fr").post(path_in(post()[-1])).status_code == 302
    assert [one.text for one in polling.options(Poll.objects.get())] == ["A", "B"]
