"""Services that clients ask at every start and that have little to say yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from collab.ocs.service import service
from collab.rights.actor import Actor


@service("GET")
def apps(request: HttpRequest, actor: Actor) -> list[Any]:
    """No entries for the clients' own app menus."""
    return []
