"""The chat by keys alone: the switcher, the next unread channel, what is read; counted in the tab's title."""

import re

import pytest
from playwright.sync_api import expect

from chat import queries
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import violations
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_channels_by_keys(look, there):
    first, _read, third = (chatting.channel(there.alice, there.space, name) for name in ("Août", "Buses", "Cakes"))
    direct = chatting.direct(there.alice, there.bob)
    page = look(there.alice, f"/chat/{first.pk}/")
    expect(page.locator("#channels [data-channel]")).to_have_count(4)
    # something is said elsewhere: the line of the channel, and for what is to me alone the title of the tab
    chatting.say(there.bob, third, "For whom it may concern")
    expect(page.locator(f"#channels [data-channel='{third.pk}']")).to_have_class(re.compile("is-unread"))
    chatting.say(there.bob, direct, "For you")
    expect(page).to_have_title(re.compile(r"^\(1\) Août"))
    expect(page.locator("[data-elsewhere]")).to_have_text("New message in Bob")
    # Alt and Shift pass what is read
    page.keyboard.press("Alt+Shift+ArrowDown")
    page.wait_for_url(f"**/chat/{third.pk}/")
    # the switcher: what waits comes first, names without accents
    page.keyboard.press("Control+k")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Bob")
    assert violations(page) == []
    page.keyboard.type("aout")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/chat/{first.pk}/")
    # once more: the box that searches everything
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+k")
    expect(page.locator("#go")).to_be_visible()


def test_what_is_unread_far_above_is_one_step_away_and_escape_reads_it_all(look, there):
    trips = chatting.channel(there.alice, there.space)
    for number in range(queries.PAGE + 5):
        chatting.say(there.bob, trips, f"Number {number}")
        make.age(trips.messages, "at", 0.01)
    page = look(there.alice, f"/chat/{trips.pk}/")
    page.get_by_role("link", name="55 unread: to the first").click()
    expect(page.locator(".message", has_text="Number 0").first).to_be_in_viewport()
    expect(page.locator("[data-talk=days]")).to_be_attached()  # the page listens to keys
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/chat/{trips.pk}/")
    expect(page.locator(".message", has_text=f"Number {queries.PAGE + 4}")).to_be_in_viewport()
    expect(page.locator("#new")).to_have_count(0)
