"""COPY and MOVE (RFC 4918, 9.8 and 9.9): one action across trees and spaces, whole or not at all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collab.dav.methods.put import saved, upload_of
from collab.dav.request import Request
from collab.dav.response import Response
from collab.dav.tree import Resource
from collab.lib.errors import Forbidden, Stale


def copy(request: Request) -> Response:
    """Copy, a folder with all below unless Depth is 0: 201 for a new name, 204 for an old one."""
    depth = request.depth("infinity", ("0", "infinity"))
    target = _target(request)
    return saved(request.resource.copy(target, deep=depth != "0", overwrite=request.overwrite()))


def move(request: Request) -> Response:
    """Move, always with all below: 201 for a new name, as the desktop client demands, 204 for an old one."""
    if request.resource.is_collection:
        request.depth("infinity", ("infinity",))
    target = _target(request)
    return saved(request.resource.move(target, upload_of(request), overwrite=request.overwrite()))


def _target(request: Request) -> Resource:
    target = request.destination()
    source = request.resource
    if target.tree is source.tree and target.parts == source.parts:
        raise Forbidden(_("Source and destination are the same."))
    if not source.conditions_on_target:
        request.check()
    if target.exists and not request.overwrite():
        raise Stale(_("There is already something with this name."))
    return target
