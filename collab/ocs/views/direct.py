"""Direct links: one file for a player that has no password, for hours at most, with the rights of who asked for it.

The address carries what it is for, signed; nothing is stored. The rights are asked each time it is used.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collab.accounts.models import AppPassword, User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, NotFound
from collab.ocs import parameters
from collab.ocs.service import service
from collab.registry import registry
from collab.registry.places import Places
from collab.rights import switches
from collab.rights.actor import Actor

USUAL, MOST = 8 * 3600, 24 * 3600
"""Seconds: a film may be long, and is paused."""
_SALT = "collab.ocs.direct"


@service("POST", scope="files")
def make(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """Answer the address of one file that the person may see; `expirationTime`: for how many seconds it holds."""
    told = parameters.read(request)
    number, lasts = parameters.number(told, "fileId"), parameters.number(told, "expirationTime")
    lasts = USUAL if lasts is None else lasts
    if number is None or not 0 < lasts <= MOST:
        raise BadInput(_("A direct link holds for one file, a day at most."))
    placed = _places(actor).describe(actor, [number]).get(number)
    if placed is None or placed.is_folder or actor.user is None:
        raise NotFound(_("There is no such file, or you may not see it."))
    held = {"u": actor.user.pk, "p": _mark(actor.user), "d": actor.device, "f": number, "t": int(time.time()) + lasts}
    token = signing.dumps(held, salt=_SALT)
    return {"url": request.build_absolute_uri(f"/direct/{token}")}


@login_not_required
@require_safe
def fetch(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with the bytes, or a part; 404 once it is over, for any other token, and when the right is gone."""
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("direct", "", address)
    try:
        held = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        throttle.fail("direct", "", address, secret=token[:200])
        raise NotFound from None
    actor = _actor(held)
    if actor is None or held["t"] <= time.time():
        raise NotFound
    answer: HttpResponseBase = _places(actor).serve(request, actor, held["f"])
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _actor(held: dict[str, Any]) -> Actor | None:
    """Return who asked for the link, if they still could: not after a new password, nor once the device is cut off."""
    user = User.objects.filter(pk=held["u"], is_active=True).first()
    if user is None or held["p"] != _mark(user):
        return None
    scopes: frozenset[str] = frozenset()
    if str(held["d"]).startswith("a"):
        row = AppPassword.objects.filter(user=user, pk=int(held["d"][1:])).first()
        if row is None or row.has_ended:
            return None
        scopes = frozenset(row.scopes)
    found = Actor.of(user)
    return Actor(user, found.principals, user.epoch, "app-password", scopes, device=held["d"])


def _mark(user: User) -> str:
    """Return what changes with the person's password, and tells nothing of it."""
    return salted_hmac(_SALT, user.password).hexdigest()[:16]


def _places(actor: Actor) -> Places:
    places = registry.places()
    if places is None or not switches.is_kind_on(places.kind, actor):
        raise NotFound
    return places
