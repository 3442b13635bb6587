"""What can be shown of a file in its place: a picture of it, or how a text begins."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from files import queries, showing, storage
from files.entry import Entry
from files.kinds import ending_of
from files.models import Preview, Version
from files.previews import kinds, orders, shelf
from files.views.content import guards

BEGINNING = 2000
TEXTS = frozenset(("txt", "md", "csv", "tsv", "log", "ini", "json", "yaml", "yml", "tex", "ics", "vcf"))
_KEPT_SECONDS = 300
_NOTHING = b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
"""A clear picture of one point: where it is shown, the sign of the kind below it stays in sight."""


@require_safe
def preview(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """A picture of the file; 202 while it is being made, 404 where there can be none."""
    return answer(request, queries.entry(request.actor, pk), size)  # type: ignore[attr-defined]


@require_safe
def version(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """The same of an earlier content, drawn by the file's name of today."""
    found = Version.objects.visible_to(request.actor).select_related("node", "blob")  # type: ignore[attr-defined]
    one = found.filter(pk=pk, node__trash=None).first()
    if one is None:
        raise NotFound
    return _drawn(request, one.node.name, one.blob_id, one.blob.key, size)


Size = str | Callable[[int, int], str]
"""One of our sizes, or what names it for the width and height of the original."""


def answer(request: HttpRequest, entry: Any, size: Size) -> HttpResponse:
    """Answer with the picture of a file that was found. Raises NotFound for none, and for what is never drawn."""
    if entry is None or entry.is_folder or entry.key is None or entry.blob_id is None or not entry.size:
        raise NotFound
    return _drawn(request, entry.name, entry.blob_id, entry.key, size)


def of_version(request: HttpRequest, actor: Actor, pk: int, at: int, size: Size) -> HttpResponse:
    """Answer with the picture of the content that the file had at this time (unix seconds). Raises NotFound."""
    found = Version.objects.visible_to(actor).filter(node=pk, node__trash=None, mtime=at)
    one = found.select_related("blob", "node").order_by("-pk").first()
    if one is None:
        raise NotFound
    return _drawn(request, one.node.name, one.blob_id, one.blob.key, size)


def beginning(entry: Entry) -> str:
    """Return how a text begins, "" for what is none."""
    if entry.is_folder or entry.key is None or ending_of(entry.name) not in TEXTS or not entry.size:
        return ""
    with storage.open_blob(entry.key) as file:
        return showing.decode(file.read(BEGINNING))


def _drawn(request: HttpRequest, name: str, blob_id: int, key: str, wanted: Size) -> HttpResponse:
    if not kinds.how_of(name) or (isinstance(wanted, str) and wanted not in kinds.SIZES):
        raise NotFound
    found = orders.ready(blob_id, name)
    if found is None:
        return _not_yet()
    if found.state == Preview.State.NONE:
        return _guarded(HttpResponse(_NOTHING, status=404), name)
    size = wanted if isinstance(wanted, str) else wanted(found.width, found.height)
    etag = f'"{blob_id}-{found.how}-{size}-{found.maker}"'
    if request.headers.get("If-None-Match") == etag:
        return _fresh(request, _guarded(HttpResponse(status=304), name), etag, blob_id)
    number = next(place for place in range(kinds.SIZES[size], -1, -1) if found.sizes[place])
    content = shelf.take(key, found.how, found.sizes, number)
    if content is None:
        orders.again(found)
        found = orders.ready(blob_id, name)
        content = shelf.take(key, found.how, found.sizes, number) if found and found.sizes else None
    if content is None:
        return _not_yet()
    return _fresh(request, _guarded(HttpResponse(content), name), etag, blob_id)


def _guarded(response: HttpResponse, name: str) -> HttpResponse:
    guards(response, f"{name}.webp")
    response["Content-Type"] = "image/webp"
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.webp")
    return response


def _fresh(request: HttpRequest, response: HttpResponse, etag: str, blob_id: int) -> HttpResponse:
    """Let the browser keep it a while where the address names the content: another content has another address."""
    response["ETag"] = etag
    if request.GET.get("v") == str(blob_id):
        response["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return response


def _not_yet() -> HttpResponse:
    """202 with a clear picture, and when to ask again."""
    response = _guarded(HttpResponse(_NOTHING, status=202), "preview")
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "2"
    return response
