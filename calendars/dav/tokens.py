"""Sync tokens and ctags: a calendar and a moment of its clock (RFC 6578, 3.2). Equal tokens: nothing changed.

A report that was cut says where to go on: behind the last object told (`last`), and until which moment of the clock
what went need not be told (`old`), since whoever asks began later.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from calendars.queries import Mine
from calendars.refusals import OldToken
from collab.rights.right import Right

_FORM = re.compile(r"data:,collab-(\d{1,18})([a-z])-(\d{1,18})(?:-(\d{1,18})-(\d{1,18}))?")


@dataclass(frozen=True)
class Token:
    """All that happened until `seq` is known; of that very moment, what lies behind the object `last` is not."""

    seq: int = 0
    last: int = 0
    old: int = 0


def token_of(found: Mine, seq: int | None = None, last: int = 0, old: int = 0) -> str:
    """Return the token as an opaque URI: of now, or of a moment and place."""
    calendar = found.calendar
    rest = f"-{last}-{old}" if last or old else ""
    return f"data:,collab-{calendar.pk}{_sight(found.mask)}-{calendar.seq if seq is None else seq}{rest}"


def etag_of_calendar(found: Mine) -> str:
    """Return the quoted ETag of the calendar in one file, as this person sees it and under the name they gave it."""
    said = f"{token_of(found)}/{found.title}/{found.color}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def read(token: str, found: Mine) -> Token:
    """Return what the token says; "" is the beginning.

    Raises OldToken for one of another calendar, of long ago, or of a time when the person saw more or less in it.
    """
    calendar = found.calendar
    if not token:
        return Token(old=calendar.seq)
    said = _FORM.fullmatch(token)
    if said is None or int(said[1]) != calendar.pk or said[2] != _sight(found.mask):
        raise OldToken
    seq, last, old = int(said[3]), int(said[4] or 0), int(said[5] or 0)
    if max(seq, old) > calendar.seq or max(seq, old) < calendar.floor:
        raise OldToken
    return Token(seq, last, old)


def _sight(mask: int) -> str:
    """Return a letter for how much somebody with this mask sees: busy times, what is public, all.

    Who changes events, all or their own, reads what was answered to them too (`roles.hears`).
    """
    if not mask & Right.SEE:
        return "b"
    if mask & Right.MANAGE:
        return "a"
    return "e" if mask & Right.EDIT else "c" if mask & Right.ADD else "p"
