"""Writing with commands, links to channels and quotations; what a link leads to, drawn for each reader."""

import re

import pytest
from playwright.sync_api import expect

from chat.models import Message, Saved
from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_what_is_written_leads_where_it_says(look, there):
    trips = chatting.channel(there.alice, there.space)
    chatting.channel(there.alice, there.space, "Secret plan", closed=True)
    said = chatting.say(there.bob, trips, "Who comes?")
    page = look(there.alice, f"/chat/{trips.pk}/")
    box = page.get_by_role("textbox", name="Message", exact=True)
    box.press_sequentially("/he")
    expect(page.get_by_role("option", name="/help")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("/help ")
    box.press("Enter")
    expect(page.get_by_text("/shrug [words]: shrug after my words")).to_be_visible()
    box.press_sequentially("See #secr")
    expect(page.get_by_role("option", name="Secret plan")).to_be_visible()
    box.press("Enter")
    box.press("Enter")
    card = page.locator("message-cards a", has_text="Secret plan")
    expect(card).to_be_visible()
    bob = look(there.bob, f"/chat/{trips.pk}/")
    expect(bob.locator(".message", has_text="#Secret plan")).to_be_visible()
    expect(bob.locator("message-cards a")).to_have_count(0)
    message = page.locator(f"#m{said.pk}")
    message.hover()
    message.get_by_role("link", name="More on").click()
    page.get_by_role("menuitem", name="Quote").click()
    expect(box).to_have_value(re.compile("Who comes"))
    box.press("Control+End")
    box.press_sequentially("I do")
    box.press("Enter")
    expect(page.locator(".message blockquote", has_text="Who comes?")).to_be_visible()
    assert Message.objects.latest("pk").text.endswith("> Who comes?\n\nI do")
    message.hover()
    message.get_by_role("link", name="More on").click()
    page.get_by_role("menuitem", name="Save for later").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Saved.objects.get().message_id == said.pk


SOUND = """() => { navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext(), sound = context.createOscillator();
    const end = context.createMediaStreamDestination();
    sound.connect(end);
    sound.start();
    return end.stream;
} }"""
"""A microphone that hears a tone; all behind it is the browser's own."""


def test_what_is_spoken_is_sent_and_played(look, there):
    trips = chatting.channel(there.alice, there.space)
    page, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    page.evaluate(SOUND)
    record = page.get_by_role("button", name="Record a voice message")
    record.click()
    expect(page.get_by_text("Recording, 0:0")).to_be_visible()
    expect(record).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Recording, 0:01")).to_be_visible()
    record.click()
    expect(page.get_by_text("Voice message ")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    player = bob.locator("message-files audio")
    expect(player).to_have_count(1)
    expect(player).to_have_attribute("aria-label", re.compile(r"^Voice message .*\.weba$"))
    length = "node => new Promise((done) => { node.onloadedmetadata = () => done(node.duration); node.load(); })"
    assert player.evaluate(f"node => {{ node.preload = 'metadata'; return ({length})(node); }}") > 0


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_code_saved_and_later_are_fit_to_be_seen(visit, town, phone, scheme, language):
    trips = chatting.channel(town.alice, town.space)
    code = "```python\n@cache\ndef f(x: int) -> str:\n    # why\n    return 'a' if x > 1 else None\n```"
    said = chatting.say(town.bob, trips, code)
    pages = (
        f"/chat/{trips.pk}/",
        f"/chat/message/{said.pk}/forward/",
        f"/chat/message/{said.pk}/save/",
        "/chat/emoji/",
    )
    for address in pages:
        page = visit(address, town.alice, phone=phone, color_scheme=scheme, language=language)
        expect(page.locator("h1").first).to_be_visible()
        assert not overflows(page)
        assert violations(page) == []
