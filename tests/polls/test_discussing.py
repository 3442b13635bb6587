"""Visitors in the discussion of a poll: where their link says so, under a name, as words and nothing else."""

import pytest

from collab.marks.actions import commenting
from collab.marks.models import Comment
from collab.rights.models import Link
from collab.rights.right import DISCUSSANT, EDITOR, RESPONDENT
from polls.models import Participant
from tests import town as make
from tests.files.web import signed_in, text
from tests.polls.polling import dates, form, fresh, public_url, stranger, url


@pytest.fixture
def poll(alice, space):
    return dates(alice, space, public=True)


@pytest.fixture
def where(alice, poll):
    commenting.write(make.act(alice), fresh(poll), "The **hall** is free.")
    return public_url(alice, poll, make.make_link(alice, fresh(poll), DISCUSSANT.mask))


def say(browser, where, body="By train", name="Camille"):
    return browser.post(where, {"do": "comment", "name": name, "body": body})


def test_a_visitor_reads_the_discussion_and_writes(alice, poll, where):
    browser = stranger()
    page = text(browser.get(where))
    assert ("<strong>hall</strong>" in page, page.count('name="name"')) == (True, 2)
    assert say(browser, where).status_code == 302
    assert browser.post(where, form(poll, "y", name="Camille")).status_code == 302
    assert "By train" in text(stranger().get(where))
    inside = text(signed_in(alice).get(url(poll)))
    assert ("By train" in inside, "without an account" in inside) == (True, True)
    assert "Somebody wrote a comment by the public link" in text(signed_in(alice).get("/activity/"))
    assert Participant.objects.get().name == "Camille"


def test_a_link_for_answering_alone_shows_no_discussion_and_takes_none(alice, poll, where):
    closed = public_url(alice, poll, Link.objects.filter(object_id=poll.pk).earliest("pk"))
    assert "hall" not in text(stranger().get(closed))
    assert say(stranger(), closed).status_code == 403
    assert Comment.objects.exclude(visitor="").count() == 0


@pytest.mark.parametrize(
    "wrong", [{"body": " "}, {"body": "x" * 2001}, {"name": ""}, {"name": "B\x07b"}, {"body": "\0"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(where, wrong):
    answer = say(stranger(), where, **wrong)
    assert (answer.status_code, 'role="alert"' in text(answer)) == (400, True)
    assert ("By train" in text(answer)) == ("body" not in wrong)
    assert Comment.objects.exclude(visitor="").count() == 0


def test_words_of_strangers_are_words(alice, where, poll):
    say(stranger(), where, "<script>x</script> [free](https://evil.example) @Alice ![](https://evil.example/a.png)")
    for page in (text(stranger().get(where)), text(signed_in(alice).get(url(poll)))):
        assert "<script>x" not in page
        assert 'href="https://evil' not in page
        assert "&lt;script&gt;" in page
        assert 'src="https://evil' not in page
    assert not Comment.objects.exclude(visitor="").get().mentions.exists()


def test_a_discussion_is_bounded(where, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_BY_VISITORS", 1)
    assert (say(stranger(), where).status_code, say(stranger(), where).status_code) == (302, 413)


def test_comments_of_visitors_are_taken_out(alice, bob, poll, where):
    say(stranger(), where, "First")
    say(stranger(), where, "Second")
    first, second = Comment.objects.exclude(visitor="").order_by("pk")
    assert signed_in(bob).post(f"/comments/{first.pk}/delete/").status_code == 403
    assert signed_in(alice).post(f"/comments/{first.pk}/delete/").status_code == 302
    key = public_url(alice, poll, make.make_link(alice, fresh(poll), EDITOR.mask))
    mine = Comment.objects.get(visitor="")
    assert stranger().post(key, {"do": "uncomment", "comment": mine.pk}).status_code == 404
    assert "Second" in text(stranger().get(key))
    assert stranger().post(key, {"do": "uncomment", "comment": second.pk}).status_code == 302
    page = text(stranger().get(where))
    assert ("First" in page, "Second" in page, "hall" in page) == (False, False, True)


def test_the_roles_of_a_link_offer_the_discussion(alice, poll):
    roles = signed_in(alice).get(f"/share/poll/{poll.pk}/links/").context["roles"]
    assert [role.slug for role in roles][:2] == [RESPONDENT.slug, DISCUSSANT.slug]
