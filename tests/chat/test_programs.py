"""What programs of channels have in common: in the data of who made them, at their leave; bots told from people."""

from __future__ import annotations

import pytest
from django.test import Client

from chat.actions import botting, calling, hooking
from chat.models import Call, Outgoing
from collab.accounts.actions import people
from collab.accounts.models import User
from collab.events.models import AuditEntry
from tests import town as make
from tests.chat import chatting
from tests.chat.test_taking import taken

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
HERE = "https://robots.example.org/in"


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def test_who_made_them_takes_them_along_without_their_secrets(town, trips):
    _hook, secret = hooking.make(make.act(town.alice), chatting.fresh(trips), "Forge")
    _made, token = calling.make(make.act(town.alice), chatting.fresh(trips), "Robot", HERE, "!x")
    into = taken(town.alice)
    assert [one["name"] for one in into["programs.json"]] == ["Forge"]
    (told,) = into["told.json"]
    assert (told["name"], told["address"], told["words"], told["channel"]) == ("Robot", HERE, ["!x"], "Trips")
    assert not {secret, token} & set(map(str, told.values()))
    assert taken(town.bob)["told.json"] == []


def test_what_somebody_directed_elsewhere_stops_with_their_account(town, trips):
    calling.make(make.act(town.alice), chatting.fresh(trips), "Robot", HERE)
    chatting.say(town.bob, trips, "Hello")
    assert Call.objects.count() == 1
    make.share(town.alice, town.space, town.bob, make.Right.ALL)
    User.objects.filter(pk=town.alice.pk).update(is_active=False)
    people.delete(None, User.objects.get(pk=town.alice.pk), heir=town.bob)
    one = Outgoing.objects.get()
    assert (one.stopped_at is not None, one.made_by) == (True, None)
    assert not Call.objects.exists()
    chatting.say(town.bob, trips, "Again")
    assert not Call.objects.exists()
    assert AuditEntry.objects.filter(kind="outgoing-stopped").count() == 1


def test_bots_are_told_from_people_wherever_they_are_listed(town, trips):
    bot = botting.make(make.act(town.alice), "Weather", space=town.space)
    botting.let_in(make.act(town.alice), bot, chatting.fresh(trips))
    chatting.direct(town.alice, bot.user)
    page = Client(headers=EN)
    page.force_login(town.alice)
    panel = page.get(f"/share/channel/{trips.pk}/").content.decode()
    assert panel.count('<span class="chip">bot</span>') == 1
    column = page.get("/chat/column/").content.decode()
    assert column.count('<span class="chip">bot</span>') == 1
