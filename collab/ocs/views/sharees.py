"""Whom the field of a client's sharing dialog suggests."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput
from collab.ocs import parameters, sharees
from collab.ocs.service import service
from collab.rights.actor import Actor

MOST, LAST_PAGE, LONGEST = 100, 1000, 200
_ITEMS = {"file", "folder"}


@service("GET", scope="files")
def search(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer who fits what was typed, page by page."""
    told = parameters.read(request)
    types = _types(request, told)
    page, count = parameters.number(told, "page"), parameters.number(told, "perPage")
    page, count = 1 if page is None else page, 50 if count is None else count
    if page < 1 or count < 1:
        raise BadInput(_("Pages are counted from 1."))
    text = " ".join(told.get("search", "").split())
    if len(text) > LONGEST or page > LAST_PAGE:
        return sharees.empty()
    count = min(count, MOST)
    return sharees.search(actor, text, types, (page - 1) * count, count)


@service("GET", scope="files")
def recommended(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer with whom the person shared last."""
    return sharees.recent(actor, _types(request, parameters.read(request)))


def _types(request: HttpRequest, told: parameters.Parameters) -> set[int]:
    """Return the types of shares asked for, all when none is named. Raises BadInput without a kind of item."""
    if told.get("itemType") not in _ITEMS:
        raise BadInput(_("Say what is to be shared: itemType is “file” or “folder”."))
    asked = [*request.GET.getlist("shareType[]"), *request.GET.getlist("shareType")][:50]
    return {int(item) for item in asked if item in {"0", "1"}} if asked else {sharees.USER, sharees.GROUP}
