"""Choosing a sign by keys alone, for a text and under a message; its list loads when it is asked for."""

import pytest
from playwright.sync_api import expect

from chat.models import Message, Preference, Reaction
from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import overflows, violations
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_signs_are_chosen_by_keys(look, there):
    trips = chatting.channel(there.alice, there.space)
    said = chatting.say(there.bob, trips, "Cake tomorrow")
    page = look(there.alice, f"/chat/{trips.pk}/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.get_by_role("textbox", name="Message", exact=True)
    box.press_sequentially("Yes ")
    assert not any("emoji" in url for url in asked)
    page.get_by_role("button", name="Choose an emoji").press("Enter")
    field = page.get_by_role("combobox", name="Search an emoji")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="red heart", exact=True)).to_be_attached()
    field.fill("gateau")  # French words are found on an English page, without their accents
    expect(page.get_by_role("option", name="birthday cake")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
    marked = page.get_by_role("listbox", name="Emoji").get_by_role("option", selected=True)
    first = marked.get_attribute("data-sign")
    field.press("ArrowRight")
    expect(marked).not_to_have_attribute("data-sign", first)
    field.press("ArrowLeft")
    field.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value(f"Yes {first}")
    box.press_sequentially(" :tada")
    expect(page.get_by_role("option", name="party popper :tada:")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value(f"Yes {first} 🎉 ")
    page.get_by_role("button", name="Choose an emoji").press("Enter")
    with page.expect_response("**/tone/"):
        page.get_by_role("combobox", name="Skin tone").select_option("1F3FD")
    field.fill("wave")
    expect(marked).to_have_text("👋🏽")
    field.press("Enter")
    expect(box).to_have_value(f"Yes {first} 🎉 👋🏽")
    box.press_sequentially(" :+1")
    expect(page.get_by_role("option", name="thumbs up :+1:")).to_contain_text("👍🏽")
    box.press("Enter")
    box.press("Enter")
    expect(page.locator(".message.is-mine[data-id]")).to_have_count(1)
    assert Message.objects.latest("pk").text == f"Yes {first} 🎉 👋🏽 👍🏽"
    assert Preference.objects.get().value == "1F3FD"
    message = page.locator(f"#m{said.pk}")
    message.hover()
    message.get_by_role("link", name="More on").click()
    page.get_by_role("button", name="Another emoji").click()
    # what was used lately stands first
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.get_by_role("option").first).to_have_text("👋🏽")
    field.press("ArrowDown")
    field.press("ArrowRight")
    field.press("Enter")
    expect(message.locator(".reactions > [aria-pressed=true]")).to_have_text(f"{first} 1")
    assert Reaction.objects.get().emoji == first
