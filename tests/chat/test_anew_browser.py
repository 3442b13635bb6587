"""Pages that stand open for long: what is too old leaves them, and a house that is away takes no thread with it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from chat.actions import moderating
from chat.models import Channel, Message
from tests.chat import chatting
from tests.conftest import build_town
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAWN = """() => new Promise((done) => {
  const look = () => (document.querySelector('chat-page').stale === 0 ? done() : setTimeout(look, 20));
  look();
})"""

FLOOD = """async () => {
  const { Wire } = await import('chat/wire');
  const told = [], { WebSocket } = window;
  let line;
  window.WebSocket = class extends EventTarget { constructor() { super(); line = this; } close() {} };
  const wire = new Wire(0, () => 0, ({ messages }) => told.push(messages.map(({ id }) => id)));
  window.WebSocket = WebSocket;
  for (let id = 0; id < 300; id += 1) {
    line.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ messages: [{ id }] }) }));
  }
  await new Promise((done) => { setTimeout(done, 200); });
  wire.end();
  return told;
}"""


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_a_thread_outlives_a_house_that_is_away_and_what_is_too_old_leaves_the_page(look, there):
    trips = chatting.channel(there.alice, there.space)
    old, root = chatting.say(there.alice, trips, "Too old"), chatting.say(there.alice, trips, "Who drives?")
    chatting.say(there.bob, trips, "I do", root=root.pk)
    bob = look(there.bob, f"/chat/{trips.pk}/?thread={root.pk}")
    panel = bob.locator("#panel")
    expect(panel.get_by_text("I do")).to_be_visible()
    panel.get_by_role("textbox", name="Your reply").fill("half a sentence")
    # the page hears that it missed too much, and nobody answers: the thread stays, and is drawn as soon as it can be
    bob.route("**/chat/*/?thread=*", lambda route: route.fulfill(status=502, body=""))
    with bob.expect_response(lambda answer: "thread=" in answer.url and answer.status == 502):
        bob.evaluate("document.querySelector('chat-page').heard({ reset: true })")
    Message.objects.filter(root=root.pk).update(text="Me", html="<p>I drive</p>", clock=99)
    bob.unroute("**/chat/*/?thread=*")
    expect(panel.get_by_text("I drive")).to_be_visible()
    expect(panel.get_by_role("textbox", name="Your reply")).to_have_value("half a sentence")
    assert f"thread={root.pk}" in bob.url
    # what a rule of the channel removes, removed here too
    day = timezone.now() - timedelta(days=40)
    Message.objects.filter(pk__in=[old.pk, root.pk]).update(at=day, clock=100)
    Channel.objects.filter(pk=trips.pk).update(keep_days=30, keep_since=day, clock=100)
    bob.reload()
    expect(bob.get_by_text("Too old")).to_be_visible()
    expect(bob.locator("#channels")).to_be_visible()
    moderating.expire()
    expect(bob.get_by_text("Too old")).to_have_count(0)
    expect(bob.locator("chat-page").get_by_text("older than this channel keeps")).to_be_visible()
    expect(panel.get_by_text("I drive")).to_be_visible()


def test_what_is_said_while_it_is_drawn_anew_stands_there_too(look, there):
    trips = chatting.channel(there.alice, there.space)
    chatting.say(there.alice, trips, "Who drives?")
    bob = look(there.bob, f"/chat/{trips.pk}/")
    written = bob.locator("chat-page [data-talk]").get_by_text("Said meanwhile")

    def slowly(route):
        drawn = route.fetch()
        chatting.say(there.alice, trips, "Said meanwhile")
        expect(written).to_be_visible()
        route.fulfill(response=drawn)

    bob.route(f"**/chat/{trips.pk}/", slowly)
    with bob.expect_response(lambda answer: answer.url.endswith(f"/chat/{trips.pk}/")):
        bob.evaluate("document.querySelector('chat-page').heard({ reset: true })")
    bob.evaluate(DRAWN)
    expect(written).to_be_visible()
    # whatever comes close upon the first is put on the page together: each time all of it is laid out
    assert bob.evaluate(FLOOD) == [[0], list(range(1, 300))]
