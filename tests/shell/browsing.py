"""A real browser on the real pages, and the accessibility engine run on them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client

from collab.accounts.models import User

WHOLE = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
PROGRAM = shutil.which("chromium-headless-shell") or WHOLE
"""The shell draws no window of its own: the same pages cost half as much. It shows no notifications either."""
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS = [
    (False, "light", "fr"),
    (True, "dark", "en"),
    pytest.param(False, "dark", "en", marks=pytest.mark.full),
    pytest.param(True, "light", "fr", marks=pytest.mark.full),
]
"""(phone, scheme, language) in which every page is judged; two opposite ones always, all four in `make test-full`."""


_QUIET, _PATIENCE = 100, 10_000
"""Milliseconds of quiet that are enough, and after which it is given up."""


# headers and body go out one after the other: the second waits 40 ms for the first to be acknowledged, file by file
WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(scope="session")
def player() -> Iterator[Any]:
    """Playwright, which can be started once in a process; skip, saying so, where there is no browser for it."""
    if PROGRAM is None:
        pytest.skip("no Chromium here: install it to run the browser tests")
    # Playwright's loop runs in this thread; the database is used from it too, outside of any coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import expect, sync_playwright

    _offer_axe()
    expect.set_options(timeout=30_000)  # as long as all else is waited for: how fast a machine is is not judged here
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(player: Any) -> Iterator[Any]:
    """Start the browser once."""
    browser = player.chromium.launch(executable_path=PROGRAM, args=_OPTIONS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_chromium(player: Any) -> Iterator[Any]:
    """Start the browser that people have, for what the other one does not do."""
    if WHOLE is None:
        pytest.skip("no Chromium with windows here: install it to see notifications shown")
    browser = player.chromium.launch(executable_path=WHOLE, args=_OPTIONS)
    yield browser
    browser.close()


@pytest.fixture
def visit(request: Any, chromium: Any, live_server: Any) -> Iterator[Any]:
    """Return `visit(address, user, **options)`, which opens a page; what the browser complains of fails the test."""
    contexts, complaints = [], []
    if request.node.get_closest_marker("whole_browser"):
        chromium = request.getfixturevalue("whole_chromium")

    def opened(address: str, user: User | None = None, *, phone: bool = False, language: str = "en", **options: Any):
        options.setdefault("service_workers", "block")  # one that answers from its own store is asked for by name
        context = chromium.new_context(
            base_url=live_server.url, viewport=PHONE if phone else DESKTOP, has_touch=phone, locale=language, **options
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        page = context.new_page()
        _TRAFFIC[page] = Traffic(page)
        # this server has no websockets; tests of what is live use the real ones (tests/sockets)
        page.route_web_socket(re.compile(r"/ws/(chat/\d+/)?$"), lambda socket: None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if _matters(message) else None)
        page.goto(address)
        settle(page)
        return page

    yield opened
    for context in contexts:
        # A request still under way would meet the emptying of the tables.
        for page in context.pages:
            settle(page)
        context.close()
    assert complaints == []


class Traffic:
    """What a page has asked for and not got yet; `count` grows with whatever happens."""

    def __init__(self, page: Any) -> None:
        self.under_way: set[Any] = set()
        self.count = 0
        page.on("request", self._asked)
        page.on("requestfinished", self._got)
        page.on("requestfailed", self._got)

    def _asked(self, one: Any) -> None:
        self.under_way.add(one)
        self.count += 1

    def _got(self, one: Any) -> None:
        self.under_way.discard(one)
        self.count += 1


_TRAFFIC: WeakKeyDictionary[Any, Traffic] = WeakKeyDictionary()


def settle(page: Any) -> None:
    """Return when the page is loaded and has asked for nothing in a tenth of a second.

    Playwright's own "networkidle" is half a second, of which a run of the tests has hundreds.
    """
    page.wait_for_load_state("load")
    traffic = _TRAFFIC.get(page)
    for _look in range(_PATIENCE // _QUIET if traffic else 0):
        before = traffic.count
        page.wait_for_timeout(_QUIET)
        if traffic.count == before and not traffic.under_way:
            return
    page.wait_for_load_state("networkidle")  # something hangs, or the page is not one of ours: as Playwright sees it


def _matters(message: Any) -> bool:
    """The browser also reports each answer of 4xx (and 507, no room), which tests ask for on purpose."""
    asked_for = ("the server responded with a status of 4", "the server responded with a status of 507")
    asked_for += ("Response Status Error Code 4",)  # the same, as htmx reports it
    return message.type == "error" and not any(text in message.text for text in asked_for)


def violations(page: Any) -> list[str]:
    """Return what axe finds wrong, one line each, on the whole page: it may be arriving still."""
    page.wait_for_load_state("load")
    if page not in _TRAFFIC or not page.evaluate(_FETCH, "/static/axe.min.js"):  # else it is another server's page
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    return [
        f"{found['id']} ({found['impact']}): {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in page.evaluate(_JUDGE)
    ]


_AXE = Path(settings.BASE_DIR, "node_modules", "axe-core", "axe.min.js")
_FETCH = """(address) => window.axe || !navigator.onLine ? Boolean(window.axe) : new Promise((done) => {
  const script = Object.assign(document.createElement("script"), {src: address});
  script.onload = script.onerror = (event) => { script.remove(); done(event.type === "load"); };
  document.head.append(script);
})"""
"""Have the page fetch axe, or take it from what it fetched before: a text is sent and compiled each time."""
_JUDGE = """axe.run(document, {
  resultTypes: ["violations"],  // what passes is of no interest, and costs as much time as all the rest
  // it reads initials, which are the picture of a name (WCAG 2.5.3: text used as a symbol), as words of a label
  rules: {"label-content-name-mismatch": {enabled: false}},
}).then((all) => all.violations)"""


def _offer_axe() -> None:
    """Let the servers of the tests send it as a static file, which no page is told of."""
    before = finders.find
    finders.find = lambda path, *more, **options: str(_AXE) if path == "axe.min.js" else before(path, *more, **options)


def overflows(page: Any) -> bool:
    """Whether the page scrolls sideways, or its sheet, which scrolls by itself."""
    page.wait_for_load_state("load")
    sheet = "[document.documentElement, document.querySelector('main')]"
    return bool(page.evaluate(f"{sheet}.some((one) => one && one.scrollWidth > one.clientWidth)"))
