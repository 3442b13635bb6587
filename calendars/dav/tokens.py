"""Sync tokens and ctags: a calendar and a moment of its clock (RFC 6578, 3.2). Equal tokens: nothing changed.

A report that was cut says where to go on: behind the last object told (`last`), and until which moment of the clock
what went need not be told (`old`), since whoever asks began later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from calendars.models import Calendar
from calendars.refusals import OldToken

_FORM = re.compile(r"data:,collab-(\d{1,18})-(\d{1,18})(?:-(\d{1,18})-(\d{1,18}))?")


@dataclass(frozen=True)
class Token:
    """All that happened until `seq` is known; of that very moment, what lies behind the object `last` is not."""

    seq: int = 0
    last: int = 0
    old: int = 0


def token_of(calendar: int, seq: int, last: int = 0, old: int = 0) -> str:
    """Return the token as an opaque URI."""
    return f"data:,collab-{calendar}-{seq}" + (f"-{last}-{old}" if last or old else "")


def read(token: str, calendar: Calendar) -> Token:
    """Return what the token says; "" is the beginning. Raises OldToken for one of another calendar or long ago."""
    if not token:
        return Token(old=calendar.seq)
    found = _FORM.fullmatch(token)
    if found is None or int(found[1]) != calendar.pk:
        raise OldToken
    seq, last, old = int(found[2]), int(found[3] or 0), int(found[4] or 0)
    if seq > calendar.seq or max(seq, old) < calendar.floor:
        raise OldToken
    return Token(seq, last, old)
