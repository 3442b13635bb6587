"""The bell counts up on a page that is open, through the front and the real websocket."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from collab.events import readers
from collab.live.hub import Hub
from collab.notifications import actions
from collab.rights.right import READER
from tests import town as make
from tests.sockets.test_pages import LONG, look, there  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_one_shares_moves_the_others_bell_and_reading_it_elsewhere_moves_it_back(look, there):  # noqa: F811
    readers.catch_up()
    page = look(there.eve, "/files/")
    bell = page.locator(".rail [data-bell] .badge")
    assert bell.is_hidden()
    for number, name in enumerate(("Accounts", "Summer"), 1):
        # each in a place of its own: what one person does in one place is one line
        place = make.make_folder(there.alice, there.root, f"in {name}")
        make.share(there.alice, make.make_folder(there.alice, place, name), there.eve, READER.mask)
        readers.catch_up()
        page.locator(f".rail [data-bell] .badge:text-is('{number}')").wait_for(timeout=LONG)
    assert page.locator(".rail a[href='/notifications/']").get_attribute("aria-label") == "Notifications: 2 new"
    actions.read_all(make.act(there.eve))
    bell.wait_for(state="hidden", timeout=LONG)


def test_the_page_of_notifications_does_not_move_but_offers_what_came(look, there):  # noqa: F811
    readers.catch_up()
    page = look(there.eve, "/notifications/")
    make.share(there.alice, make.make_folder(there.alice, there.root, "Accounts"), there.eve, READER.mask)
    readers.catch_up()
    page.get_by_role("link", name="Something new came: show it").click(timeout=LONG)
    page.get_by_text("Accounts").wait_for(timeout=LONG)


def test_a_bell_that_moves_costs_nobody_a_look_at_their_rights():
    class Socket:
        user_id, looked, topics = 3, 0, {}

        def look_soon(self):
            self.looked += 1

        def __getattr__(self, name):  # whatever tells it something
            async def quietly(*_arguments):
                return None

            return quietly

    hub, socket = Hub(), Socket()
    hub._sockets.add(socket)
    hub.join(socket, "user:3", None)

    def tell(**event):
        with ThreadPoolExecutor(1) as thread:  # the browser's own loop may be running in this one
            thread.submit(asyncio.run, hub.tell("user:3", event)).result()

    tell(id=1, kind="notification", ref="", quiet=True)
    assert socket.looked == 0
    tell(id=2, kind="rights", ref="")
    assert socket.looked == 1
