"""The languages that the house offers, and the one it speaks to people who said nothing.

Every door asks, those of sync clients too: a change is heard everywhere within seconds.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from collab.registry import house

NAMES = {"fr": "Français", "en": "English"}
"""Each under its own name, so that one who reads only that one finds it."""


def every() -> list[tuple[str, str]]:
    """Return the languages that the product speaks: (code, its own name)."""
    return [(code, NAMES.get(code) or str(name)) for code, name in settings.LANGUAGES]


def offered() -> list[tuple[str, str]]:
    """Return those that people may choose here, never none."""
    chosen = house.lately("house.languages")
    return [one for one in every() if one[0] in chosen] or every()


def default() -> str:
    """Return the language for those who said nothing."""
    codes = [code for code, _name in offered()]
    chosen: str = house.lately("house.language")
    return chosen if chosen in codes else codes[0]


def fit(code: str) -> str:
    """Return the language if it is offered, else the default."""
    return code if code in dict(offered()) else default()


def accepted(header: str) -> str:
    """Return the first offered language of an Accept-Language header, else the default."""
    return first(code for code, _weight in parse_accept_lang_header(header.lower()))


def first(codes: Iterable[str]) -> str:
    """Return the first of these that is offered, a variant of it counting, else the default."""
    known = dict(offered())
    for code in codes:
        try:
            found = get_supported_language_variant(code)
        except LookupError:
            continue
        if found in known:
            return found
    return default()


def of_request(request: HttpRequest) -> str:
    """Return the language of a visitor: what they chose here, else what their browser asks for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(offered()) else accepted(request.headers.get("Accept-Language", ""))


def zone_of(user: Any) -> zoneinfo.ZoneInfo:
    """Return the time zone of the person: their choice, else the server's."""
    default = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    try:
        return zoneinfo.ZoneInfo(user.time_zone) if user.time_zone else default
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return default
