"""What one person is to do, wherever it lies: tasks of lists, cards of boards. Each app declares where its own are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise

WHENEVER = datetime(9999, 12, 1, tzinfo=UTC)
"""The key of what is due on no day: it comes last."""


@dataclass(frozen=True)
class Duty:
    """One thing to do. `key`: when it is due, for its place among others; `day`, `hour` ("" for all of it) say it.

    `place`, `place_url`: where it lies; `hue`: a name of `lib.hues`. `tick`: where a form says that it is done, with
    these `fields`; "" where the person may not. `pk` is its own within its app.
    """

    pk: int
    title: str
    url: str
    key: datetime
    day: date | None = None
    hour: str = ""
    is_late: bool = False
    is_important: bool = False
    place: str = ""
    place_url: str = ""
    hue: str = ""
    tick: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


class Count(NamedTuple):
    """How many things a person is to do: those that are overdue, those of today besides, and all of them."""

    late: int
    today: int
    all: int


@dataclass(frozen=True)
class Duties:
    """Where an app says what a person is to do: `find(actor, after, most)` returns the first of it in the order of
    (key, pk), behind `after` if it is not None, as far as the actor sees it; in a number of queries that never grows.
    `count(actor)` counts the same in one query.
    """

    slug: str
    label: str | Promise
    icon: str
    find: Callable[[Any, tuple[datetime, int] | None, int], list[Duty]]
    count: Callable[[Any], Count]
