"""What an app declares for the upkeep of the house: the bytes that backups copy, and how it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise


@dataclass(frozen=True)
class Store:
    """Bytes that an app keeps outside the database, under keys whose content never changes: what backups copy.

    `held()` yields (key, size, SHA-256 in hex) of all that rows refer to; `open(key)` reads one from the beginning;
    `path(key)` is where it lies on this machine, None elsewhere; `put(key, stream, sha256)` brings one back, durable
    when it returns, and raises BadInput when the bytes are others.
    """

    name: str
    held: Callable[[], Iterable[tuple[str, int, str]]]
    open: Callable[[str], BinaryIO]
    path: Callable[[str], Path | None]
    put: Callable[[str, BinaryIO, str], None]


@dataclass(frozen=True)
class Health:
    """One part of the health page: `ask()` returns (good, warn or danger; a sentence with a figure; what to do)."""

    title: str | Promise
    ask: Callable[[], tuple[str, str, str]]
