"""A bulk export of Mattermost: a line of JSON for each thing, alone or in a ZIP beside the files it names.

https://docs.mattermost.com/administration-guide/onboard/bulk-loading-data.html. Posts have no number there: one is
known by its channel, author, moment and words, as Mattermost's own import knows it.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from chat.moving import bounds, signs
from chat.moving.records import (
    BETWEEN,
    CLOSED,
    OPEN,
    Lost,
    Person,
    Place,
    Post,
    Record,
    Sign,
    Team,
    line,
    moment,
    names,
    words,
)
from chat.moving.records import rows as objects
from collab.lib.errors import BadInput

VERSION = 1
MOST_REPLIES, MOST_SIGNS, MOST_FILES = 20_000, 50, 10
_PASSED = {"scheme", "role", "role_scheme"}


class Mattermost:
    """The lines of one export, from a file or the archive in which it lies."""

    house = "mattermost"
    name = "Mattermost"

    def __init__(self, file: BinaryIO, size: int, bundle: bounds.Bundle | None = None, member: str = ""):
        self._file, self._size, self._bundle, self._member = file, size, bundle, member
        self._folder = posixpath.dirname(member)

    def records(self, tell: Callable[[int, int], None]) -> Iterator[Record]:
        """Yield what the lines say, in their order. Raises BadInput where the first does not name a version known."""
        number = done = 0
        blocks = self._bundle.words(self._member) if self._bundle is not None else bounds.plain(self._file)
        for raw in bounds.lines(blocks):
            number += 1
            where = f"{number}"
            if raw is None:
                yield Lost(where, "long")
                continue
            done += len(raw) + 1
            if not raw.strip():
                continue
            tell(done, self._size)
            read = bounds.parsed(raw)
            kind = read.get("type") if isinstance(read, dict) else None
            if number == 1:
                if kind != "version" or read.get("version") != VERSION:
                    raise BadInput(bounds.UNREADABLE)
                continue
            said = read.get(kind) if isinstance(kind, str) else None
            if not isinstance(said, dict):
                yield Lost(where, "broken")
                continue
            yield from self._record(where, str(kind), said)

    def blocks(self, path: str) -> tuple[int, Iterator[bytes]] | None:
        """Return a file as its line names it: from the archive's own place for them, wherever the name points."""
        if self._bundle is None:
            return None
        clean = posixpath.normpath(path.replace("\\", "/").lstrip("/"))
        for candidate in (clean, f"data/{clean}", posixpath.join(self._folder, clean)):
            if candidate in self._bundle.members and not candidate.startswith(".."):
                size = self._bundle.size(candidate)
                return size, self._bundle.blocks(candidate, size)
        return None

    def _record(self, where: str, kind: str, said: dict[str, Any]) -> Iterator[Record]:
        if kind == "team":
            key = line(said.get("name"))
            yield Team(key, line(said.get("display_name")) or key, words(said.get("description"), 500))
        elif kind == "channel":
            yield _channel(said)
        elif kind == "user":
            yield _person(said)
        elif kind == "bot":
            name = line(said.get("username"))
            yield Person(name, name, line(said.get("display_name")) or name, program=True)
        elif kind == "direct_channel":
            yield _between(said)
        elif kind == "post":
            yield from _post(where, f"{line(said.get('team'))}/{line(said.get('channel'))}", said)
        elif kind == "direct_post":
            members = tuple(sorted(names(said.get("channel_members"))))
            yield Place(f"@{' '.join(members)}", BETWEEN, members=members)
            yield from _post(where, f"@{' '.join(members)}", said)
        elif kind == "emoji":
            yield Sign(line(said.get("name")), line(said.get("image"), 1000))
        elif kind not in _PASSED:
            yield Lost(where, "kind", line(kind))


def _channel(said: dict[str, Any]) -> Place:
    team, name = line(said.get("team")), line(said.get("name"))
    return Place(
        f"{team}/{name}", CLOSED if said.get("type") == "P" else OPEN, line(said.get("display_name")) or name, team,
        words(said.get("purpose"), 250).replace("\n", " ") or words(said.get("header"), 250).replace("\n", " "),
        archived=bool(said.get("deleted_at")),
    )  # fmt: skip


def _between(said: dict[str, Any]) -> Place:
    members = names(said.get("members")) or tuple(
        line(one.get("username"), 120) for one in objects(said.get("participants"))
    )
    members = tuple(sorted(members))
    return Place(f"@{' '.join(members)}", BETWEEN, members=members)


def _person(said: dict[str, Any]) -> Person:
    key = line(said.get("username"), 120)
    full = f"{line(said.get('first_name'))} {line(said.get('last_name'))}".strip()
    teams: dict[str, bool] = {}
    places: dict[str, bool] = {}
    for team in objects(said.get("teams"))[:1000]:
        name = line(team.get("name"))
        teams[name] = "team_admin" in line(team.get("roles"))
        for channel in objects(team.get("channels"))[:5000]:
            places[f"{name}/{line(channel.get('name'))}"] = "channel_admin" in line(channel.get("roles"))
    name = full or line(said.get("nickname")) or key
    return Person(key, key, name, line(said.get("email"), 254), teams=teams, places=places)


def _post(where: str, place: str, said: dict[str, Any]) -> Iterator[Record]:
    """Yield a post and its replies. What Mattermost itself noted (somebody joined) is no word of anybody."""
    if line(said.get("type")).startswith("system_"):
        yield Lost(where, "system")
        return
    root = _said(place, said)
    if isinstance(root, str):
        yield Lost(where, root)
        return
    yield root
    replies = objects(said.get("replies"))
    for number, one in enumerate(replies[:MOST_REPLIES], 1):
        reply = _said(place, one, root)
        yield Lost(f"{where}, {number}", reply) if isinstance(reply, str) else reply
    if len(replies) > MOST_REPLIES:
        yield Lost(where, "many")


def _said(place: str, said: dict[str, Any], root: Post | None = None) -> Post | str:
    """Return the post, or why it is none."""
    at, author = moment(said.get("create_at")), line(said.get("user"), 120)
    text = signs.drawn(words(said.get("message")))
    files = tuple(
        (line(one.get("path"), 1000), posixpath.basename(line(one.get("path"), 1000)))
        for one in objects(said.get("attachments"))[: 2 * MOST_FILES]
    )
    props = said.get("props") if isinstance(said.get("props"), dict) else {}
    text = text or signs.attached(props.get("attachments"))  # type: ignore[union-attr]
    if at is None or not author:
        return "broken"
    if not text and not files:
        return "empty"
    if root is not None and at < root.at:
        at = root.at
    edited = moment(said.get("edit_at"))
    named = line(props.get("override_username"), 120)  # type: ignore[union-attr]
    return Post(
        place, key_of(place, author, at, text), at, author, text, root=root.key if root else "", name=named,
        signs=_signs(said.get("reactions")), files=files, edited=edited, pinned=said.get("is_pinned") is True,
    )  # fmt: skip


def _signs(sent: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for one in objects(sent)[:5000]:
        found.setdefault(line(one.get("emoji_name")), []).append(line(one.get("user"), 120))
    return tuple((name, tuple(dict.fromkeys(people))) for name, people in list(found.items())[:MOST_SIGNS])


def key_of(place: str, author: str, at: datetime, text: str) -> str:
    """Return the key by which a post is known again."""
    whole = "\0".join((place, author, str(int(at.timestamp() * 1000)), text))
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
