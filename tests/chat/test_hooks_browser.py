"""The page on programs of a channel, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.chat import chatting
from tests.conftest import build_town
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_an_address_is_made_shown_once_and_stopped(visit, town):
    trips = chatting.channel(town.alice, town.space)
    page = visit(f"/chat/{trips.pk}/programs/", town.alice, phone=True)
    page.get_by_label("Name of the program").fill("Web site")
    with page.expect_navigation():
        page.get_by_role("button", name="Create its address").click()
    expect(page.get_by_role("group", name="Address for the program")).to_contain_text("/hooks/")
    assert violations(page) == []
    assert not overflows(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Stop “Web site”").click()
    expect(page.get_by_role("button", name="Let “Web site” write again")).to_be_visible()
    expect(page.get_by_role("group", name="Address for the program")).to_have_count(0)
    assert violations(page) == []
