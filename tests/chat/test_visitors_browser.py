"""A visitor and a member in two real browsers: waiting, let in, both talk, the link is closed and so is the page."""

import pytest
from playwright.sync_api import expect

from collab.rights import links
from collab.rights.models import Link
from collab.rights.right import CONTRIBUTOR
from tests import town as make
from tests.chat import chatting
from tests.shell.browsing import PHONE, overflows, violations
from tests.sockets.test_pages import look, there

__all__ = ["look", "there"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trips(there):
    return chatting.channel(there.alice, there.space)


def test_a_visitor_waits_comes_in_talks_and_is_out_with_the_link(look, there, trips, chromium, front_url):
    act = make.act(there.alice)
    link = links.make_link(act, chatting.fresh(trips), CONTRIBUTOR.mask, choices=["lobby"])
    url = f"/s/{links.token_of(act, link, chatting.fresh(trips))}/"
    bob = look(there.bob, f"/chat/{trips.pk}/")
    context = chromium.new_context(
        base_url=front_url, locale="en", viewport=PHONE, color_scheme="dark", service_workers="block"
    )
    camille = context.new_page()
    camille.goto(url)
    camille.get_by_label("Your name").fill("Camille")
    assert violations(camille) == []
    camille.get_by_role("button", name="Ask to join").click()
    expect(camille.get_by_role("heading", name="You are waiting to be let in")).to_be_visible()
    expect(bob.get_by_text("Camille is waiting")).to_be_visible()
    bob.get_by_role("button", name="Let in Camille").click()
    field = camille.get_by_role("textbox", name="Message")
    expect(field).to_be_visible()  # the page opened by itself
    expect(bob.get_by_text("1 visitor reads along")).to_be_visible()
    assert violations(bob) == []
    field.fill("Hello **all**")
    field.press("Enter")
    heard = bob.locator(".message", has_text="Hello all")
    expect(heard).to_have_count(1)
    expect(heard.locator("header")).to_contain_text("Camille visitor")
    expect(camille.locator(".message.is-mine")).to_have_count(1)
    expect(field).to_have_value("")
    box = bob.get_by_role("textbox", name="Message", exact=True)
    box.fill("Welcome")
    box.press("Enter")
    expect(camille.locator(".message", has_text="Welcome")).to_have_count(1)
    assert violations(camille) == []
    assert not overflows(camille)
    camille.get_by_role("link", name="Edit").click()
    expect(field).to_have_value("Hello **all**")
    field.fill("Hello everybody")
    field.press("Enter")
    expect(bob.locator(".message", has_text="Hello everybody")).to_have_count(1)
    expect(field).to_have_value("")
    assert "edit" not in camille.url
    camille.get_by_role("button", name="Take back").click()
    expect(bob.get_by_text("This message was taken back.")).to_be_visible()
    links.revoke_link(make.act(there.alice), chatting.fresh(trips), Link.objects.get(pk=link.pk))
    expect(camille.get_by_role("heading", name="This link is no longer valid")).to_be_visible()
    context.close()
