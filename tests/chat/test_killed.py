"""Ten people talk in a channel while both servers are killed: nothing is lost, nothing is doubled, all pages agree."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from chat.models import Message
from collab.rights import actions as rights
from tests import town as make
from tests.chat import campaign, chatting
from tests.chat.talker import Talker
from tests.conftest import build_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOCKETS, EACH, TYPED = 8, 58, 18
"""Two browsers say eighteen things each, eight sockets fifty-eight: five hundred, within the pace of people."""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def box(page):
    return page.get_by_role("textbox", name="Message", exact=True)


def enter(chromium, url, user, channel):
    context = chromium.new_context(base_url=url, locale="en", service_workers="block")
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    page.goto(f"/chat/{channel}/")
    return page


def meet(chromium, town, folder, *, each, typed, kills):
    """Let all talk while servers are killed at these steps of the typing; then take the right away from all but one."""
    trips = chatting.channel(town.alice, town.space)
    others = campaign.people(town.team, SOCKETS)
    with campaign.house(folder) as house:
        pages = [enter(chromium, house.url, user, trips.pk) for user in (town.alice, town.bob)]
        talkers = [Talker(house.port, one, trips.pk) for one in others]

        def between(step):
            for page in pages:
                box(page).fill(f"typed {step}")
                box(page).press("Enter")
            if step in kills:
                getattr(house, f"kill_{kills[step]}")()
            return step + 1 < typed

        try:
            campaign.talk(talkers, each, between)
            for page in pages:
                campaign.all_sent(page)
            for page in pages:
                campaign.shows_all(page, trips.pk)
            for talker in talkers:
                campaign.alike(talker, trips.pk)
            assert all(talker.breaks for talker in talkers), "each line broke"
            until = time.monotonic() + 60
            while not any(talker.typed for talker in talkers) and time.monotonic() < until:
                talkers[0].type()  # a house as busy as this lets such news go
                time.sleep(1)
            assert any(talker.typed for talker in talkers), "somebody saw that somebody wrote"
            texts = list(Message.objects.filter(channel=trips).values_list("author", "text"))
            assert len(texts) == len(set(texts)) == SOCKETS * each + 2 * typed
            for user in (town.alice, town.bob):  # what one person typed stands in the order in which they did
                mine = Message.objects.filter(author=user).order_by("pk").values_list("text", flat=True)
                assert list(mine) == [f"typed {number}" for number in range(typed)]
            return ends(talkers, town, trips)
        finally:
            for talker in talkers:
                talker.end()
            for page in pages:
                page.context.close()


def ends(talkers, town, trips):
    """Take the team's right away; return the seconds until the last line was closed, with nothing more said on it."""
    begin = time.monotonic()
    rights.unshare(make.act(town.alice), town.space, town.team.principal)
    secret = chatting.say(town.alice, trips, "Among us")
    for talker in talkers:
        talker.wait_for_end()
        assert secret.pk not in talker.shown
        status, body = talker.ask("POST", f"/chat/{trips.pk}/say/", {"text": "Still here?"})
        assert (status, "Among us" in body) == (404, False)
    return max(talker.ended for talker in talkers) - begin


def test_five_hundred_messages_while_both_servers_are_killed(chromium, town, tmp_path):
    meet(chromium, town, tmp_path, each=EACH, typed=TYPED, kills={TYPED // 3: "sockets", 2 * TYPED // 3: "web"})


@pytest.mark.full
def test_two_thousand_messages_under_repeated_kills(chromium, town, tmp_path):
    kills = {step: ("sockets", "web")[step // 20 % 2] for step in range(10, 200, 20)}
    took = meet(chromium, town, tmp_path, each=200, typed=200, kills=kills)
    print(f"\n{len(kills)} kills; all lines closed {took:.2f} s after the right ended")
    assert took < 2
