"""The number on the rail: what is counted in the column, asked in one query, on pages outside of the chat too."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import queries
from chat.actions import channels, sitting
from chat.models import Seat
from tests import town as make
from tests.chat import chatting


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def counted(who):
    """What the rail says, held against the sum of the column."""
    actor = make.act(who)
    with CaptureQueriesContext(connection) as asked:
        found = queries.waiting(actor)
    assert len(asked) == 1
    assert found == sum(one.badge for one in queries.column(make.act(who)))
    return found


def test_it_counts_what_names_me_and_what_is_said_to_me_alone(town, trips, client):
    talk = chatting.direct(town.alice, town.bob)
    assert counted(town.bob) == 0
    for text in ("Hello", "Are you there?"):
        chatting.say(town.alice, talk, text)
    chatting.say(town.alice, trips, "To nobody in particular")
    chatting.say(town.alice, trips, "And you, @bob?")
    assert counted(town.bob) == 3
    client.force_login(town.bob)
    assert client.get("/notifications/count/").json()["waits"] == {"c": 3}
    bob = make.act(town.bob)
    sitting.prefer(bob, chatting.fresh(trips), level=Seat.Level.NOTHING)
    assert counted(town.bob) == 2
    sitting.read(bob, chatting.fresh(talk), 1)
    assert counted(town.bob) == 1
    sitting.read(bob, chatting.fresh(talk), 2)
    sitting.prefer(bob, chatting.fresh(trips), level=Seat.Level.MENTIONS)
    assert counted(town.bob) == 1
    channels.archive(make.act(town.alice), chatting.fresh(trips), on=True)
    assert counted(town.bob) == 0
    assert counted(town.eve) == 0
    client.force_login(town.eve)
    assert client.get("/notifications/count/").json()["waits"] == {"c": 0}


def test_what_is_read_already_is_not_written_again(town, trips):
    chatting.say(town.alice, trips, "And you, @bob?")
    bob, seat = make.act(town.bob), Seat.objects.get(channel=trips, user=town.bob)
    sitting.read(bob, chatting.fresh(trips), 1, seat=seat)
    seat.refresh_from_db()
    assert (seat.read, seat.mentions) == (1, 0)
    with CaptureQueriesContext(connection) as asked:
        sitting.read(bob, chatting.fresh(trips), 1, seat=seat)
    assert not [one["sql"] for one in asked if one["sql"].startswith('UPDATE "chat_seat"')]
