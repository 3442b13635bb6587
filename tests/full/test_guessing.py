"""Whoever guesses is slowed down at every door that takes a secret, whether Redis is there or not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from collab.accounts.throttle import DOORS
from collab.rights.links import token_of
from tests import town as make
from tests.accounts.people import PASSWORD
from tests.clients.server import Server
from tests.conftest import build_town
from tests.dav.client import give_password

pytestmark = pytest.mark.full

AWAY = "redis://127.0.0.1:9/0"
Try = Callable[[int], httpx.Response]


@pytest.fixture(params=["Redis up", "Redis down"])
def house(request: Any, transactional_db: Any, store: Any, tmp_path: Path) -> Any:
    """A server of its own, and somebody to be guessed at."""
    town = build_town()
    town.bob.set_password(PASSWORD)
    town.bob.save()
    folder = make.make_folder(town.alice, town.root, "Open")
    link = make.make_link(town.alice, folder, password="four kites")
    away = {"REDIS_URL": AWAY} if request.param == "Redis down" else {}
    server = Server(tmp_path / "server", workers=1, **away)
    server.start()
    try:
        yield town, server.url, token_of(make.act(town.alice), link, folder), give_password(town.bob), request.param
    finally:
        server.stop()


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def form(browser: httpx.Client, url: str, **fields: str) -> httpx.Response:
    """Send a form as a browser does: with the token that its page brought."""
    page = browser.get(url)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    if found is None:
        return page
    return browser.post(url, data={**fields, "csrfmiddlewaretoken": found[1]}, headers={"Referer": url})


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as one:
        yield one


def test_guesses_are_slowed_down(house: Any, browser: httpx.Client) -> None:
    _town, url, token, secret, redis = house
    page, dav = f"{url}/s/{token}/", f"{url}/remote.php/dav/files/bob/"
    public = f"{url}/public.php/dav/files"
    doors: dict[str, tuple[Try, int]] = {
        "sign-in page": (
            lambda n: form(browser, f"{url}/accounts/login/", login="bob", password=f"guess {n}"),
            DOORS["web"].account.free,  # type: ignore[union-attr]
        ),
        "DAV, an account": (
            lambda n: browser.request("PROPFIND", dav, headers={**basic("alice", f"guess {n}"), "Depth": "0"}),
            DOORS["dav"].account.free,  # type: ignore[union-attr]
        ),
        "OCS, an account": (
            lambda n: browser.get(f"{url}/ocs/v2.php/cloud/user", headers=basic("eve", f"guess {n}")),
            DOORS["dav"].account.free,  # type: ignore[union-attr]
        ),
        "a link's password, its page": (
            lambda n: form(browser, page, password=f"guess {n}"),
            DOORS["link"].account.free,  # type: ignore[union-attr]
        ),
        "app passwords": (
            lambda n: browser.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer guess{n}"}),
            DOORS["token"].crowd.free,
        ),
        "addresses of links": (lambda n: browser.get(f"{url}/s/guess-{n}/"), DOORS["link-token"].crowd.free),
    }  # fmt: skip
    told = {}
    for name, (attempt, free) in doors.items():
        statuses = []
        for number in range(free + 3):
            answer = attempt(number)
            statuses.append(answer.status_code)
            if answer.status_code == 429:
                assert int(answer.headers["Retry-After"]) > 0
                break
        told[name] = (len(statuses), statuses[-1])
        assert statuses[-1] == 429, (name, statuses)
        assert len(statuses) <= free + 2, (name, statuses)
    # the link's other doors share its counts
    answer = browser.request("PROPFIND", f"{public}/{token}", headers={**basic("x", "guess"), "Depth": "0"})
    assert answer.status_code == 429
    # and a device that knows its password is not slowed down by any of it
    assert browser.request("PROPFIND", dav, headers={**basic("bob", secret), "Depth": "0"}).status_code == 207
    right = browser.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert (right.status_code, right.json()["username"]) == (200, "bob")
    print(f"\n{redis}: tries until 429: {told}")
