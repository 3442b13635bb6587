"""What repeats in vCalendar 1.0, made into RRULE: “D2 #5”, “W1 TU TH 20261231T000000Z”, “MP1 1+ FR #0”, “MD1 15”.

Rules within rules and times of the day (“W1 TU 0600”) are not in iCalendar in this way, and refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from calendars.ical.moments import plain, read_day, read_time
from collab.lib.errors import BadInput

_RULE = re.compile(r"(D|W|MP|MD|YM|YD)(\d{1,3})")
_DAYS = frozenset({"MO", "TU", "WE", "TH", "FR", "SA", "SU"})
_FREQUENCY = {"D": "DAILY", "W": "WEEKLY", "MP": "MONTHLY", "MD": "MONTHLY", "YM": "YEARLY", "YD": "YEARLY"}
_USUAL = 2
"""So often without a word on it (vCalendar 1.0, 2.5.7)."""

UNSAID = _("How it repeats cannot be taken over.")


def rule(text: str, starts: date | datetime, *, utc: bool) -> str:
    """Return a rule as iCalendar says it (RFC 5545, 3.3.10). Raises BadInput for what it cannot say."""
    words = text.upper().split()
    found = _RULE.fullmatch(words[0]) if words else None
    if found is None or not 0 < int(found[2]) < 1000 or len(words) > 60:
        raise BadInput(UNSAID)
    kind, rest = found[1], words[1:]
    parts = [f"FREQ={_FREQUENCY[kind]}"]
    if int(found[2]) != 1:
        parts.append(f"INTERVAL={int(found[2])}")
    end = _end(rest.pop(), starts, utc=utc) if rest and _is_end(rest[-1]) else f"COUNT={_USUAL}"
    if rest:
        parts.append(_where(kind, rest))
    return ";".join([*parts, end] if end else parts)


def _is_end(word: str) -> bool:
    return word.startswith("#") or (len(word) >= 8 and word[:8].isdigit())


def _end(word: str, starts: date | datetime, *, utc: bool) -> str:
    """Return “COUNT=…” or “UNTIL=…”, "" for without end."""
    if word.startswith("#"):
        if not (word[1:].isascii() and word[1:].isdigit() and len(word) < 8):
            raise BadInput(UNSAID)
        return f"COUNT={int(word[1:])}" if int(word[1:]) else ""
    try:
        until: date | datetime
        until, in_utc = (read_day(word), False) if len(word) == 8 else read_time(word)
    except ValueError:
        raise BadInput(UNSAID) from None
    if not isinstance(starts, datetime):
        return f"UNTIL={plain(until.date() if isinstance(until, datetime) else until)}"
    last = until if isinstance(until, datetime) else datetime.combine(until, datetime.max.time().replace(microsecond=0))
    return f"UNTIL={plain(last)}{'Z' if utc or in_utc else ''}"


def _where(kind: str, words: list[str]) -> str:
    if kind == "W" and set(words) <= _DAYS:
        return f"BYDAY={','.join(words)}"
    if kind == "MP":
        return f"BYDAY={','.join(_positions(words))}"
    if kind == "MD":
        return f"BYMONTHDAY={','.join(str(_number(word, 31)) for word in words)}"
    if kind == "YM":
        return f"BYMONTH={','.join(str(_number(word, 12)) for word in words)}"
    if kind == "YD":
        return f"BYYEARDAY={','.join(str(_number(word, 366)) for word in words)}"
    raise BadInput(UNSAID)


def _positions(words: list[str]) -> list[str]:
    """Return “1FR”, “-1MO” of “1+ FR 1- MO”: each place in the month holds for the weekdays that follow it."""
    found: list[str] = []
    places: list[int] = []
    after_days = False
    for word in words:
        if word in _DAYS:
            if not places:
                raise BadInput(UNSAID)
            found += [f"{place}{word}" for place in places]
            after_days = True
            continue
        if after_days:
            places, after_days = [], False
        places.append(_number(word, 5))
    if not found or not after_days:
        raise BadInput(UNSAID)
    return found


def _number(word: str, most: int) -> int:
    """Return a number of “15”, “1+”, “1-” or “LD”."""
    if word == "LD":
        return -1
    digits = word.rstrip("+-")
    if not (digits.isascii() and digits.isdigit() and len(word) - len(digits) < 2) or not 0 < int(digits) <= most:
        raise BadInput(UNSAID)
    return -int(digits) if word.endswith("-") else int(digits)
