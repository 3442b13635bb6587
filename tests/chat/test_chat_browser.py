"""The chat in real browsers, through the real websocket: sending, hearing, answering, changing, a broken line."""

import re

import pytest
from playwright.sync_api import expect

from chat.models import Message
from tests import town as make
from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import LOOKS, overflows, violations
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


@pytest.fixture
def trips(there):
    return chatting.channel(there.alice, there.space)


def box(page):
    return page.get_by_role("textbox", name="Message", exact=True)


def test_two_talk(look, there, trips):
    alice, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    box(alice).fill("Who **drives**?")
    box(alice).press("Enter")
    heard = bob.locator(".message", has_text="Who drives?")
    expect(heard).to_have_count(1)
    expect(heard.locator("strong", has_text="drives")).to_be_visible()
    expect(alice.locator(".message")).to_have_count(1)
    expect(alice.locator(".message.is-mine[data-id]")).to_have_count(1)
    expect(box(alice)).to_have_value("")
    # a sign, by the menu; both see it, each knows whose it is
    heard.hover()
    heard.get_by_role("link", name="More on").press("Enter")
    bob.keyboard.press("ArrowRight")
    expect(bob.get_by_role("button", name="Heart")).to_be_focused()
    bob.keyboard.press("ArrowDown")
    expect(bob.get_by_role("menuitem", name="Reply in a thread")).to_be_focused()
    bob.get_by_role("button", name="Thumbs up").click()
    expect(bob.locator(".reactions > [aria-pressed=true]")).to_have_text("👍 1")
    expect(alice.locator(".reactions > [aria-pressed=false]")).to_have_text("👍 1")
    # an answer in the thread, by its letter
    heard.get_by_role("link", name="More on").press("r")
    answer = bob.get_by_role("textbox", name="Your reply")
    answer.fill("I do")
    answer.press("Enter")
    expect(bob.locator("#panel .message", has_text="I do")).to_have_count(1)
    expect(alice.get_by_role("link", name="1 reply")).to_be_visible()
    alice.get_by_role("link", name="1 reply").click()
    expect(alice.locator("#panel .message", has_text="I do")).to_be_visible()
    # changing the last message by the arrow
    box(alice).click()
    box(alice).press("ArrowUp")
    field = alice.get_by_role("textbox", name="Your message")
    expect(field).to_have_value("Who **drives**?")
    field.fill("Who drives tomorrow?")
    bob.locator("chat-page .reactions > [aria-pressed=true]").click()  # what happens to it meanwhile takes no word away
    expect(alice.locator("chat-page .message .reactions")).to_have_count(0)
    expect(field).to_have_value("Who drives tomorrow?")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(bob.locator(".talk > .message", has_text="tomorrow").first).to_be_visible()
    expect(bob.locator("chat-page .message")).to_have_count(1)
    expect(box(alice)).to_be_focused()
    assert violations(alice) == []


def test_who_writes_is_seen_and_what_is_new_elsewhere_too(look, there, trips):
    other = chatting.channel(there.alice, there.space, "Other")
    alice, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    box(bob).press_sequentially("Hello to all of you", delay=300)  # as a hand does, until the line is open
    expect(alice.get_by_text("Bob is writing…")).to_be_visible()
    chatting.say(there.bob, other, "New")
    expect(alice.locator(f"#channels [data-channel='{other.pk}']")).to_have_class(re.compile("is-unread"))


def test_what_could_not_be_sent_stays_and_goes_once_when_sent_again(look, there, trips):
    alice = look(there.alice, f"/chat/{trips.pk}/")
    expect(box(alice)).to_be_focused()
    alice.route("**/say/", lambda route: route.abort())
    box(alice).fill("Hello")
    box(alice).press("Enter")
    expect(alice.get_by_text("Hello")).to_be_visible()
    again = alice.get_by_role("button", name="Send again")
    expect(again).to_be_visible()
    alice.unroute("**/say/")
    again.click()
    expect(alice.locator(".message[data-id]", has_text="Hello")).to_have_count(1)
    assert Message.objects.count() == 1


def test_what_was_written_without_a_line_waits_and_goes_once_in_its_order(look, there, trips):
    alice, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    expect(box(alice)).to_be_focused()
    alice.context.set_offline(True)
    for number in range(3):
        box(alice).fill(f"offline {number}")
        box(alice).press("Enter")
    waiting = alice.locator(".message.is-sending")
    expect(waiting).to_have_count(3)
    expect(waiting.get_by_text("Waiting for the connection; it will be sent by itself.")).to_have_count(3)
    # over a reload: another page of this device, before the line is back for good
    alice.route("**/say/", lambda route: route.abort())
    alice.context.set_offline(False)
    alice.reload()
    expect(waiting).to_have_count(3)
    assert Message.objects.count() == 0
    alice.unroute("**/say/")
    alice.reload()
    heard = bob.locator("chat-page .message[data-id]")
    expect(heard).to_have_count(3)
    expect(heard.locator(".message__text")).to_have_text([f"offline {number}" for number in range(3)])
    expect(alice.locator("chat-page .message")).to_have_count(3)
    expect(waiting).to_have_count(0)
    assert Message.objects.count() == 3
    # what the house refuses is not lost either: the words are in the field again, with the reason
    alice.route("**/say/", lambda route: route.fulfill(status=403, json={"detail": "Not here."}))
    box(alice).fill("refused")
    box(alice).press("Enter")
    expect(alice.get_by_role("alert").filter(has_text="Not here.")).to_be_visible()
    expect(box(alice)).to_have_value("refused")


MANY = """() => {
  const list = document.querySelector("chat-page [data-talk]"), one = list.querySelector(".message[data-id]");
  for (let number = 1; number < 420; number += 1) {
    const more = one.cloneNode(true);
    Object.assign(more, { id: `m${1000 + number}` }).dataset.id = 1000 + number;
    list.append(more);
  }
  list.scrollTop = list.scrollHeight;
}"""


def test_a_page_that_stays_open_lets_the_first_ones_go_behind_a_link(look, there, trips):
    """Each message that arrives costs what all that stand there take to lay out: with 1,500 of them 200 ms."""
    chatting.say(there.alice, trips, "The first")
    alice = look(there.alice, f"/chat/{trips.pk}/")
    shown = alice.locator("chat-page [data-talk] > .message[data-id]")
    expect(shown).to_have_count(1)
    alice.evaluate(MANY)
    box(alice).fill("The last")
    box(alice).press("Enter")
    expect(shown).to_have_count(300)
    link = alice.get_by_role("link", name="Earlier messages")
    expect(link).to_have_attribute("href", f"/chat/{trips.pk}/?before={shown.first.get_attribute('data-id')}")


def test_a_channel_that_shows_it_says_who_has_read(look, there, trips):
    make.change(trips, receipts=True)
    alice = look(there.alice, f"/chat/{trips.pk}/")
    box(alice).fill("Who reads this?")
    box(alice).press("Enter")
    expect(alice.locator(".message.is-mine[data-id]")).to_have_count(1)
    look(there.bob, f"/chat/{trips.pk}/")
    expect(alice.locator(".message__read")).to_have_text("Read by Bob")


@pytest.mark.parametrize(("phone", "scheme", "language"), LOOKS)
def test_it_is_fit_to_be_seen(visit, town, phone, scheme, language):
    trips = chatting.channel(town.alice, town.space)
    said = chatting.say(town.bob, trips, "Hello @alice")
    chatting.say(town.alice, trips, "Answer", root=said.pk)
    page = visit(f"/chat/{trips.pk}/?thread={said.pk}", town.alice, phone=phone, color_scheme=scheme, language=language)
    expect(page.get_by_text("Answer", exact=True)).to_be_visible()
    assert not overflows(page)
    assert violations(page) == []
