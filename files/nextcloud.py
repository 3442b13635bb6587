"""Another house's WebDAV (Nextcloud, ownCloud, Collab): what lies in a folder there, and the bytes of a file.

Everything it says is hostile: names are checked, addresses outside of the folder asked about are not followed.
"""

from __future__ import annotations

import base64
import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from collab.lib import numerals, outside, safexml
from collab.lib.errors import BadInput, Forbidden, Unavailable
from collab.registry import house

T = TypeVar("T")

_D, _OC, _NC = "{DAV:}", "{http://owncloud.org/ns}", "{http://nextcloud.org/ns}"
_ASK = b"""<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"
 xmlns:nc="http://nextcloud.org/ns"><d:prop><d:resourcetype/><d:getcontentlength/><d:getlastmodified/><oc:size/>
 <oc:permissions/><oc:favorite/><oc:tags/><nc:system-tags/><nc:is-encrypted/></d:prop></d:propfind>"""
MOST_IN_FOLDER = 50_000
_TRIES, _WAIT, _MOST_WAIT = 4, 1.0, 60.0

WRONG_ADDRESS = _("No Nextcloud answers at this address. Write it as you do in the browser: https://cloud.example.org")
NOT_OUTSIDE = _(
    "This address is not reached from here. It must begin with https:// and be one of the public internet; an"
    " administrator can allow addresses of your own network in the settings."
)
WRONG_PASSWORD = _(
    "The Nextcloud does not accept this name and app password. Make an app password there, under Settings → Security."
)
GONE_SILENT = _("The Nextcloud does not answer any more. What came until now is here; start again later, it goes on.")


class Broken(Exception):
    """One file or folder could not be had; the rest may."""


@dataclass(frozen=True)
class Found:
    """One thing in a folder there. `size`: bytes; `mtime`: unix seconds or None; `tags`: its labels."""

    name: str
    is_folder: bool
    size: int
    mtime: int | None
    favourite: bool
    tags: tuple[str, ...]
    shared: bool
    encrypted: bool


class Remote:
    """One account of another house. `base`: its address; `root`: the path of the account's files there."""

    def __init__(self, base: str, account: str, password: str):
        address = base_of(base)
        login = base64.b64encode(f"{account}:{password}".encode()).decode()
        reach = outside.Reach(any_port=True, private=bool(house.get("files.import_private")))
        try:
            self._session = outside.Session(address, reach, {"Authorization": f"Basic {login}"})
        except outside.Hostile:
            raise BadInput(NOT_OUTSIDE) from None
        self.host = str(urlsplit(address).hostname)
        self.root = f"{urlsplit(address).path}/remote.php/dav/files/{quote(account, safe='')}"

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def greet(self) -> int:
        """Return how many bytes lie there. Raises BadInput, Forbidden, with a sentence on what is wrong."""
        try:
            with self._session.ask("PROPFIND", f"{self.root}/", _ASK, _depth(0)) as answer:
                if answer.status in {401, 403}:
                    raise Forbidden(WRONG_PASSWORD)
                if answer.status != 207:
                    raise BadInput(WRONG_ADDRESS)
                [(_path, own)] = list(_responses(answer))[:1]
        except outside.Hostile:
            raise BadInput(NOT_OUTSIDE) from None
        except (OSError, ValueError, safexml.HostileXml):
            raise BadInput(WRONG_ADDRESS) from None
        return _number(own.findtext(f"{_OC}size"))

    def inside(self, path: tuple[str, ...]) -> list[Found]:
        """Return what lies in a folder. Raises Broken, Forbidden (the password was taken back), Unavailable."""
        address = self._address(path) + "/"

        def ask() -> list[Found]:
            with self._session.ask("PROPFIND", address, _ASK, _depth(1)) as answer:
                _expect(answer, 207)
                return _children(answer, unquote(address).rstrip("/"))

        return self.tried(ask)

    @contextlib.contextmanager
    def open(self, path: tuple[str, ...]) -> Iterator[outside.Answer]:
        """Yield the answer that brings a file's bytes; to be used within `tried`."""
        with self._session.ask("GET", self._address(path)) as answer:
            _expect(answer, 200)
            yield answer

    def _address(self, path: tuple[str, ...]) -> str:
        return "/".join([self.root, *(quote(name, safe="") for name in path)])

    def tried(self, work: Callable[[], T]) -> T:
        """Do the work, again and later when the other house does not answer. Raises Broken, Forbidden, Unavailable."""
        for number in range(_TRIES):
            try:
                return work()
            except (outside.Hostile, safexml.HostileXml):
                raise Broken("unreadable") from None
            except Later as later:
                wait = min(later.seconds, _MOST_WAIT)
            except OSError:
                wait = _WAIT * 4**number
            if number < _TRIES - 1:
                time.sleep(wait)
        raise Unavailable(GONE_SILENT)


class Later(Exception):
    """The other house asks for patience."""

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = seconds


def base_of(text: str) -> str:
    """Return the address of the house that somebody typed, perhaps with a page of it."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    text = re.split(r"/(?:index\.php|apps|remote\.php|settings|login)(?:/|$)", text, maxsplit=1)[0]
    return text.partition("?")[0].partition("#")[0].rstrip("/")


def _expect(answer: outside.Answer, status: int) -> None:
    if answer.status == status:
        return
    if answer.status == 401:
        raise Forbidden(WRONG_PASSWORD)
    if answer.status in {423, 429, 503}:
        wait = answer.headers.get("Retry-After", "")
        raise Later(float(wait) if wait.isascii() and wait.isdigit() else 5.0)
    raise Broken("missing" if answer.status == 404 else "refused")


def _responses(answer: outside.Answer) -> Iterator[tuple[str, Element]]:
    """Yield (path, properties that were found) of each response of a Multi-Status (RFC 4918, 13)."""
    for one in safexml.parts(answer.blocks(), f"{_D}response"):
        path = urlsplit(one.findtext(f"{_D}href") or "").path
        for found in one.iterfind(f"{_D}propstat"):
            properties = found.find(f"{_D}prop")
            if " 200" in (found.findtext(f"{_D}status") or "") and properties is not None:
                yield unquote(path), properties
                break


def _children(answer: outside.Answer, folder: str) -> list[Found]:
    """Return what lies directly in the folder; whatever else the answer names is left out."""
    found: dict[str, Found] = {}
    for path, properties in _responses(answer):
        parent, _slash, name = path.rstrip("/").rpartition("/")
        if parent != folder or not name:
            continue
        if len(found) >= MOST_IN_FOLDER:
            raise Broken("too many")
        found[name] = _found(name, properties)
    return list(found.values())


def _found(name: str, properties: Element) -> Found:
    kind = properties.find(f"{_D}resourcetype")
    words = [one.text or "" for tag in (f"{_OC}tags", f"{_NC}system-tags") for one in properties.iterfind(f"{tag}/*")]
    return Found(
        name,
        kind is not None and kind.find(f"{_D}collection") is not None,
        _number(properties.findtext(f"{_D}getcontentlength")),
        _moment(properties.findtext(f"{_D}getlastmodified")),
        properties.findtext(f"{_OC}favorite") == "1",
        tuple(dict.fromkeys(" ".join(word.split())[:60] for word in words if word.strip()))[:20],
        "S" in (properties.findtext(f"{_OC}permissions") or ""),
        properties.findtext(f"{_NC}is-encrypted") == "1",
    )


def _moment(text: str | None) -> int | None:
    """Return the time of a HTTP date (RFC 9110, 5.6.7)."""
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return int(parsedate_to_datetime(text or "").timestamp())
    return None


def _number(text: str | None) -> int:
    return numerals.whole(text or "") or 0


def _depth(number: int) -> dict[str, str]:
    return {"Depth": str(number), "Content-Type": "application/xml"}
