"""What an export of another house says, whichever house it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

LONGEST = 16_000
OPEN, CLOSED, BETWEEN = "open", "closed", "between"
_LAST = 4102444800000  # 2100, in milliseconds


@dataclass(frozen=True)
class Team:
    """What becomes a space."""

    key: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class Place:
    """What becomes a channel (`form` OPEN or CLOSED), or a conversation between its `members` (keys of people)."""

    key: str
    form: str
    title: str = ""
    team: str = ""
    purpose: str = ""
    members: tuple[str, ...] = ()
    archived: bool = False
    announcements: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody there: `key` is how posts name them. `teams`, `places`: {key of where they are: they manage it}."""

    key: str
    username: str
    name: str
    email: str = ""
    program: bool = False
    teams: dict[str, bool] = field(default_factory=dict)
    places: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Post:
    """Something that was said. `key` is its own for ever, whenever it is read; `root`: of what it answers.

    `signs`: (emoji, keys of people). `files`: (path in the archive, its name). `also`: an answer shown in the channel.
    """

    place: str
    key: str
    at: datetime
    author: str
    text: str
    root: str = ""
    name: str = ""
    signs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    edited: datetime | None = None
    pinned: bool = False
    also: bool = False


@dataclass(frozen=True)
class Sign:
    """A sign of that house's own: its name, and where in the archive its picture is."""

    name: str
    path: str


@dataclass(frozen=True)
class Lost:
    """A part that is not taken: where it stands, and why (a key of `REASONS`)."""

    where: str
    why: str
    what: str = ""


Record = Team | Place | Person | Post | Sign | Lost


class Source(Protocol):
    """An export that was opened. `house`: "mattermost" or "slack"; `name`: what it calls itself, ""."""

    house: str
    name: str

    def records(self, tell: Callable[[int, int], None]) -> Iterator[Record]:
        """Yield what is in it, people and places before what they say; `tell(done, total)` hears bytes.

        Raises a Refusal where it is no such export, or hostile as a whole.
        """

    def blocks(self, path: str) -> tuple[int, Iterator[bytes]] | None:
        """Return the size and bytes of a file that came with a message, None where it is not there."""


def moment(value: Any, unit: int = 1000) -> datetime | None:
    """Return a moment from so many units since 1970 (`unit` in a second), None for what is none."""
    try:
        millis = int(float(value) * 1000 / unit) if not isinstance(value, bool) else 0
    except (TypeError, ValueError, OverflowError):
        return None
    return datetime.fromtimestamp(millis / 1000, UTC) if 0 < millis < _LAST else None


def words(value: Any, longest: int = LONGEST) -> str:
    """Return a text that can be kept: clean of signs that cannot, cut where it is too long; "" for what is none."""
    if not isinstance(value, str):
        return ""
    clean = value[: 4 * longest].encode(errors="ignore").decode().replace("\0", "").replace("\r\n", "\n").strip()
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def line(value: Any, longest: int = 80) -> str:
    """Return one line of plain words; "" for what is none."""
    clean = "".join(sign if sign.isprintable() else " " for sign in words(value, 4 * longest))
    return " ".join(clean.split())[:longest].strip()


def rows(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing for what is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def names(value: Any, most: int = 1000) -> tuple[str, ...]:
    """Return the texts of a list, each once."""
    found = (line(one, 120) for one in value[: 4 * most]) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(one for one in found if one))[:most]
