"""Whom a comment reaches: those it names, those it answers, those who follow; nobody for what says nothing."""

import pytest

from collab.marks.actions import commenting
from collab.rights.right import COMMENTER
from tests import town as make
from tests.notifications.hearing import follow, heard, lines_of, unread

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(quiet):
    return make.make_file(quiet.alice, quiet.root, "plan.pdf")


def say(who, thing, body, parent=None):
    return commenting.write(make.act(who), make.fresh(thing), body, parent=parent and parent.pk)


def kinds(who):
    return [(line.kind, line.text, line.title) for line in lines_of(who)]


def test_who_is_named_hears_why(quiet, plan):
    say(quiet.alice, plan, "@bob, look")
    [line] = lines_of(quiet.bob)
    assert (line.kind, line.text, line.title) == ("mentioned", "mentioned you in a comment on it", "plan.pdf")
    assert line.why == "because it names you"
    assert heard(quiet.alice) == []


def test_who_is_answered_hears_of_it_and_whoever_wrote_in_between(quiet, plan):
    carl = make.make_user("carl")
    make.share(quiet.alice, quiet.space, carl, COMMENTER.mask)
    first = say(quiet.alice, plan, "When?")
    say(quiet.bob, plan, "Monday", first)
    say(carl, plan, "Tuesday", first)
    assert [kind for kind, _text, _title in kinds(quiet.alice)] == ["answered", "answered"]
    assert lines_of(quiet.alice)[0].text == "answered your comment on it"
    assert ("answered", "answered your comment on it", "plan.pdf") in kinds(quiet.bob)


def test_who_follows_hears_once_of_a_comment_that_names_others(quiet, plan):
    carl = make.make_user("carl")
    make.share(quiet.alice, quiet.space, carl, COMMENTER.mask)
    heard(carl)  # what happened until here is read
    follow(carl, quiet.space)
    said = say(quiet.alice, plan, "@bob, look")
    commenting.react(make.act(quiet.bob), said, "👍", on=True)
    new = [line for line in lines_of(carl) if line.kind == "followed"]
    assert [(line.text, line.title) for line in new] == [("commented on it", "plan.pdf")]
    assert unread(carl) == len(lines_of(carl))  # nothing counts that is not told


def test_who_may_not_see_it_any_more_is_told_nothing(quiet, plan):
    say(quiet.alice, plan, "@bob, look")
    assert kinds(quiet.bob)
    make.restrict(quiet.alice, plan)
    assert kinds(quiet.bob) == []
