"""Services that clients ask at every start and that have little to say yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from collab.lib.errors import NotFound
from collab.ocs.service import service
from collab.rights.actor import Actor


@service("GET")
def user_status(request: HttpRequest, actor: Actor) -> None:
    """No status was set: 404 in the envelope, which every client reads as “none”."""
    raise NotFound("No status for the current user")


@service("GET")
def apps(request: HttpRequest, actor: Actor) -> list[Any]:
    """No entries for the clients' own app menus."""
    return []
