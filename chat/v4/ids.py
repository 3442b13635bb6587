"""Numbers of the house as the 26 signs that such programs expect, and back: nothing is looked up.

Sixteen bytes in base 32: what kind of thing it is, a second number where one belongs to it (the message with which a
file came), and its number. Whoever makes one up finds no more by it than by counting: rights are asked each time.
"""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

from collab.lib.errors import BadInput

_KINDS = {"user": 1, "team": 2, "channel": 3, "post": 4, "file": 5, "ephemeral": 6}
_SIGNS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"ybndrfg8ejkmcpqxot1uwisza345h769")
_BACK = bytes.maketrans(b"ybndrfg8ejkmcpqxot1uwisza345h769", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
LENGTH = 26
PROGRAM = 0
"""The number of whoever says something without an account: a program by its hook, somebody who left."""


def of(kind: str, number: int | None, beside: int = 0) -> str:
    """Return the id of a thing; "" for None."""
    if number is None:
        return ""
    whole = bytes([_KINDS[kind]]) + beside.to_bytes(7, "big") + number.to_bytes(8, "big")
    return base64.b32encode(whole)[:LENGTH].translate(_SIGNS).decode()


def waiting(person: int, channel: int, file: int) -> int:
    """Return what stands beside the number of a file that was brought for a message in this channel, by this person.

    Nobody makes it up: a token for the chat would open any file that its person sees, by saying it to themselves.
    """
    proof = salted_hmac("chat.v4.file", f"{person} {channel} {file}", algorithm="sha256").digest()
    return int.from_bytes(proof[:7], "big") | 1 << 55  # no message has so high a number


def read(kind: str, text: object) -> int:
    """Return the number in an id of this kind. Raises BadInput."""
    return pair(kind, text)[0]


def pair(kind: str, text: object) -> tuple[int, int]:
    """Return (number, the one beside it). Raises BadInput for what is no id of this kind."""
    if not isinstance(text, str) or len(text) != LENGTH or not text.isascii():
        raise BadInput
    try:
        whole = base64.b32decode(text.encode().translate(_BACK) + b"======")
    except ValueError:
        raise BadInput from None
    number, beside = int.from_bytes(whole[8:], "big"), int.from_bytes(whole[1:8], "big")
    if whole[0] != _KINDS[kind] or number >= 2**63 or of(kind, number, beside) != text:
        raise BadInput
    return number, beside
