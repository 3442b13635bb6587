"""People in one note, in real browsers, through the front and the real websocket; servers are killed under them."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from collab.rights import actions as rights
from files.actions import drafting, saving
from files.models import Node
from tests import live
from tests import town as make
from tests.conftest import build_town
from tests.shell.browsing import DESKTOP, PHONE, _matters, overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = 20_000


@pytest.fixture
def there(front_url, store):
    return build_town()


@pytest.fixture
def note(there):
    return make.make_file(there.alice, there.root, "note.md", b"# Plans\n")


@pytest.fixture
def enter(chromium, front_url):
    """Return `enter(user, address)`: a page of this person, through the front; what the browser complains of fails."""
    contexts, complaints = [], []

    def opened(user, address, *, phone=False, **options):
        options = {"base_url": front_url, "locale": "en", "viewport": PHONE if phone else DESKTOP} | options
        context = chromium.new_context(**options, service_workers="block", has_touch=phone)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": options["base_url"]}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if matters(message) else None)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def matters(message):
    """Servers are killed and nets cut on purpose here."""
    away = ("WebSocket connection to", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "status of 50")
    return _matters(message) and not any(text in message.text for text in away)


def text_of(page):
    """What the editor shows, as text."""
    return page.locator(".cm-content")


def opened(page):
    text_of(page).wait_for(timeout=LONG)
    return page


def says(page, state):
    expect(page.locator("[data-part=state]")).to_have_text(state, timeout=LONG)


def types(page, words, *, end=True):
    text_of(page).click()
    if end:
        page.keyboard.press("Control+End")
    page.keyboard.type(words)


def holds(page, *words):
    for one in words:
        expect(text_of(page)).to_contain_text(one, timeout=LONG)


def kept(note, text):
    """What the server would save now."""
    assert drafting.read(note.pk)[1].text == text


def test_two_people_in_one_note_and_the_server_is_killed(enter, there, note, live_url, tmp_path):
    port = live.free_port()
    start = (live.sockets_command(port), live.web_environment(), tmp_path / "sockets.log", port)
    with live.front(live_url, f"127.0.0.1:{port}", tmp_path) as url:
        with live.running(*start) as server:
            alice, bob = (
                opened(enter(user, f"/files/edit/{note.pk}/", base_url=url)) for user in (there.alice, there.bob)
            )
            types(alice, "- from alice")
            holds(bob, "- from alice")
            expect(bob.locator(".caret__name")).to_have_text("Alice", timeout=LONG)
            expect(bob.get_by_role("img", name="Alice")).to_be_visible()
            says(alice, "Saved")
            for page in (alice, bob):
                page.evaluate("document.body.dataset.same = 'yes'")
            server.kill()
            server.wait()
            types(bob, "\n- from bob, offline")
            types(alice, "\n- from alice, offline")
            says(alice, "Offline: write on, it joins later")
            says(bob, "Offline: write on, it joins later")
            assert "from bob" not in drafting.read(note.pk)[1].text
        with live.running(*start) as server:
            for page in (alice, bob):
                holds(page, "- from alice", "- from bob, offline", "- from alice, offline")
                says(page, "Saved")
                assert page.evaluate("document.body.dataset.same") == "yes"  # the same page, never loaded anew
            server.kill()  # whoever saves after this never heard of the pages
            server.wait()
        assert alice.evaluate("document.querySelector('.cm-content').cmView || true")
    text = drafting.read(note.pk)[1].text
    assert all(text.count(words) == 1 for words in ("- from alice\n", "- from bob, offline", "- from alice, offline"))
    make.age(drafting.Draft.objects, "used_at", 0.01)
    assert saving.sweep() == 1
    assert make.read(note).decode() == text
    assert make.is_clean()


def test_a_note_from_the_first_click_to_the_last(enter, there):
    """Made, written by bar, keys and mouse, looked at; left by keyboard; renamed, taken away and thrown away."""
    page = enter(there.alice, f"/files/@{there.space.slug}/")
    page.get_by_role("main").get_by_text("Add", exact=True).click()
    page.get_by_role("link", name="New note").first.click()
    page.get_by_label("Name of the new note").fill("Minutes")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/**")
    opened(page)
    note = Node.objects.get(name="Minutes.md")
    expect(text_of(page)).to_be_focused()
    says(page, "Saved")
    page.keyboard.type("Board")
    page.get_by_role("button", name="Heading").click()
    page.keyboard.press("End")
    page.keyboard.type("\n\ntea")
    page.get_by_role("button", name="Checklist").click()
    page.keyboard.press("End")
    page.keyboard.type("\nmilk")  # a list goes on by itself
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n\nplain ")
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    expect(text_of(page)).to_contain_text("**bold**")
    page.locator(".task-box").first.click()
    page.get_by_role("button", name="Preview").click()
    prose = page.get_by_role("region", name="Preview")
    expect(prose.get_by_role("heading", name="Board")).to_be_visible(timeout=LONG)
    expect(prose.get_by_role("img", name="done")).to_have_count(2)
    expect(prose.locator("strong")).to_have_text("bold")
    assert violations(page) == []
    text_of(page).click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")
    says(page, "Saved")
    make.write(there.bob, make.fresh(note).parent, "Minutes.md", make.read(note) + b"")
    from files.actions import moving

    moving.move(make.act(there.bob), make.fresh(note), make.fresh(there.root), "Board.md")
    expect(page.get_by_role("heading", name="Board.md", level=1)).to_be_visible(timeout=LONG)
    make.throw_away(there.bob, note)
    expect(page.get_by_role("alert").filter(has_text="This file is in the trash now.")).to_be_visible(timeout=LONG)
    expect(text_of(page)).to_have_attribute("aria-readonly", "true")


def test_rights_and_outside_writes_reach_the_open_page(enter, there, note):
    bob = opened(enter(there.bob, f"/files/edit/{note.pk}/"))
    phone = opened(enter(there.alice, f"/files/edit/{note.pk}/", phone=True))
    types(bob, "- bob\n")
    make.write(there.alice, there.root, "note.md", b"# Plans for May\n")
    for page in (bob, phone):
        holds(page, "# Plans for May", "- bob")
    phone.get_by_role("button", name="Preview").click()
    expect(phone.get_by_role("heading", name="Plans for May")).to_be_visible(timeout=LONG)
    expect(text_of(phone)).to_be_hidden()
    phone.get_by_role("button", name="Preview").click()
    assert not overflows(phone)
    assert violations(phone) == []
    make.share(there.alice, note, there.bob, 1)
    rights.stop_inheriting(make.act(there.alice), make.fresh(note))
    expect(bob.get_by_role("alert").filter(has_text="You can only read this text now.")).to_be_visible(timeout=LONG)
    says(bob, "Live, to read")
    types(phone, "- still alice\n")
    holds(bob, "- still alice")
    bob.keyboard.type("not any more")
    make.unshare(there.alice, note, there.bob)
    expect(bob.get_by_role("alert").filter(has_text="You no longer have access")).to_be_visible(timeout=LONG)
    assert "not any more" not in drafting.read(note.pk)[1].text


def test_enter_opens_a_text_and_words_wait_for_the_net(enter, there, note):
    page = enter(there.alice, f"/files/@{there.space.slug}/")
    page.get_by_role("row", name=re.compile("note.md")).hover()
    page.get_by_role("row", name=re.compile("note.md")).get_by_label("Actions").click()
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="note.md").focus()
    page.keyboard.press("Enter")
    opened(page)
    assert re.search(rf"/edit/{note.pk}/$", page.url)
    says(page, "Saved")
    page.context.set_offline(True)
    types(page, "in the tunnel")
    says(page, "Offline: write on, it joins later")
    page.context.set_offline(False)
    says(page, "Saved")
    kept(note, "# Plans\nin the tunnel")
