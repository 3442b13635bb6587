"""What a call was told: query and body in one dictionary of short texts, whatever form the client chose."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput, TooLarge

MOST_BYTES = 64 * 2**10
MOST_FIELDS = 100
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}

Parameters = dict[str, str]


def read(request: HttpRequest) -> Parameters:
    """Return all parameters, the body's before the query's. Raises BadInput, TooLarge.

    Django reads forms of POST only; clients send them with PUT too, and some send JSON.
    """
    try:
        found = {name: values[-1] for name, values in request.GET.lists()}
        if request.method in {"POST", "PUT"}:
            found |= _body(request)
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):  # too many fields, or cut off
        raise BadInput from None
    return {name: _text(value) for name, value in found.items() if value is not None}


def flag(parameters: Parameters, name: str) -> bool | None:
    """Return yes or no, None when nothing was said. Raises BadInput."""
    if name not in parameters:
        return None
    value = parameters[name].strip().lower()
    if value not in _YES | _NO:
        raise BadInput(_("“%(name)s” must be true or false.") % {"name": name})
    return value in _YES


def number(parameters: Parameters, name: str) -> int | None:
    """Return a whole number, None when nothing was said. Raises BadInput."""
    value = parameters.get(name, "").strip()
    if not value:
        return None
    if not _NUMBER.fullmatch(value):
        raise BadInput(_("“%(name)s” must be a whole number.") % {"name": name})
    return int(value)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadInput from None
    if size > MOST_BYTES:
        raise TooLarge
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        if request.method != "POST":
            raise BadInput
        return {name: values[-1] for name, values in request.POST.lists()}
    raw = request.body
    try:
        if kind == "application/json":
            told = json.loads(raw or b"{}")
            if not isinstance(told, dict) or len(told) > MOST_FIELDS:
                raise BadInput
            return told
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError):
        raise BadInput from None


def _text(value: Any) -> str:
    """Return a value as the text that a form would have carried; nothing that a database cannot keep."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        value = json.dumps(value)
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput from None
    if "\0" in text:
        raise BadInput
    return text
