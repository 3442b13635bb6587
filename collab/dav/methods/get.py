"""GET and HEAD (RFC 9110, 9.3.1): by the front for large files on this machine, else in 1 MiB blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from collab.dav import ranges
from collab.dav.conditions import NotModified, not_modified, same_etag
from collab.dav.connections import release_connections
from collab.dav.request import Request
from collab.dav.response import DavRefusal, Response, http_date
from collab.dav.tree import Content

BLOCK = 1 << 20
ACCEL_FROM = 256 << 10

GUARDS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ("Cache-Control", "private, no-store"),
    ("Vary", "Authorization, Cookie"),
]
"""What people store is hostile when a browser with a session opens it: never run it, never guess its type."""


class RangeNotSatisfiable(DavRefusal):
    """416, with the real size (RFC 9110, 15.5.17)."""

    status = 416
    code = "range-not-satisfiable"
    default = _("The file is shorter than the part that was asked for.")

    def __init__(self, size: int):
        super().__init__()
        self.headers = (("Content-Range", f"bytes */{size}"),)


class Blocks:
    """Sends `length` bytes of an open file, and closes it whatever happens."""

    def __init__(self, file: BinaryIO, length: int):
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self._file.read(min(BLOCK, self._left)) if self._left else b""
        if not block:
            self.close()
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        self._file.close()


def get(request: Request) -> Response:
    """Send the file or the asked part of it; Depth is ignored (rclone sends one)."""
    resource = request.resource
    head = request.method == "HEAD"
    if resource.is_collection:
        return _collection(request, head=head)
    content = resource.content()
    headers = _headers(request, content)
    try:
        request.check(reading=True)
    except NotModified:
        return not_modified(headers)
    part = _part(request, content)
    if (
        not head
        and content.accel
        and content.size >= ACCEL_FROM
        and request.header("X-Sendfile-Type") == "X-Accel-Redirect"
    ):
        return Response(200, [*headers, ("X-Accel-Redirect", content.accel)])
    first, length = (part[0], part[1] - part[0] + 1) if part else (0, content.size)
    headers.append(("Content-Length", str(length)))
    if part:
        headers.append(("Content-Range", f"bytes {part[0]}-{part[1]}/{content.size}"))
    return Response(206 if part else 200, headers, b"" if head else _bytes(content, first, length))


def _collection(request: Request, *, head: bool) -> Response:
    """Send all that a collection holds as one stream, where it has such a form; without one there is only HEAD."""
    resource = request.resource
    whole = resource.whole()
    if whole is None:
        if not head:
            raise resource.not_allowed()
        return Response(200, [("ETag", resource.etag or '""'), *GUARDS])
    name = quote(whole.name, safe="")
    headers = [("Content-Type", whole.media_type), *GUARDS]
    headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{name}"))
    if resource.etag:
        headers.append(("ETag", resource.etag))
    try:
        request.check(reading=True)
    except NotModified:
        return not_modified(headers)
    return Response(200, headers, b"" if head else _released(whole.pieces()))


def _released(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Hold no database connection while a piece is sent."""
    for piece in pieces:
        release_connections()
        yield piece


def _bytes(content: Content, first: int, length: int) -> bytes | Blocks:
    file = content.open()
    if first:
        file.seek(first)
    if length > BLOCK:
        return Blocks(file, length)
    with file:
        data = file.read(length)
    if len(data) != length:
        raise OSError(f"a stored file is shorter than its row says: {len(data)} of {length}")
    return data


def _part(request: Request, content: Content) -> tuple[int, int] | None:
    header = request.header("Range")
    if not header or not _range_still_fits(request):
        return None
    try:
        return ranges.parse(header, content.size)
    except ranges.Unsatisfiable:
        raise RangeNotSatisfiable(content.size) from None


def _range_still_fits(request: Request) -> bool:
    """Whether If-Range lets the range stand: the same strong tag, or the same date (RFC 9110, 13.1.5)."""
    condition = request.header("If-Range")
    if not condition:
        return True
    resource = request.resource
    if '"' in condition:
        return same_etag(condition, resource.etag)
    return resource.mtime is not None and condition == http_date(resource.mtime)


def _headers(request: Request, content: Content) -> list[tuple[str, str]]:
    resource = request.resource
    headers = [("Content-Type", content.media_type), ("Accept-Ranges", "bytes"), *GUARDS]
    name = quote(resource.display_name or "file", safe="")
    headers.append(("Content-Disposition", f"attachment; filename*=UTF-8''{name}"))
    if resource.etag:
        headers += [("ETag", resource.etag), ("OC-ETag", resource.etag)]
    if resource.mtime is not None:
        headers.append(("Last-Modified", http_date(resource.mtime)))
    if content.checksum:
        headers.append(("OC-Checksum", content.checksum))
    return [*headers, *content.headers]
