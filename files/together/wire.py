"""Yjs updates (format 1) from strangers: read and judged here before an engine sees them.

The engine would take lengths on faith, keep what does not fit for later, and carry anything Yjs knows. What a text
needs is little: strings put into one root, and what was deleted. Numbers are unsigned, 7 bits a byte, the lowest first
(lib0/encoding.js); an update is the structs of each client, then what is deleted (yjs/src/utils/encoding.js).
"""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "text"
MOST_STRUCTS, MOST_RANGES = 50_000, 200_000
_NUMBER = 2**53
_GC, _DELETED, _STRING = 0, 1, 4
_ORIGIN, _RIGHT_ORIGIN, _KEYED, _KIND = 0x80, 0x40, 0x20, 0x1F
_FORBIDDEN = "\r\0"
"""Line ends are “\\n” alone: an editor that counts another as one sign would lose its place."""

Clocks = dict[int, int]
"""{client: how many of its signs (UTF-16 units) are known}."""


class Malformed(ValueError):
    """What was sent is no update of a text."""


class Gap(Malformed):
    """It builds on what is not known here."""


@dataclass(frozen=True)
class Update:
    """What an update brings: `after`: the clocks when it is taken in; `inserted`: bytes of new text, as UTF-8."""

    after: Clocks
    inserted: int


class _Reader:
    """Reads numbers and strings; raises Malformed at the end of the bytes."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0

    def byte(self) -> int:
        try:
            found = self.data[self.at]
        except IndexError:
            raise Malformed("it ends too early") from None
        self.at += 1
        return found

    def number(self) -> int:
        found = shift = 0
        while True:
            part = self.byte()
            found |= (part & 0x7F) << shift
            if part < 0x80:
                break
            shift += 7
            if shift > 56:
                raise Malformed("a number is too long")
        if found >= _NUMBER:
            raise Malformed("a number is too large")
        return found

    def string(self) -> bytes:
        length = self.number()
        found = self.data[self.at : self.at + length]
        if len(found) != length:
            raise Malformed("a string ends too early")
        self.at += length
        return found

    def end(self) -> None:
        if self.at != len(self.data):
            raise Malformed("something follows its end")


def clocks(vector: bytes) -> Clocks:
    """Return what a state vector says. Raises Malformed."""
    reader = _Reader(vector)
    found = {}
    for _one in range(reader.number()):
        client = reader.number()
        found[client] = reader.number()
    reader.end()
    return found


def check(update: bytes, known: Clocks) -> Update:
    """Judge an update for a text of which so much is known. Raises Malformed, Gap."""
    reader = _Reader(update)
    after = dict(known)
    wanted: list[tuple[int, int]] = []
    inserted = structs = ranges = 0
    seen: set[int] = set()
    for _section in range(reader.number()):
        number, client, clock = reader.number(), reader.number(), reader.number()
        have = known.get(client, 0)
        structs += number
        if not number or client in seen or structs > MOST_STRUCTS:
            raise Malformed("too many structs")
        seen.add(client)
        if clock > have:
            raise Gap
        for _one in range(number):
            length, size = _struct(reader, wanted)
            clock += length
            inserted += size if clock > have else 0
        after[client] = max(have, clock)
    for _section in range(reader.number()):
        client, number = reader.number(), reader.number()
        ranges += number
        if ranges > MOST_RANGES:
            raise Malformed("too many ranges")
        for _one in range(number):
            start, length = reader.number(), reader.number()
            if not length:
                raise Malformed("an empty range")
            wanted.append((client, start + length - 1))
    reader.end()
    if any(clock >= after.get(client, 0) for client, clock in wanted):
        raise Gap
    return Update(after, inserted)


def _struct(reader: _Reader, wanted: list[tuple[int, int]]) -> tuple[int, int]:
    """Read one struct; return how many signs and how many bytes of text it holds. `wanted`: what it stands beside."""
    info = reader.byte()
    kind = info & _KIND
    if kind != _GC:
        for side in (_ORIGIN, _RIGHT_ORIGIN):
            if info & side:
                wanted.append((reader.number(), reader.number()))
        if info & _KEYED:
            raise Malformed("a key")
        if not info & (_ORIGIN | _RIGHT_ORIGIN) and (reader.number() != 1 or reader.string() != ROOT.encode()):
            raise Malformed("another text")
    if kind in (_GC, _DELETED):
        length, size = reader.number(), 0
    elif kind == _STRING:
        text = reader.string()
        length, size = _length(text), len(text)
    else:
        raise Malformed("no text")
    if not length:
        raise Malformed("an empty struct")
    return length, size


def _length(text: bytes) -> int:
    """Return the length of a string in UTF-16 units, as Yjs counts."""
    try:
        found = text.decode()
    except UnicodeDecodeError:
        raise Malformed("no UTF-8") from None
    if any(sign in found for sign in _FORBIDDEN):
        raise Malformed("signs that no text holds")
    return len(found) if found.isascii() else len(found.encode("utf-16-le")) // 2
