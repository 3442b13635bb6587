"""What programs written for Mattermost hear of messages whose states are told, not each step of them."""

from __future__ import annotations

import json

import pytest

from chat import queries
from chat.actions import posting
from chat.models import Message
from chat.v4 import happening, ids
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db


def test_what_is_gone_before_it_was_told_is_told_as_gone_once(town):
    """Whoever posted it knows it from the answer, and would show it for ever."""
    trips = chatting.channel(town.alice, town.space)
    said = chatting.say(town.alice, trips, "Oops")
    seen = happening.Seen({trips.pk: said.number - 1}, said.pk - 1, 0, 0)

    def told():
        (drawn,) = happening.draw(trips, queries.dress(list(Message.objects.filter(pk=said.pk))), None)
        return [(name, json.loads(data["post"])) for name, data in seen.told(drawn["state"])]

    posting.take_back(make.act(town.alice), queries.found(make.act(town.alice), said.pk)[0])
    ((name, post),) = told()
    assert (name, post["id"], post["message"]) == ("post_deleted", ids.of("post", said.pk), "")
    assert told() == []
