"""The bytes of a file or of an earlier version, as a download; a PDF for the browser's own reader too."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, replace

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from collab.dav import ranges
from collab.dav.methods.get import ACCEL_FROM, Blocks
from collab.lib.errors import NotFound
from files import kinds, publishing, queries, showing, storage
from files.entry import Entry
from files.models import Version

BLOCK = 2**20
_ACTIVE = ("html", "xml", "svg", "javascript", "ecmascript")


@dataclass(frozen=True)
class Content:
    """What is sent: `key` of the blob, `etag` with its quotes, `mtime` in unix seconds; `marks`: what is changed in it
    on its way (`files.publishing`)."""

    key: str
    size: int
    name: str
    etag: str
    mtime: int
    marks: publishing.Marks = ()


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as an attachment; conditional requests and ranges as RFC 9110 says."""
    return serve(request, _content(request, pk))


@require_safe
def play(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A film for the browser's own player, range by range."""
    return as_played(request, _content(request, pk))


@require_safe
def inline(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture, sound, film or PDF in its place; ranges let one wind on. Raises NotFound for anything else."""
    found = _content(request, pk)
    return as_pdf(request, found) if kinds.ending_of(found.name) == "pdf" else as_media(request, found)


@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An earlier content as an attachment, under the file's name of today."""
    found = Version.objects.visible_to(request.actor).select_related("node", "blob")  # type: ignore[attr-defined]
    one = found.filter(pk=pk, node__trash=None).first()
    if one is None:
        raise NotFound
    return serve(request, Content(one.blob.key, one.size, one.node.name, f'"version-{one.pk}"', one.mtime))


def as_played(request: HttpRequest, content: Content) -> HttpResponseBase:
    """Answer with a film or sound in its place. Raises NotFound for what no browser plays."""
    media = showing.PLAYED.get(kinds.ending_of(content.name))
    if media is None:
        raise NotFound
    return serve(request, content, media=media)


def as_media(request: HttpRequest, content: Content) -> HttpResponseBase:
    """Answer with a picture, sound or film in its place, as the type of its ending. Raises NotFound for all else."""
    media = showing.INLINE.get(kinds.ending_of(content.name))
    if media is None:
        raise NotFound
    return serve(request, content, media=media)


def as_pdf(request: HttpRequest, content: Content) -> HttpResponseBase:
    """Answer with a PDF for the browser's own reader, which keeps what it may run to itself. Raises NotFound.

    Without the sandbox of other contents: readers refuse to start in it. No script, no frame, no other type.
    """
    if kinds.ending_of(content.name) != "pdf":
        raise NotFound
    answer = serve(request, content, media=showing.PDF)
    answer["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return answer


def serve(request: HttpRequest, content: Content, *, media: str = "") -> HttpResponseBase:
    """Answer with the bytes, or the part asked for. `media`: show it in place, as this harmless type."""
    headers = _headers(content, media)
    unchanged = get_conditional_response(request, etag=content.etag, last_modified=content.mtime)
    if unchanged is not None:
        return _with(unchanged, headers, without={"Content-Disposition", "Content-Type"})
    try:
        part = _part(request, content)
    except ranges.Unsatisfiable:
        short = HttpResponse(status=416, headers={"Content-Range": f"bytes */{content.size}"})
        return _with(short, headers, without={"Content-Disposition"})
    if request.method == "HEAD":
        return _with(HttpResponse(headers={"Content-Length": str(content.size)}), headers)
    if _front_sends(request, content):
        # The front reads the file itself, ranges included; what clients say in this header it replaces.
        return _with(HttpResponse(headers={"X-Accel-Redirect": accel(content.key)}), headers)
    return _with(_bytes(content, part), headers)


def accel(key: str) -> str:
    """Return the address under which the front finds a blob on this machine."""
    return f"/.blobs/{key}"


def release_connection() -> None:
    """Give the database connection back before a long answer: a slow reader must not hold one of the pool."""
    if not connection.in_atomic_block:
        connection.close()


def guards(response: HttpResponseBase, name: str) -> None:
    """Say that this is a person's content: to be saved under `name`, never run, its type never guessed."""
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"


def _content(request: HttpRequest, pk: int) -> Content:
    return of_entry(queries.entry(request.actor, pk))  # type: ignore[attr-defined]


def published(entry: Entry | None) -> Content:
    """Return what a public link sends of a file: a photo without its place. Raises NotFound, Unavailable, Forbidden."""
    found = of_entry(entry)
    assert entry is not None
    assert entry.blob_id is not None
    marks = publishing.marks_of(entry.blob_id, entry.name)
    return replace(found, marks=marks, etag=f'"{entry.etag}-n"') if marks else found


def of_entry(entry: Entry | None) -> Content:
    """Return what is sent of a file that was found. Raises NotFound for none, and for a folder."""
    if entry is None or entry.is_folder or entry.key is None:
        raise NotFound
    return Content(entry.key, entry.size, entry.name, f'"{entry.etag}"', entry.mtime)


def _headers(content: Content, media: str) -> HttpResponse:
    """Return an empty answer with the headers of every answer about this content."""
    found = HttpResponse(content_type=media or _type_of(content.name))
    guards(found, content.name)
    if media:
        found["Content-Disposition"] = content_disposition_header(False, content.name)
    found["ETag"] = content.etag
    found["Last-Modified"] = http_date(max(content.mtime, 0))
    found["Accept-Ranges"] = "bytes"
    return found


def _with(response: HttpResponseBase, headers: HttpResponse, *, without: set[str] | None = None) -> HttpResponseBase:
    for name, value in headers.items():
        if name not in (without or set()):
            response[name] = value
    return response


def _type_of(name: str) -> str:
    """Return the type by the name's ending; what could run in a browser is sent as plain bytes."""
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return "application/octet-stream" if any(word in guessed for word in _ACTIVE) else guessed


def _part(request: HttpRequest, content: Content) -> tuple[int, int] | None:
    """Return (first, last) of the range, if one is asked for and still fits (RFC 9110, 13.1.5)."""
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "")
    if not header or request.method != "GET":
        return None
    if condition and condition not in {content.etag, http_date(content.mtime)}:
        return None
    return ranges.parse(header, content.size)


def _front_sends(request: HttpRequest, content: Content) -> bool:
    asked = request.headers.get("X-Sendfile-Type") == "X-Accel-Redirect" and "If-Range" not in request.headers
    as_stored = storage.front_reads(content.key) and not content.marks
    return asked and content.size >= ACCEL_FROM and as_stored


def _bytes(content: Content, part: tuple[int, int] | None) -> HttpResponseBase:
    first, length = (part[0], part[1] - part[0] + 1) if part else (0, content.size)
    file = publishing.opened(content.key, content.marks)
    if first:
        file.seek(first)
    status = 206 if part else 200
    if length > BLOCK:
        release_connection()
        response: HttpResponseBase = StreamingHttpResponse(Blocks(file, length), status=status)
    else:
        with file:
            response = HttpResponse(file.read(length), status=status)
    response["Content-Length"] = str(length)
    if part:
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{content.size}"
    return response
