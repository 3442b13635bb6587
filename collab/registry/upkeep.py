"""What an app declares for the upkeep of the house: the bytes that backups copy, and how it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.functional import Promise


class Step(NamedTuple):
    """One content that was sealed anew: its number, and why it was passed over ("" when it was not)."""

    number: int
    trouble: str = ""


@dataclass(frozen=True)
class Sealing:
    """How contents are brought under another data key while everybody works: `name` of `vault.keys`, "" for none.

    `waiting(name)` counts those that are not yet, `total()` all; `step(name, after)` brings the next one after that
    number there, whole or not at all, and returns None when there is no more; `tidy()` removes bytes of before.
    """

    waiting: Callable[[str], int]
    total: Callable[[], int]
    step: Callable[[str, int], Step | None]
    tidy: Callable[[], None]


@dataclass(frozen=True)
class Store:
    """Bytes that an app keeps outside the database, under keys whose content never changes: what backups copy, sealed
    or not, as they lie.

    `held()` yields (key, size, SHA-256 in hex) of all that rows refer to; `open(key)` reads one from the beginning;
    `path(key)` is where it lies on this machine, None elsewhere; `put(key, stream, sha256)` brings one back, durable
    when it returns, and raises BadInput when the bytes are others.
    """

    name: str
    held: Callable[[], Iterable[tuple[str, int, str]]]
    open: Callable[[str], BinaryIO]
    path: Callable[[str], Path | None]
    put: Callable[[str, BinaryIO, str], None]
    sealing: Sealing | None = None


@dataclass(frozen=True)
class Outgoing:
    """Mail of an app that waits to leave. After a restore what was asked for before is held back (`lib.held`):
    `count(moment)` says how many mails that are, `drop(moment)` lets none of them leave any more.
    """

    count: Callable[[datetime], int]
    drop: Callable[[datetime], None]


@dataclass(frozen=True)
class Health:
    """One part of the health page: `ask()` returns (good, warn or danger; a sentence with a figure; what to do)."""

    title: str | Promise
    ask: Callable[[], tuple[str, str, str]]
