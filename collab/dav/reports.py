"""Reports: registered by the name of their root element (RFC 3253, 3.6), for the kinds that answer them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

Report = Callable[["Request", Any], "Response"]
_registered: dict[tuple[str, str], Report] = {}


def report(name: str, *kinds: str) -> Callable[[Report], Report]:
    """Register a function (request, root element) → response under a Clark name."""

    def add(function: Report) -> Report:
        for kind in kinds:
            _registered[kind, name] = function
        return function

    return add


def find(kind: str, name: str) -> Report | None:
    """Return the report, None when this kind has none of that name."""
    return _registered.get((kind, name))


def supported(kind: str) -> str:
    """Return the value of supported-report-set (RFC 3253, 3.1.5): all that `find` finds for this kind."""
    from collab.dav.properties import tags_of

    names = [tags_of(name)[2] for registered, name in _registered if registered == kind]
    return "".join(f"<d:supported-report><d:report>{name}</d:report></d:supported-report>" for name in sorted(names))
