"""A file that lies here already, chosen by keyboard in a real browser: who may not see it, and a copy."""

import pytest
from playwright.sync_api import expect

from files.models import Node
from tests import town as make
from tests.chat import chatting
from tests.chat.test_chat_browser import box, look, there, town
from tests.shell.browsing import violations

__all__ = ["look", "there", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_file_of_ones_own_is_walked_to_and_a_copy_is_sent(look, there):
    trips = chatting.channel(there.alice, there.space)
    folder = make.make_folder(there.alice, make.home(there.alice), "Money")
    own = make.make_file(there.alice, folder, "budget.txt", b"hello")
    alice, bob = look(there.alice, f"/chat/{trips.pk}/"), look(there.bob, f"/chat/{trips.pk}/")
    alice.locator(".composer summary[aria-label='Send files']").press("Enter")
    expect(alice.locator(".composer .popover :focus")).to_have_count(1)
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")
    dialog = alice.get_by_role("dialog", name="Attach from files")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dialog.get_by_role("link", name="My files").press("Enter")
    dialog.get_by_role("link", name="Money").press("Enter")
    file = dialog.get_by_role("checkbox", name="budget.txt")
    expect(file).to_be_focused()
    assert violations(alice) == []
    alice.keyboard.press("Space")
    expect(dialog.get_by_role("status")).to_have_text("Chosen: 1")
    alice.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(box(alice)).to_be_focused()
    taken = alice.locator(".chosen")
    expect(taken).to_contain_text("1 person here may not see this file.")
    taken.get_by_role("checkbox", name="Put a copy").check()
    box(alice).press("Enter")
    expect(alice.locator(".chosen")).to_have_count(0)
    expect(bob.locator(".message[data-id] .parcel", has_text="budget.txt")).to_have_count(1)
    expect(alice.locator(".is-sending")).to_have_count(0)
    assert Node.objects.filter(name="budget.txt").exclude(pk=own.pk).get().parent.name == "Trips"
