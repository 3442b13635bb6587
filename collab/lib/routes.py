"""Addresses that stand many times on a page: each is put together once. Django's `reverse` takes 35 µs every time.

No address of ours depends on the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django import urls
from django.conf import settings

KEPT = 10_000
"""So many addresses a process remembers."""


def reverse(name: str, args: Iterable[int | str] = ()) -> str:
    """Return the address with this name; `args` are what its pattern asks for, in order. Raises NoReverseMatch."""
    return _reversed(urls.get_urlconf() or settings.ROOT_URLCONF, urls.get_script_prefix(), name, tuple(args))


@lru_cache(maxsize=KEPT)
def _reversed(urlconf: str, _prefix: str, name: str, args: tuple[int | str, ...]) -> str:
    return urls.reverse(name, urlconf, args)
