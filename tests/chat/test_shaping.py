"""What a channel says of itself, in which order one has channels, and who makes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from chat.actions import channels, sitting
from chat.models import Channel
from collab.lib.errors import BadInput, Forbidden
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
SCRIPT = EN | {"accept": "application/json"}


@pytest.fixture
def trips(town):
    return chatting.channel(town.alice, town.space)


def page(client, address):
    answer = client.get(address, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


def column(client, where):
    names = re.findall(r'class="place__name" title="([^"]*)"', page(client, f"/chat/{where.pk}/"))
    return [name for name in names if name in {"Agenda", "Trips", "Zebra"}]


def test_a_channel_says_when_it_began(town, trips, client):
    Channel.objects.filter(pk=trips.pk).update(created_at=datetime(2025, 12, 1, 12, tzinfo=UTC))
    client.force_login(town.bob)
    assert "This channel began on 1 December 2025." in page(client, f"/chat/{trips.pk}/")
    assert "began on 1 December 2025" in page(client, f"/chat/@{town.space.slug}/")
    for number in range(60):
        last = chatting.say(town.alice, trips, f"Word {number}")
        Channel.objects.filter(pk=trips.pk).update(pace=0)
        trips.messages.filter(pk=last.pk).update(at=timezone.now() - timedelta(hours=1))
    assert "began on" not in page(client, f"/chat/{trips.pk}/")
    address = f"/chat/{trips.pk}/?before={last.pk - 45}"
    above = client.get(address, headers=EN | {"HX-Request": "true"})
    assert "This channel began on 1 December 2025." in above.content.decode()
    # what was brought over is older than the channel into which it came
    trips.messages.filter(number=1).update(at=datetime(2024, 5, 3, 12, tzinfo=UTC))
    above = client.get(address, headers=EN | {"HX-Request": "true"})
    assert "This channel began on 3 May 2024." in above.content.decode()
    assert "began on 3 May 2024" in page(client, f"/chat/@{town.space.slug}/")


def test_what_stands_above_the_messages(town, trips, client):
    client.force_login(town.alice)
    form = page(client, f"/chat/{trips.pk}/settings/")
    assert 'name="header"' in form
    said = {"title": "Trips", "header": "The [list](https://example.org/list) and <script>alert(1)</script>"}
    assert client.post(f"/chat/{trips.pk}/settings/", said).status_code == 302
    drawn = page(client, f"/chat/{trips.pk}/")
    assert 'href="https://example.org/list"' in drawn
    assert "<script>alert(1)" not in drawn
    with pytest.raises(BadInput):
        channels.change(make.act(town.alice), chatting.fresh(trips), header="x" * 1001)
    make.share(town.alice, chatting.fresh(trips), town.eve, CONTRIBUTOR.mask)
    with pytest.raises(Forbidden):
        channels.change(make.act(town.eve), chatting.fresh(trips), header="Mine now")


def test_channels_stand_by_name_or_those_of_the_last_talk_first(town, trips, client):
    agenda, zebra = (chatting.channel(town.alice, town.space, name) for name in ("Agenda", "Zebra"))
    chatting.say(town.alice, zebra, "Hello")
    client.force_login(town.alice)
    assert column(client, trips) == ["Agenda", "Trips", "Zebra"]
    assert 'name="order" value="recent"' in page(client, f"/chat/{trips.pk}/")
    answer = client.post("/chat/order/", {"order": "recent", "current": trips.pk}, headers=EN)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/chat/{trips.pk}/")
    assert column(client, trips) == ["Zebra", "Agenda", "Trips"]
    chatting.say(town.alice, agenda, "Hello")
    assert column(client, trips) == ["Agenda", "Zebra", "Trips"]
    assert client.post("/chat/order/", {"order": "random"}).status_code == 400
    for one in (zebra, trips, agenda):
        sitting.join(make.act(town.bob), chatting.fresh(one))
    client.force_login(town.bob)
    assert column(client, trips) == ["Agenda", "Trips", "Zebra"]


def test_a_space_may_leave_the_making_of_channels_to_who_manages_it(town, trips, client):
    rules, place = f"/chat/@{town.space.slug}/rules/", f"/chat/@{town.space.slug}/"
    client.force_login(town.bob)
    assert "New channel</a>" in page(client, place)
    assert client.post(rules, {"makers": "managers"}).status_code in {403, 404}
    client.force_login(town.alice)
    answer = client.post(rules, {"makers": "managers"}, headers=SCRIPT)
    assert answer.status_code in {200, 302}
    assert re.search(r'value="managers" checked', page(client, rules))
    client.force_login(town.bob)
    bare = page(client, place).partition("<main")[2]
    assert f"/chat/new/?space={town.space.slug}" not in bare
    assert (
        "Plans"
        not in page(client, "/chat/new/").partition("<main")[2].partition('name="space"')[2].partition("</select>")[0]
    )
    with pytest.raises(Forbidden, match="those who manage it"):
        chatting.channel(town.bob, town.space, "Mine")
    chatting.channel(town.alice, town.space, "Hers")
    client.force_login(town.alice)
    client.post(rules, {"makers": "all"})
    chatting.channel(town.bob, town.space, "Mine")
