"""A device turns the password that was typed into one of its own, and gives it back when it leaves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from collab.accounts import credentials
from collab.accounts.actions import devices
from collab.accounts.models import AppPassword
from collab.lib.errors import Forbidden
from collab.ocs.service import basic_password, service
from collab.rights.actor import Actor


@service("GET")
def get(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Make an app password for a device that signed in with the login password; 403 if it has one already."""
    if actor.strength != "password":
        raise Forbidden("You cannot request an new apppassword with an apppassword")
    name = request.headers.get("User-Agent", "")
    _row, secret = devices.create(actor.user, name, length=devices.LENGTH, strength=actor.strength)
    return {"apppassword": secret}


@service("DELETE")
def revoke(request: HttpRequest, actor: Actor) -> list[Any]:
    """Refuse the app password of this very request from now on."""
    if actor.strength != "app-password":
        raise Forbidden("no app password in use")
    row = AppPassword.objects.get(user=actor.user, digest=credentials.digest(basic_password(request)))
    devices.revoke(actor.user, row.pk)
    return []
