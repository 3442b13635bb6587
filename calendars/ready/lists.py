"""What a ready-made calendar holds: public holidays worked out by `holidays`, school holidays as they were set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calendars.ical.moments import plain
from calendars.ical.writing import PRODUCT
from collab.lib.contentlines import component, escape

BEFORE, AFTER = 1, 3
"""Years before and after this one."""
_STAMP = "20260101T000000Z"
"""The same for ever: what says the same is the same, byte for byte."""
_LANGUAGES = {"fr": "fr", "en": "en_US"}
_PERIODS: dict[str, Promise] = {
    "autumn": _("Toussaint holidays"),
    "christmas": _("Christmas holidays"),
    "winter": _("Winter holidays"),
    "spring": _("Spring holidays"),
    "ascension": _("Ascension bridge"),
    "summer": _("Summer holidays"),
    "summer-begins": _("Summer holidays begin"),
    "first": _("Holidays after the first period"),
    "third": _("Holidays after the third period"),
    "fourth": _("Holidays after the fourth period"),
    "austral-summer": _("Austral summer holidays"),
    "austral-winter": _("Austral winter holidays"),
    "austral-winter-begins": _("Austral winter holidays begin"),
}


def file(key: str, language: str) -> bytes:
    """Return the list as an iCalendar file, in this language; without events where the key is not known any more."""
    kind, _slash, rest = key.partition("/")
    entries = _school(rest) if kind == "school" else _holidays(rest, language)
    calendar = component("VCALENDAR")
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    with translation.override(language):
        for first, end, name in entries:
            event = component("VEVENT")
            event.add("UID", f"{kind}-{rest}-{first:%Y%m%d}@collab")
            event.add("DTSTAMP", _STAMP)
            event.add("DTSTART", plain(first), (("VALUE", ("DATE",)),))
            event.add("DTEND", plain(end), (("VALUE", ("DATE",)),))
            event.add("SUMMARY", escape(str(name)))
            event.add("TRANSP", "TRANSPARENT")
            calendar.append(event)
    return bytes(calendar)


def known_until(key: str) -> date | None:
    """Return the last day of which school holidays are known; None for what is worked out for any year."""
    kind, _slash, rest = key.partition("/")
    return max((end for _first, end, _name in _school(rest)), default=None) if kind == "school" else None


def _holidays(rest: str, language: str) -> Iterator[tuple[date, date, str]]:
    from holidays import country_holidays  # loaded for the few that need it

    country, _dash, region = rest.partition("-")
    year = timezone.localdate().year
    found: Any = country_holidays(
        country, subdiv=region or None, years=range(year - BEFORE, year + AFTER + 1),
        language="en_CA" if country == "CA" and language == "en" else _LANGUAGES.get(language, "en_US"),
    )  # fmt: skip
    for day, name in sorted(found.items()):
        yield day, day + timedelta(days=1), name


def _school(zone: str) -> Iterator[tuple[date, date, Promise]]:
    for which, first, end in school()["zones"].get(zone, ()):
        yield date.fromisoformat(first), date.fromisoformat(end), _PERIODS[which]


@cache
def school() -> dict[str, Any]:
    """Return what is known of the school holidays, with its source and years."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "school.json").read_text(encoding="utf-8"))
    return found
