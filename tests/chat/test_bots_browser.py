"""The pages of bots and of programs that are told, in a real browser."""

import pytest
from playwright.sync_api import expect

from chat.actions import botting
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_a_bot_is_let_in_and_a_program_is_told(visit, town):
    trips = chatting.channel(town.alice, town.space)
    bot = botting.make(make.act(town.alice), "Release robot", space=town.space, purpose="Tells of builds")
    botting.give_token(make.act(town.alice), bot, "ci", scopes=["chat"], days=90)
    page = visit(f"/chat/bots/{bot.pk}/", town.alice, phone=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Let it in").click()
    expect(page.get_by_role("button", name="Remove it from Trips")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
    chatting.say(bot.user, trips, "Built")
    wide = visit(f"/chat/{trips.pk}/told/", town.alice)
    wide.get_by_label("Name of the program").fill("Forge")
    wide.get_by_label("Address").fill("https://forge.example.org/in")
    wide.get_by_label("Trigger words").fill("!build")
    with wide.expect_navigation():
        wide.get_by_role("button", name="Create its token").click()
    expect(wide.get_by_role("group", name="Token")).to_be_visible()
    assert violations(wide) == []
    wide.goto(wide.url.split("/chat/")[0] + f"/chat/{trips.pk}/")
    expect(wide.locator(".message .chip", has_text="bot")).to_be_visible()
