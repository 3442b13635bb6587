"""Bringing talk over, taking it out and the rules of a channel, in a real browser."""

import io

import pytest
from playwright.sync_api import expect

from chat.actions import staging
from chat.models import Import
from chat.moving import opening
from collab.accounts.models import Rank
from tests import town as make
from tests.chat import chatting, exports
from tests.conftest import build_town
from tests.shell.browsing import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db, store):
    return build_town()


def test_an_export_is_looked_at_and_a_channel_gets_rules(visit, town):
    root = make.make_user("root", Rank.OWNER)
    town.bob.email = "bob@example.org"
    town.bob.save()
    one = Import.objects.create(person=root, name="club.zip")
    staging.Staging(one, opening.opened(io.BytesIO(exports.mattermost_zip()))).read()
    page = visit(f"/chat/import/{one.pk}/", root, phone=True)
    page.get_by_text("Who is taken for whom").click()
    expect(page.get_by_text("Rob Martin → Bob")).to_be_visible()
    assert violations(page) == []
    assert not overflows(page)
    page = visit("/chat/import/", root)
    expect(page.get_by_role("link", name="club.zip")).to_be_visible()
    assert violations(page) == []
    trips = chatting.channel(town.alice, town.space)
    chatting.say(town.alice, trips)
    page = visit(f"/chat/{trips.pk}/rules/", town.alice)
    page.get_by_label("Between two messages of one person").select_option("30")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").first.click()
    page.get_by_label("Messages are kept").select_option("90")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").last.click()
    assert violations(page) == []
    page.get_by_role("link", name="Back").click()
    expect(page.locator("header.head")).to_contain_text("kept for 90 days · slow mode: 30 seconds")
    page = visit(f"/chat/{trips.pk}/export/", town.alice, phone=True)
    assert violations(page) == []
    assert not overflows(page)
