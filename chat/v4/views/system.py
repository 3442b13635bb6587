"""Whether it answers, signing in and out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from chat.v4 import door, records
from chat.v4.door import OK, Answer
from collab.accounts.actions import devices
from collab.accounts.models import User
from collab.api.door import SignInNeeded
from collab.lib.addresses import client_address
from collab.lib.errors import Forbidden
from collab.rights.actor import WRONG, Actor


def ping(request: HttpRequest, actor: Actor) -> Any:
    """Say that it answers."""
    return OK | {"AndroidLatestVersion": "", "AndroidMinVersion": "", "IosLatestVersion": "", "IosMinVersion": ""}


def config(request: HttpRequest, actor: Actor) -> Any:
    """Say the little that clients ask before anybody signed in."""
    return {
        "Version": door.VERSION, "BuildNumber": "collab", "EnableSignInWithUsername": "true",
        "EnableSignInWithEmail": "true", "SiteName": "Collab", "DefaultClientLocale": "fr", "EnableFile": "true",
    }  # fmt: skip


def licence(request: HttpRequest, actor: Actor) -> Any:
    """Say that nothing has to be paid for."""
    return {"IsLicensed": "false"}


def log_in(request: HttpRequest, actor: Actor) -> Any:
    """Give a token for a login password, under the rules of every door; an app password is its own token.

    Whoever has a second step sends an app password or a token: a password alone would open the house without it.
    """
    told = door.sent(request, dict)
    login, password = door.text(told.get("login_id"), 300), door.text(told.get("password"), 5000)
    try:
        found = Actor.of_basic(login, password, client_address(request.META))
    except Forbidden:
        raise SignInNeeded(WRONG) from None
    door.require_scope(found, write=False)
    assert found.user is not None
    token = password
    if found.strength != "app-password":
        token = devices.sign_in(found.user, request.headers.get("User-Agent", ""), door.SCOPE)
    user: User = found.user
    return Answer(records.user(user, me=True), headers={"Token": token})


def log_out(request: HttpRequest, actor: Actor) -> Any:
    """End what `log_in` gave. Strangers may ask too: some programs do, to read the version."""
    if request.headers.get("Authorization"):
        actor = door.signed_in(request, write=False)
        if actor.user is not None and actor.device.startswith("a"):
            devices.sign_out(actor.user, int(actor.device[1:]))
    return OK
