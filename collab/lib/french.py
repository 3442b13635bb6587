"""What French does with a date that no format of Django can say: the first day of a month is “1er”."""

from __future__ import annotations

import re

from django.utils import dateformat
from django.utils.translation import get_language

_FIRST = re.compile(r"(?<!\d)1(?=[ \xa0](?:janv|févr|mars|avril|mai|juin|juil|août|sept|oct|nov|déc))", re.IGNORECASE)


class DateFormat(dateformat.DateFormat):
    """Django's, with “1er décembre” where it writes “1 décembre”."""

    def format(self, formatstr: str) -> str:
        text: str = super().format(formatstr)
        return _FIRST.sub("1er", text) if (get_language() or "").startswith("fr") else text


def install() -> None:
    """Let all dates be written so: Django asks for its class by name, wherever a filter or a function shows one."""
    dateformat.DateFormat = DateFormat  # type: ignore[misc]
