"""Conditions of a call (RFC 9110, 13): nobody overwrites what somebody else has just saved."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from collab.lib.errors import Stale


def tag_of(record: dict[str, Any]) -> str:
    """Return the ETag of what a call would answer."""
    text = json.dumps(record, sort_keys=True, default=str, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def fresh(request: HttpRequest, response: HttpResponse, record: dict[str, Any]) -> dict[str, Any] | HttpResponse:
    """Give the answer its ETag; 304 to one who has it already."""
    tag = tag_of(record)
    known = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    if request.method == "GET" and (tag in known or "*" in known):
        return HttpResponse(status=304, headers={"ETag": tag})
    response["ETag"] = tag
    return record


def require_match(request: HttpRequest, record: dict[str, Any]) -> None:
    """Raise Stale unless the thing, read under its lock, still is what the caller saw (`If-Match`)."""
    header = request.headers.get("If-Match", "")
    if header and header.strip() != "*" and tag_of(record) not in parse_etags(header):
        raise Stale
