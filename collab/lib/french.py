"""What French does with a date that no format of Django can say: the first day of a month is “1er”."""

from __future__ import annotations

import re
from datetime import date

from django.utils import dateformat
from django.utils.translation import get_language

_FIRST = re.compile(r"(?<!\d)1(?=[ \xa0](?:janv|févr|mars|avril|mai|juin|juil|août|sept|oct|nov|déc))", re.IGNORECASE)


class DateFormat(dateformat.DateFormat):
    """Django's, with “1er décembre” where it writes “1 décembre”."""

    def format(self, formatstr: str) -> str:
        text: str = super().format(formatstr)
        return _FIRST.sub("1er", text) if _speaks() else text


def number(day: date) -> str:
    """Return the number of a day that stands before its month, but not beside it: “1er – 6 décembre”."""
    return "1er" if day.day == 1 and _speaks() else str(day.day)


def _speaks() -> bool:
    return (get_language() or "").startswith("fr")


def install() -> None:
    """Let all dates be written so: Django asks for its class by name, wherever a filter or a function shows one."""
    dateformat.DateFormat = DateFormat  # type: ignore[misc]
