"""Addresses as people paste them: one a line, or separated by commas, with names around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from collab.accounts.actions.people import checked_email
from collab.lib.errors import BadInput

LONGEST = 30_000
MOST = 200

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")
_LINE = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Addressee:
    """What was written, the name beside the address, and the address in small letters (empty: it is none)."""

    written: str
    name: str = ""
    email: str = ""


def parse(text: str) -> list[Addressee]:
    """Return every entry of a pasted list in its order, what is no address included: nothing is skipped silently.

    Raises BadInput when there is nothing, or too much for one time.
    """
    if len(text) > LONGEST:
        raise BadInput(_("This list is too long. Send it in several parts."))
    found = [_read(piece) for line in _LINE.split(text) for piece in _pieces(line)]
    if not found:
        raise BadInput(_("Write at least one e-mail address."))
    if len(found) > MOST:
        raise BadInput(_("At most %(count)d addresses at a time. Send the list in several parts.") % {"count": MOST})
    return found


def _pieces(line: str) -> Iterator[str]:
    """Cut a line at commas and semicolons outside quotes and angle brackets; bare addresses also at spaces."""
    piece, quoted, bracketed = "", False, False
    closed = line.count('"') % 2 == 0
    for sign in line:
        if sign == '"' and closed:
            quoted = not quoted
        elif sign in "<>" and not quoted:
            bracketed = sign == "<"
        if sign in ",;" and not quoted and not bracketed:
            yield from _bare(piece)
            piece = ""
        else:
            piece += sign
    yield from _bare(piece)


def _bare(piece: str) -> Iterator[str]:
    words = piece.split()
    if len(words) > 1 and all("@" in word and "<" not in word for word in words):
        yield from words
    elif words:
        yield " ".join(words)


def _read(piece: str) -> Addressee:
    written = piece[:300]
    named = _NAMED.fullmatch(piece)
    name = " ".join(named["name"].replace('"', " ").split()) if named else ""
    address = named["email"].strip() if named else piece.removeprefix("mailto:")
    # a quoted local part is legal and borne by nobody; it may hold signs that no page should show
    if '"' in address or not address.isprintable():
        return Addressee(written)
    try:
        email = checked_email(address) or ""
    except BadInput:
        return Addressee(written)
    return Addressee(written, name if name.isprintable() and len(name) <= 120 else "", email)
