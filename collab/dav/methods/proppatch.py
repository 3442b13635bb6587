"""PROPPATCH (RFC 4918, 9.2): all or nothing; live properties by registered setters, the others kept as they are."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from django.db import transaction
from django.utils.translation import gettext as _

from collab.dav import dead, multistatus, properties
from collab.dav.request import Request
from collab.dav.response import Response
from collab.lib.errors import BadInput, Refusal

_MOST = 200
_PHRASES = {403: "403 Forbidden", 409: "409 Conflict", 424: "424 Failed Dependency", 507: "507 Insufficient Storage"}


def proppatch(request: Request) -> Response:
    """Apply the changes in their order, or none of them."""
    request.depth("0", ("0", "1", "infinity"))
    changes = _changes(request)
    request.check()
    resource = request.resource
    resource.may_change_properties()
    failed = _apply(request, changes)
    statuses: dict[str, list[str]] = {}
    for name, _element in changes:
        status = "200 OK" if not failed else failed.get(name, _PHRASES[424])
        empty = properties.tags_of(name)[2]
        if empty not in statuses.setdefault(status, []):
            statuses[status].append(empty)
    propstats = "".join(
        f"<d:propstat><d:prop>{''.join(tags)}</d:prop><d:status>HTTP/1.1 {status}</d:status></d:propstat>"
        for status, tags in statuses.items()
    )
    return multistatus.answer([f"<d:response><d:href>{resource.href}</d:href>{propstats}</d:response>"])


def _apply(request: Request, changes: list[tuple[str, Element | None]]) -> dict[str, str]:
    """Make all changes in one transaction; return {name: status} of those that were refused, after undoing all."""
    failed: dict[str, str] = {}
    with transaction.atomic():
        for name, element in changes:
            try:
                with transaction.atomic():
                    _change(request, name, element)
            except Refusal as refusal:
                if refusal.status >= 500 and refusal.status != 507:
                    raise
                failed[name] = _PHRASES.get(refusal.status, _PHRASES[409])
        if failed:
            transaction.set_rollback(True)
    return failed


def _change(request: Request, name: str, element: Element | None) -> None:
    resource = request.resource
    setter = properties.setter(resource.kind, name)
    if setter is not None:
        setter(resource, element)
    elif properties.lookup(resource.kind, name) is not None or name.startswith("{DAV:}") or resource.ref is None:
        raise properties.Protected
    elif element is None:
        dead.drop(resource.ref, name)
    else:
        dead.store(resource.ref, element)


def _changes(request: Request) -> list[tuple[str, Element | None]]:
    """Return (name, element to set, None to remove) in document order (RFC 4918, 14.19)."""
    root = request.xml()
    if root is None or root.tag != "{DAV:}propertyupdate":
        raise BadInput(_("This PROPPATCH cannot be read."))
    changes: list[tuple[str, Element | None]] = []
    for step in root:
        if step.tag not in {"{DAV:}set", "{DAV:}remove"}:
            continue
        for prop in step.findall("{DAV:}prop"):
            changes.extend((child.tag, child if step.tag == "{DAV:}set" else None) for child in prop)
    if not changes or len(changes) > _MOST:
        raise BadInput(_("This PROPPATCH cannot be read."))
    return changes
