"""PUT (RFC 9110, 9.3.4; RFC 4918, 9.7), with the headers of sync clients."""

from __future__ import annotations

import math
import re

from django.utils.translation import gettext as _

from collab.dav.request import Request
from collab.dav.response import SAFE, Response
from collab.dav.tree import Saved, Upload
from collab.lib import numerals
from collab.lib.errors import BadInput

_CHECKSUM = re.compile(r"(SHA1|SHA256|MD5|ADLER32):([0-9a-fA-F]{8,64})")
_SECONDS = re.compile(r"-?\d{1,15}(\.\d*)?")
_FARTHEST = 1 << 40


def put(request: Request) -> Response:
    """Store the body: 201 for a new name, 204 for an old one."""
    if request.header("Content-Range"):
        raise BadInput(_("Parts of a file cannot be sent this way. Send the whole file."))
    upload = upload_of(request)
    request.check()
    return saved(request.resource.put(request.body, upload), whole="return=representation" in request.header("Prefer"))


def upload_of(request: Request) -> Upload:
    """Read what the request says about the bytes. Raise BadInput for what cannot be read."""
    return Upload(
        mtime=_mtime(request.header("X-OC-Mtime")),
        length=_length(request.header("OC-Total-Length") or request.header("X-Expected-Entity-Length")),
        checksum=_checksum(request.header("OC-Checksum")),
        make_parents=request.header("X-NC-WebDAV-AutoMkcol") == "1",
    )


def saved(result: Saved, *, whole: bool = False) -> Response:
    """Return the answer to a write; its headers let the client skip its next look (sync.md, 2.4).

    `whole`: the client asks for what is there now: then the answer is 201 or 200 with it (RFC 8144, 3).
    """
    headers = list(SAFE)
    if whole and result.shown is not None:
        there = result.shown()
        headers += [("Content-Type", there.media_type), ("ETag", there.etag), *result.headers]
        headers.append(("Preference-Applied", "return=representation"))
        return Response(201 if result.created else 200, headers, there.data)
    if result.etag:
        headers += [("ETag", result.etag), ("OC-ETag", result.etag)]
    if result.file_id:
        headers.append(("OC-FileId", result.file_id))
    if result.mtime_accepted:
        headers.append(("X-OC-MTime", "accepted"))
    headers += result.headers
    return Response(201 if result.created else 204, headers)


def _mtime(header: str) -> int | None:
    """Whole seconds; iOS sends a float."""
    if not header:
        return None
    if not _SECONDS.fullmatch(header) or abs(float(header)) > _FARTHEST:
        raise BadInput(_("X-OC-Mtime is not a time in seconds."))
    return math.floor(float(header))


def _length(header: str) -> int | None:
    if not header:
        return None
    if (length := numerals.whole(header)) is None:
        raise BadInput(_("The announced length is not a number."))
    return length


def _checksum(header: str) -> str:
    """Return the first checksum that we can verify; unknown algorithms are ignored as other servers do."""
    if not header:
        return ""
    match = _CHECKSUM.search(header)
    if match is None and header.partition(":")[0].upper() in {"SHA1", "SHA256", "MD5", "ADLER32"}:
        raise BadInput(_("The checksum cannot be read."))
    return match[0] if match else ""
