"""The people of the town and their devices, as the sharing calls of OCS meet them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import town as make
from tests.accounts.people import basic
from tests.dav.client import Client, give_password

BASE = "/ocs/v2.php/apps/files_sharing/api/v1"


class Device:
    """One person's client: `dav` for the tree, calls for shares. Bodies are forms, as Android and the desktop send."""

    def __init__(self, browser, user, scopes=()):
        self.user, self.browser = user, browser
        secret = give_password(user, scopes=scopes)
        self.headers = basic(user.username, secret)
        self.dav = Client(user.username, secret)

    def call(self, method, path, told=None, base=BASE, **headers):
        from django.utils.http import urlencode

        where = f"{base}/{path}{'&' if '?' in path else '?'}format=json"
        body = urlencode(told or {}).encode()
        kind = "application/x-www-form-urlencoded"
        return self.browser.generic(method, where, body, content_type=kind, **self.headers, **headers)

    def shares(self, query=""):
        answer = self.call("GET", f"shares?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()["ocs"]["data"]

    def share(self, path, share_type=0, whom="", **told):
        answer = self.call("POST", "shares", {"path": path, "shareType": share_type, "shareWith": whom, **told})
        assert answer.status_code == 200, answer.content
        return answer.json()["ocs"]["data"]

    def refused(self, method, path, told=None):
        """Return (status, message)."""
        answer = self.call(method, path, told)
        meta = answer.json()["ocs"]["meta"]
        assert (meta["status"], meta["statuscode"]) == ("failure", answer.status_code)
        return answer.status_code, meta["message"]


@pytest.fixture
def devices(town, client):
    """Alice has Docs with plan.txt in it, and notes.txt; everybody has a device."""
    docs = make.make_folder(town.alice, make.home(town.alice), "Docs")
    make.make_file(town.alice, docs, "plan.txt")
    make.make_file(town.alice, make.home(town.alice), "notes.txt")
    for user in (town.alice, town.bob, town.eve):
        user.language = "en"
        user.save()
    return SimpleNamespace(
        alice=Device(client, town.alice), bob=Device(client, town.bob), eve=Device(client, town.eve), docs=docs
    )
