"""A picture pasted into a message, in a real browser: sent with progress, seen by the other at once."""

import pytest
from playwright.sync_api import expect

from tests.chat import chatting
from tests.chat.test_chat_browser import box, look, there, town
from tests.shell.browsing import violations

__all__ = ["look", "there", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASTE = """async (field) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
  canvas.getContext("2d").fillRect(0, 0, 160, 200);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "beach.png", { type: "image/png" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_picture_is_sent_and_seen(look, there):
    trips = chatting.channel(there.alice, there.space)
    alice, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    box(alice).evaluate(PASTE)
    chosen = alice.locator("[data-chosen]")
    expect(chosen).to_contain_text("beach.png")
    chosen.get_by_role("button", name="Remove the files").click()
    expect(chosen).to_be_hidden()
    box(alice).evaluate(PASTE)
    box(alice).press("Enter")
    for page in (alice, bob):
        card = page.locator(".message[data-id] .parcel", has_text="beach.png")
        expect(card).to_have_count(1)
        expect(card.locator("img")).to_be_visible()
    expect(chosen).to_be_hidden()
    expect(alice.locator(".is-sending")).to_have_count(0)
    assert violations(alice) == []
