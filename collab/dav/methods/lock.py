"""LOCK (RFC 4918, 9.10): rows in PostgreSQL keyed by the thing, so that two people's paths to it conflict."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import tostring

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.dav import locks, lockxml
from collab.dav.models import Lock
from collab.dav.request import Request
from collab.dav.response import SAFE, XML, Response
from collab.dav.tree import Resource
from collab.lib.errors import BadInput, Forbidden, Stale

_SECONDS = re.compile(r"Second-(\d{1,12})", re.IGNORECASE)
_OWNER_LIMIT = 4096


def lock(request: Request) -> Response:
    """Lock the resource, an empty file made for it where nothing was (201), or refresh one's lock."""
    deep = request.depth("infinity", ("0", "infinity")) == "infinity"
    wanted = request.xml()
    request.check()
    if wanted is None:
        return _refresh(request)
    scope, owner = _wanted(wanted)
    if request.actor.user is None:
        raise Forbidden
    with transaction.atomic():
        target, created = request.resource.lock_target()
        token = _take(request, target, scope, owner, deep=deep)
    request.forget_locks()
    return _answer(request, target, 201 if created else 200, [("Lock-Token", f"<{token}>")])


def _take(request: Request, target: Resource, scope: str, owner: str, *, deep: bool) -> str:
    """Write the lock unless another stands in its way (RFC 4918, 6.1). The space's row orders those who try."""
    target.may_lock()
    if target.ref is None or target.space_id is None or request.actor.user is None:
        raise target.not_allowed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spaces_space WHERE id = %s FOR UPDATE", [target.space_id])
    held = locks.held_in([target.space_id], target.ref[0])
    inside = target.below({one.ref_id for one in held}) if deep and target.is_collection and held else set()
    for one in held:
        if (one.covers(target.chain) or one.ref_id in inside) and (one.exclusive or scope == Lock.Scope.EXCLUSIVE):
            raise locks.LockedBy(one)
    made = Lock.objects.create(
        token=locks.new_token(),
        kind=target.ref[0],
        ref_id=target.ref[1],
        space_id=target.space_id,
        user=request.actor.user,
        scope=scope,
        deep=deep,
        owner_xml=owner,
        expires_at=timezone.now() + _timeout(request),
    )
    return made.token


def _refresh(request: Request) -> Response:
    """Start one's lock's time anew (RFC 4918, 9.10.2)."""
    user = request.actor.user
    own = [
        one
        for one in request.locks_on(request.resource)
        if one.token in request.conditions.tokens and user is not None and one.user_id == user.pk
    ]
    if not request.conditions.tokens:
        raise BadInput(_("To refresh a lock, send its token in the If header."))
    if not own:
        raise Stale(_("This is not locked by the token that was sent."))
    Lock.objects.filter(token=own[0].token).update(expires_at=timezone.now() + _timeout(request))
    request.forget_locks()
    return _answer(request, request.resource, 200, [])


def _wanted(root: Any) -> tuple[str, str]:
    """Return (scope, owner as XML) of a lockinfo element (RFC 4918, 14.11)."""
    scope = root.find("{DAV:}lockscope")
    kind = root.find("{DAV:}locktype")
    if root.tag != "{DAV:}lockinfo" or scope is None or len(scope) != 1 or kind is None:
        raise BadInput(_("This lock request cannot be read."))
    name = scope[0].tag.removeprefix("{DAV:}")
    if name not in Lock.Scope.values or kind.find("{DAV:}write") is None:
        raise BadInput(_("Only write locks, exclusive or shared, are possible here."))
    owner = root.find("{DAV:}owner")
    if owner is None:
        return name, ""
    owner.tail = None
    text = tostring(owner, encoding="unicode")
    if len(text) > _OWNER_LIMIT:
        raise BadInput(_("The owner of this lock is too long."))
    return name, text


def _timeout(request: Request) -> timedelta:
    """Return what was asked within our bounds; a forgotten lock must not last for ever."""
    header = request.header("Timeout")
    match = _SECONDS.search(header)
    seconds = int(match[1]) if match else locks.LONGEST if "infinite" in header.lower() else locks.USUAL
    return timedelta(seconds=max(1, min(seconds, locks.LONGEST)))


def _answer(request: Request, target: Resource, status: int, headers: list[tuple[str, str]]) -> Response:
    user = request.actor.user
    active = lockxml.active(request.locks_on(target), user.pk if user else None, target.href)
    document = (
        '<?xml version="1.0" encoding="utf-8"?>\n<d:prop xmlns:d="DAV:"><d:lockdiscovery>'
        f"{active}</d:lockdiscovery></d:prop>"
    )
    return Response(status, [("Content-Type", XML), *SAFE, *headers], document.encode())
