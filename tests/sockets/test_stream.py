"""The stream of activity in a real browser, through the real websocket: what is new waits behind a pill."""

import pytest

from tests import town as make
from tests.sockets.test_pages import LONG, look, there

__all__ = ["look", "there"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_others_do_waits_behind_a_pill(look, there):
    make.make_file(there.alice, there.root, "before.txt")
    bob = look(there.bob, "/activity/")
    make.make_file(there.alice, there.root, "after.txt")
    pill = bob.get_by_role("button", name="1 new change: show it")
    pill.wait_for(timeout=LONG)
    assert bob.get_by_text("after.txt").count() == 0, "nothing moves while one reads"
    pill.click()
    bob.get_by_text("after.txt").first.wait_for(timeout=LONG)
    assert not bob.locator("[data-pill]").is_visible()


def test_nobody_is_told_that_something_happened_out_of_their_sight(look, there):
    secret = make.make_folder(there.alice, there.root, "Reserved")
    make.restrict(there.alice, secret)
    bob = look(there.bob, f"/spaces/{there.space.pk}/activity/")
    with bob.expect_response(lambda answer: "above=" in answer.url, timeout=LONG) as asked:
        make.make_file(there.alice, secret, "dismissals.txt")
    assert asked.value.json() == {"count": 0}
    assert not bob.locator("[data-pill]").is_visible()
    assert "dismissals" not in bob.content()
