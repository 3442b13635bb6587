"""The bell counts up on a page that is open, through the front and the real websocket."""

import pytest

from collab.events import readers
from collab.notifications import actions
from collab.rights.right import READER
from tests import town as make
from tests.sockets.test_pages import LONG, look, there  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_one_shares_moves_the_others_bell_and_reading_it_elsewhere_moves_it_back(look, there):  # noqa: F811
    readers.catch_up()
    page = look(there.eve, "/files/")
    bell = page.locator(".rail [data-bell-count]")
    assert bell.is_hidden()
    for number, name in enumerate(("Accounts", "Summer"), 1):
        # each in a place of its own: what one person does in one place is one line
        place = make.make_folder(there.alice, there.root, f"in {name}")
        make.share(there.alice, make.make_folder(there.alice, place, name), there.eve, READER.mask)
        readers.catch_up()
        page.locator(f".rail [data-bell-count]:text-is('{number}')").wait_for(timeout=LONG)
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
