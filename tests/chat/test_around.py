"""Who is here: of those with whom one talks, asked once for all, and told as it changes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import around, queries
from collab.events import presence
from collab.profiles import actions as profiles
from tests import town as make
from tests.chat import chatting
from tests.files.web import signed_in, text

pytestmark = pytest.mark.django_db


def comes(*users):
    for one in users:
        presence.touch(one.pk)
    presence.beat([one.pk for one in users])


def seen(who, other):
    column = queries.column(make.act(who))
    around.attach(make.act(who), column)
    return next(one.others[0].here for one in column if one.others and one.others[0].pk == other.pk)


def test_who_has_a_page_open_is_here_and_away_after_a_while(town, monkeypatch):
    chatting.direct(town.alice, town.bob)
    assert seen(town.alice, town.bob).state == ""
    comes(town.bob)
    assert seen(town.alice, town.bob).state == "online"
    monkeypatch.setattr(presence, "IDLE", -1.0)
    assert seen(town.alice, town.bob).state == "away"
    monkeypatch.setattr(presence, "GONE", -1.0)
    assert seen(town.alice, town.bob).state == ""


def test_what_somebody_says_of_themselves_counts_and_who_hides_is_not_here(town):
    chatting.direct(town.alice, town.bob)
    comes(town.bob)
    bob = make.act(town.bob)
    profiles.say(bob, "On a train", "🚆", timezone.now() + timedelta(hours=1))
    for kind, state in (("dnd", "dnd"), ("busy", "dnd"), ("away", "away"), ("online", "online"), ("invisible", "")):
        profiles.say_kind(bob, kind)
        assert seen(town.alice, town.bob).state == state
    profiles.say_kind(bob, "dnd", timezone.now() + timedelta(seconds=30))
    bob.user.status.__class__.objects.update(kind_until=timezone.now() - timedelta(seconds=1))
    assert seen(town.alice, town.bob).state == "online"
    page = text(signed_in(town.alice).get(f"/chat/{chatting.direct(town.alice, town.bob).pk}/"))
    assert "🚆 On a train" in page
    assert 'data-state="online"' in page


def test_all_are_asked_about_at_once(town, django_assert_max_num_queries, monkeypatch):
    asked = []
    real = presence.states
    monkeypatch.setattr(presence, "states", lambda ids: asked.append(set(ids)) or real(ids))
    others = [make.make_user(f"other{number}") for number in range(12)]
    for one in others:
        chatting.direct(town.alice, one)
    actor = make.act(town.alice)
    column = queries.column(actor)
    with django_assert_max_num_queries(3):
        around.attach(actor, column)
    assert asked == [{one.pk for one in others}]


def test_a_guest_hears_of_those_alone_whom_they_find(town):
    gus = make.make_user("gus", "guest")
    make.make_group("Guests", gus, town.bob)
    chatting.direct(town.bob, gus)
    chatting.direct(town.alice, gus)
    comes(town.alice, town.bob)
    assert seen(gus, town.bob).state == "online"
    assert seen(gus, town.alice) is None
