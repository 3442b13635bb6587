"""The DAV door as a WSGI application: wsgidav's app with our request server in it.

Granian takes the status when the application returns, and wsgidav's applications are generators that start
their answer only when they are iterated: so we run them up to the first blocks before returning.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from wsgidav.wsgidav_app import WsgiDAVApp

from collab.dav.body import Body
from collab.dav.connections import release_connections
from collab.dav.door import Door, refused
from collab.dav.request import names_of
from collab.dav.server import Resolver
from collab.dav.shares import shares
from collab.events import audit
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Refusal

BODY = "collab.body"


class Stream:
    """The rest of an answer, with the blocks that were run already in front."""

    def __init__(self, first: Iterable[bytes], rest: Iterator[bytes]):
        self._blocks = chain(first, rest)
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        if close := getattr(self._rest, "close", None):
            close()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one DAV request."""
    environ[BODY] = Body(environ)
    audit.address.set(client_address(environ))
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def note(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        started.append((status, headers))

    try:
        blocks = _run(environ, note)
        first = next(blocks, b"")
        second = next(blocks, None)
    finally:
        release_connections()
    start_response(*started[-1])
    return [first] if second is None else Stream((first, second), blocks)


def _run(environ: dict[str, Any], note: Any) -> Iterator[bytes]:
    """Refuse what wsgidav would stumble over, else let it dispatch."""
    try:
        environ[BODY].read_ahead()
        _check_target(environ)
    except Refusal as refusal:
        return refused(refusal, environ).start(note)
    return iter(wsgidav_app()(environ, note))


def _check_target(environ: dict[str, Any]) -> None:
    """Raise BadInput for an address that is not UTF-8, or whose names hold a slash, a NUL, or are dots.

    The decoded path does not tell `%2F` from `/`; the front passes the address on as it was sent.
    """
    try:
        names_of(environ["PATH_INFO"].encode("latin-1").decode())
    except UnicodeError:
        raise BadInput from None
    sent = environ.get("HTTP_X_COLLAB_URI", "").partition("?")[0].lower()
    if "%2f" in sent:
        from django.utils.translation import gettext as _

        raise BadInput(_("A name cannot contain “/”."))


@cache
def wsgidav_app() -> WsgiDAVApp:
    """Return wsgidav's application over the trees of all apps; our Door and Resolver are its middleware."""
    logging.getLogger("wsgidav").setLevel(logging.CRITICAL)
    return WsgiDAVApp(
        {
            "provider_mapping": shares(),
            "middleware_stack": [Door, Resolver],
            "lock_storage": None,
            "property_manager": None,
            "http_authenticator": {"accept_basic": False, "accept_digest": False, "default_to_digest": False},
            "logging": {"enable": False},
            "verbose": 0,
        }
    )
