"""From which network address a request comes, and which neighbourhood shares its rate limits."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


_LONGEST = 100
"""Characters of an address with its zone and port; what is longer is none, and is not remembered."""


def client_address(environ: Mapping[str, Any]) -> str:
    """Return the visitor's address from a WSGI environ or `request.META`; "" when there is none.

    `X-Forwarded-For` is read from the right, and only as far as our own proxies wrote it: this
    machine (the front) and `COLLAB_TRUSTED_PROXIES`. What a visitor adds in front is never believed.
    """
    hops = [hop.strip() for hop in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    found = _parse(str(environ.get("REMOTE_ADDR") or ""))
    while hops and (found is None or _is_ours(found)):
        nearer = _parse(hops.pop())
        if nearer is None:
            break
        found = nearer
    return str(found) if found else ""


def neighbourhood(address: str) -> str:
    """Return the /24 or /64 around an address: one person easily owns that many (CVE class of AC 47)."""
    found = _parse(address)
    if found is None:
        return "-"
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))


def _parse(text: str) -> Address | None:
    """Return the address in `text`, perhaps with a port or brackets; IPv4 inside IPv6 counts as IPv4."""
    return _read(text) if len(text) <= _LONGEST else None


@lru_cache(4096)
def _read(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _is_ours(address: Address) -> bool:
    return address.is_loopback or any(address in network for network in _trusted(tuple(settings.TRUSTED_PROXIES)))


@cache
def _trusted(proxies: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)
