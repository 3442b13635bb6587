"""What is at the address of a web calendar: fetched by the safe fetcher alone, read as hostile, or why it cannot be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calendars.ical.feeding import Feed
from collab.lib import outside
from collab.lib.errors import BadInput
from collab.registry import house

LARGEST = 20 << 20
"""Bytes of a file."""
SECONDS = 60.0

TROUBLES: dict[str, Promise] = {
    "address": _(
        "This address is not reached from here. It must begin with https:// or webcal:// and be one of the public"
        " internet; an administrator can allow addresses of your own network in the settings."
    ),
    "silent": _("The server there does not answer, or not in time."),
    "password": _("The server there does not give this calendar away: it wants a password."),
    "missing": _("There is nothing at this address (any more)."),
    "failing": _("The server there answers with an error."),
    "unreadable": _(
        "There is no calendar at this address, but something else: perhaps a web page. Look there for an address that"
        " ends in .ics, mostly called “iCal” or “secret address”."
    ),
    "large": _("The calendar there is larger than 20 MB. Ask there for one that holds fewer years."),
    "much": _("The calendar there holds more than this house takes from one address."),
}
"""Why a calendar could not be fetched, for people."""


class Trouble(Exception):
    """It could not be fetched; its word is a key of `TROUBLES`."""

    def __init__(self, word: str):
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Looked:
    """What is at an address: `feed` is None where nothing changed since the validators that were sent."""

    feed: Feed | None
    digest: str = ""
    etag: str = ""
    modified: str = ""


def address_of(typed: str) -> str:
    """Return the address to fetch. Raises BadInput for what cannot be one."""
    text = typed.strip()
    parts = urlsplit(text) if "//" in text else urlsplit(f"https://{text}")
    scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme == "http" and not _reach().private:
        scheme = "https"
    address = urlunsplit((scheme, parts.netloc, parts.path, parts.query, ""))
    try:
        outside.check(address, _reach())
    except outside.Hostile:
        raise BadInput(TROUBLES["address"]) from None
    return address


def look(address: str, *, etag: str = "", modified: str = "", digest: str = "", seconds: float = SECONDS) -> Looked:
    """Fetch and read what is there. Raises Trouble."""
    headers = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    try:
        found = outside.get(address, _reach(), headers, most=LARGEST, seconds=seconds)
    except outside.Hostile as hostile:
        raise Trouble("large" if "long" in str(hostile) else "address") from None
    except (OSError, ValueError):
        raise Trouble("silent") from None
    if found.status == 304 and (etag or modified):
        return Looked(None)
    if found.status != 200:
        words = {401: "password", 403: "password", 404: "missing", 410: "missing"}
        raise Trouble(words.get(found.status, "failing"))
    now = hashlib.sha256(found.body).hexdigest()
    validators = _printable(found.headers.get("etag", ""), 500), _printable(found.headers.get("last-modified", ""), 100)
    if now == digest:
        return Looked(None, now, *validators)
    try:
        return Looked(Feed(found.body), now, *validators)
    except BadInput:
        raise Trouble("unreadable") from None


def _reach() -> outside.Reach:
    return outside.Reach(any_port=True, private=bool(house.get("calendars.web_private")))


def _printable(text: str, most: int) -> str:
    return text if len(text) <= most and text.isprintable() and text.isascii() else ""
