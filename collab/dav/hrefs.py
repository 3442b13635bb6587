"""Paths and text as they stand in XML answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

_PLAIN = re.compile(r"[A-Za-z0-9_.~()\-]*").fullmatch
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def segment(name: str) -> str:
    """Return the name percent-encoded as the servers do that sync clients were written against."""
    return name if _PLAIN(name) else quote(name, safe="()~")


def href(base: str, parts: Iterable[str], *, collection: bool) -> str:
    """Return the absolute path of a resource; a collection's ends with a slash, or sync clients fail."""
    path = "/".join([base, *map(segment, parts)])
    return path + "/" if collection else path


def text(value: str) -> str:
    """Return the text escaped for XML, without the characters XML cannot carry."""
    if _ILLEGAL.search(value):
        value = _ILLEGAL.sub("\ufffd", value)
    return escape(value)
