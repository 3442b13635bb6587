"""Texts in content lines: folded and unfolded, escaped and not, as RFC 5545, 3.1 and 3.3.11 and RFC 6350 say."""

from __future__ import annotations

import re

FOLD = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""

_FOLDS = re.compile(rb"\r?\n[ \t]")


def fold(said: str, newline: bytes = b"\r\n") -> bytes:
    """Return the line in bytes: at most 75 octets each, never cut inside a character."""
    data = said.encode(errors="ignore")
    if len(data) <= FOLD:
        return data + newline
    pieces, at, room = [], 0, FOLD
    while len(data) - at > room:
        cut = at + room
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(data[at:cut])
        at, room = cut, FOLD - 1
    pieces.append(data[at:])
    return (newline + b" ").join(pieces) + newline


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unescape(value: str) -> str:
    """Return the text that a value of type TEXT says (RFC 5545, 3.3.11)."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def escape(text: str) -> str:
    """Return a text as a value of type TEXT; signs that no calendar may hold are left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char >= " " or char in "\n\t")
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def listed(value: str) -> list[str]:
    """Return the texts of a value that is a list: commas part them unless escaped."""
    if "\\" not in value:
        return value.split(",")
    return [unescape(one) for one in split(value, ",")]


def split(value: str, sign: str) -> list[str]:
    """Return the pieces between signs that are not escaped, still escaped themselves."""
    pieces, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == sign:
            pieces.append(value[start:at])
            start = at + 1
        at += 1
    return [*pieces, value[start:]]


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_text(data: bytes) -> str:
    """Return a file as text that XML can carry: folds that cut a character are mended, control characters left out."""
    try:
        said = data.decode()
    except UnicodeDecodeError:
        said = _FOLDS.sub(b"", data).decode(errors="replace")
        newline = "\r\n" if "\r\n" in said else "\n"
        said = "".join(fold(one, newline.encode()).decode() for one in said.removesuffix(newline).split(newline))
    return _NOT_XML.sub("", said)
