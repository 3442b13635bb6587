"""Requests as bytes on the wire: targets that no client library would send, and bodies that break off."""

from __future__ import annotations

import http.client
from base64 import b64encode
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

MESSAGE = "{http://sabredav.org/ns}message"


class Answer(NamedTuple):
    """What came back; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """The sentence for the person."""
        return ElementTree.fromstring(self.body).findtext(MESSAGE) or ""


class Wire:
    """One person's connection, kept open as clients do."""

    def __init__(self, url: str, username: str, password: str, *, timeout: float = 60):
        self._address = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self._address, timeout=timeout)
        self._credentials = "Basic " + b64encode(f"{username}:{password}".encode()).decode()

    def __call__(self, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request; header names are written with underscores."""
        if body or method in {"PUT", "MKCOL"}:
            headers = {"Content_Length": str(len(body))} | headers
        self._begin(method, target, headers)
        self._connection.endheaders(body or None)
        return self._answer()

    def in_pieces(self, method: str, target: str, body: bytes, **headers: str) -> Answer:
        """Send the body without saying how long it is."""
        self._begin(method, target, {"Transfer_Encoding": "chunked"} | headers)
        self._connection.endheaders(body, encode_chunked=True)
        return self._answer()

    def break_off(self, method: str, target: str, body: bytes, announced: int) -> None:
        """Announce more than is sent, and hang up."""
        self._begin(method, target, {"Content_Length": str(announced)})
        self._connection.endheaders(body)
        self.close()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _begin(self, method: str, target: str, headers: dict[str, str]) -> None:
        self._connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        fields = {"Host": self._address, "Authorization": self._credentials, "Accept-Language": "en"}
        for name, value in (fields | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            self._connection.putheader(name, value)

    def _answer(self) -> Answer:
        answer = self._connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
