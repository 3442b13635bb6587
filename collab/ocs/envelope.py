"""The envelope of OCS answers, version 1 and 2, as JSON or XML (Open Collaboration Services 1.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse

UNAUTHORISED = 997
UNKNOWN = 998
_TRUE_STATUS = {304, 401, 429, 503}
"""Told by the HTTP status in version 1 too: a proxy or a client that reads no body must see them."""


def envelope(request: HttpRequest, version: int, data: Any, status: int = 200, message: str = "OK") -> HttpResponse:
    """Return `data` in its envelope. Version 1 answers 200 and says the rest inside; version 2 says it twice."""
    ok = status < 400
    # 202: it is begun; a client that took it for done would look for a share in the data
    code = (100 if status == 200 else UNAUTHORISED if status == 401 else status) if version == 1 else status
    # the order of the members is the one that clients have seen for years
    meta: dict[str, Any] = {"status": "ok" if ok else "failure", "statuscode": code, "message": message}
    if version == 1:
        meta |= {"totalitems": "", "itemsperpage": ""}
    http = status if version == 2 or status in _TRUE_STATUS else 200
    body = {"ocs": {"meta": meta, "data": data}}
    if wants_json(request):
        return HttpResponse(compact(body), status=http, content_type="application/json; charset=utf-8")
    return HttpResponse(_xml(body), status=http, content_type="application/xml; charset=utf-8")


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer is JSON: by `format=json`, else by `Accept`; XML is what OCS began with."""
    asked = request.GET.get("format", "")
    if asked in {"json", "xml"}:
        return asked == "json"
    return "json" in request.headers.get("Accept", "")


def compact(data: Any) -> str:
    """Return JSON without a space: the desktop client finds the code by the pattern `"statuscode":(\\d+)`."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _xml(body: dict[str, Any]) -> str:
    return '<?xml version="1.0"?>\n' + "".join(_elements(body)) + "\n"


def _elements(tree: dict[str, Any]) -> Iterator[str]:
    for name, value in tree.items():
        yield f"<{name}>{_content(value)}</{name}>"


def _content(value: Any) -> str:
    """Return the inside of an element: lists repeat `<element>`, true is 1, false and nothing are empty."""
    if isinstance(value, dict):
        return "".join(_elements(value))
    if isinstance(value, list | tuple):
        return "".join(f"<element>{_content(item)}</element>" for item in value)
    if isinstance(value, bool):
        return "1" if value else ""
    return "" if value is None else escape(_legal(str(value)))


def _legal(text: str) -> str:
    """Leave out what XML 1.0 cannot say (section 2.2)."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
