"""Two people on the same folder, in real browsers, through the front and the real websocket."""

import re
import time

import pytest
from django.test import Client

from collab.rights import actions as rights
from tests import live
from tests import town as make

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 15_000

HEAR = "document.addEventListener('live:back', () => { document.documentElement.dataset.hears = ''; })"
"""The bell of a page hears what comes once its line is open; what came a moment before is on the next page."""

NEXT_TOLD = """
() => import("shell/live").then(({ listen }) => {
  const topic = document.querySelector("#listing live-topic").dataset.topics.split("@")[0];
  listen(topic, null, () => { document.documentElement.dataset.told = ""; });
})"""
"""Marks the page once it hears of the next change of what its list listens to."""

DEAF = """
() => {
  const one = document.querySelector("#listing live-topic");
  one.flush = () => {};
}"""
"""The list as it stands gathers what it hears and never comes to tell it, as when it is replaced a moment later."""


@pytest.fixture
def there(front_url):
    from tests.conftest import build_town

    return build_town()


@pytest.fixture
def look(chromium, front_url):
    """Return `look(user, address)`: a page of this person, through the front."""
    contexts = []

    def opened(user, address, **options):
        # without the service worker, whose beginning holds up what else a page asks for: who tests it asks for it
        settings = {"base_url": front_url, "locale": "en", "service_workers": "block"}
        context = chromium.new_context(**settings | options)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": front_url}])
        context.add_init_script(HEAR)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("html[data-hears]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()


def folder(space):
    return f"/files/@{space.slug}/"


def test_two_people_see_each_others_changes(look, there):
    alice, bob = look(there.alice, folder(there.space)), look(there.bob, folder(there.space))
    for who, seen, name in ((there.alice, bob, "from-alice.txt"), (there.bob, alice, "from-bob.txt")):
        make.make_file(who, there.root, name, b"x")
        seen.get_by_role("link", name=name).wait_for(timeout=LONG)


def test_nothing_moves_under_the_hand(look, there):
    make.make_file(there.alice, there.root, "m.txt", b"x")
    bob = look(there.bob, folder(there.space))
    bob.get_by_role("row", name=re.compile("m.txt")).hover()
    make.make_file(there.alice, there.root, "a.txt", b"x")
    pill = bob.get_by_role("button", name="1 new change: show it")
    pill.wait_for(timeout=LONG)
    assert bob.get_by_role("link", name="a.txt").count() == 0
    pill.click()
    bob.get_by_role("link", name="a.txt").wait_for(timeout=LONG)
    assert not pill.is_visible()


def test_two_people_talk_about_a_file(look, there):
    plan = make.make_file(there.alice, there.root, "plan.pdf")
    address = f"{folder(there.space)}?open={plan.pk}&tab=comments"
    alice, bob = look(there.alice, address), look(there.bob, address)
    for page in (alice, bob):
        page.wait_for_selector("live-comments:defined", state="attached")
    for who, hears, words in ((alice, bob, "Shall we?"), (bob, alice, "We shall")):
        hears.locator("#say-new").fill("Half a thou")
        who.locator("#say-new").fill(words)
        who.locator("#say-new").press("Control+Enter")
        hears.locator(".said__body", has_text=words).wait_for(timeout=LONG)
        assert hears.locator("#say-new").input_value() == "Half a thou"
        assert hears.locator("[data-comments]").inner_text() == str(hears.locator(".said").count())


def test_who_loses_the_folder_is_told_and_shown_the_way_back(look, there):
    bob = look(there.bob, folder(there.space))
    rights.unshare(make.act(there.alice), there.space, there.team.principal)
    bob.get_by_role("heading", name="You no longer have access to “Plans”.").wait_for(timeout=LONG)
    bob.get_by_role("link", name="Back to my files").click()
    bob.get_by_role("heading", name="My files").wait_for(timeout=LONG)


def test_a_server_that_is_killed_costs_no_page_anything(look, there, live_url, tmp_path):
    port = live.free_port()
    start = (live.sockets_command(port), live.web_environment(), tmp_path / "sockets.log", port)
    with live.front(live_url, f"127.0.0.1:{port}", tmp_path) as url:
        with live.running(*start) as server:
            pages = [look(user, folder(there.space), base_url=url) for user in (there.alice, there.bob)]
            make.make_file(there.alice, there.root, "before.txt", b"x")
            for page in pages:
                page.get_by_role("link", name="before.txt").wait_for(timeout=LONG)
                page.evaluate("document.body.dataset.same = 'yes'")
            server.kill()
            server.wait()
        for number in range(3):
            make.make_file(there.bob, there.root, f"meanwhile-{number}.txt", b"x")
        for page in pages:
            page.get_by_text("Connection lost.").wait_for(timeout=LONG)
        with live.running(*start):
            make.make_file(there.bob, there.root, "after.txt", b"x")
            for page in pages:
                for name in ("before.txt", "meanwhile-0.txt", "meanwhile-1.txt", "meanwhile-2.txt", "after.txt"):
                    page.get_by_role("link", name=name).wait_for(timeout=4 * LONG)
                    assert page.get_by_role("link", name=name).count() == 1
                page.get_by_text("Connection lost.").wait_for(state="hidden", timeout=LONG)
                assert page.evaluate("document.body.dataset.same") == "yes"  # the same page, never loaded anew


def test_what_happens_while_the_list_is_drawn_anew_is_seen(look, there):
    """The list is read by the server, then somebody adds a file, then the answer takes the old list's place."""
    alice = look(there.alice, folder(there.space))
    held = []
    alice.route(re.compile(r"/files/@"), lambda route: held.append((route, route.fetch())), times=1)
    make.make_file(there.alice, there.root, "first.txt", b"x")
    until = time.monotonic() + LONG / 1000
    while not held and time.monotonic() < until:
        alice.wait_for_timeout(50)
    ((route, read),) = held
    assert "first.txt" in read.text()
    alice.evaluate(NEXT_TOLD)
    alice.evaluate(DEAF)
    assert alice.locator("html[data-told]").count() == 0
    make.make_file(there.bob, there.root, "second.txt", b"x")
    alice.wait_for_selector("html[data-told]", state="attached", timeout=LONG)
    route.fulfill(response=read)
    for name in ("first.txt", "second.txt"):
        alice.get_by_role("link", name=name).wait_for(timeout=LONG)
