"""An export of Slack: a ZIP of JSON, with a folder for each channel and a document in it for each day.

Files are not in it, only their addresses: they are named in the message, with the link. https://slack.com/help/articles
/220556107-How-to-read-Slack-data-exports
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from chat.moving import bounds, signs
from chat.moving.mattermost import MOST_SIGNS, key_of
from chat.moving.mrkdwn import to_markdown
from chat.moving.records import (
    BETWEEN,
    CLOSED,
    LONGEST,
    OPEN,
    Lost,
    Person,
    Place,
    Post,
    Record,
    Team,
    line,
    moment,
    names,
    rows,
    words,
)

_LISTS = (("channels.json", OPEN), ("groups.json", CLOSED), ("mpims.json", BETWEEN), ("dms.json", BETWEEN))
_NOTED = re.compile(
    r"(?:channel|group|bot)_(?:join|leave|topic|purpose|name|archive|unarchive|add|remove|enable|disable|convert\w*)"
    r"|pinned_item|unpinned_item|reminder_add|sh_room_created|huddle_thread|tombstone|channel_posting_permissions"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
MOST_LISTED = 10


class Slack:
    """One workspace. `folder`: where in the archive its lists lie."""

    house = "slack"

    def __init__(self, bundle: bounds.Bundle, folder: str = "", name: str = ""):
        self._bundle, self._folder = bundle, folder
        found = re.match(r"(.{1,80}?) Slack export", name)
        self.name = line(found[1]) if found else "Slack"
        self._people: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._channels: dict[str, str] = {}

    def records(self, tell: Callable[[int, int], None]) -> Iterator[Record]:
        """Yield the workspace as a team, its people and channels, then each channel day by day."""
        yield Team("slack", self.name)
        places = list(self._places())
        self._channels = {place.key: place.title for place, _folder in places}
        yield from self._persons(places)
        yield from (place for place, _folder in places)
        days = self._days()
        total, done = sum(self._bundle.size(name) for those in days.values() for name in those), 0
        known = set()
        for place, folder in places:
            known.add(folder)
            for name in days.get(folder, ()):
                yield from self._day(place, name)
                done += self._bundle.size(name)
                tell(done, total)
        for folder in sorted(days.keys() - known):
            yield Lost(folder, "channel")

    def blocks(self, path: str) -> tuple[int, Iterator[bytes]] | None:
        """None: Slack packs no files."""
        return None

    def _document(self, name: str) -> Any:
        path = posixpath.join(self._folder, name)
        return self._bundle.document(path) if path in self._bundle.members else None

    def _places(self) -> Iterator[tuple[Place, str]]:
        for name, form in _LISTS:
            for one in rows(self._document(name)):
                key, title = line(one.get("id")), line(one.get("name"))
                members = names(one.get("members"), 5000)
                if not key:
                    continue
                if form == BETWEEN:
                    yield Place(key, BETWEEN, members=tuple(sorted(members))), title or key
                    continue
                purpose = one.get("purpose") if isinstance(one.get("purpose"), dict) else {}
                yield (
                    Place(
                        key, form, title or key, "slack", words(purpose.get("value"), 250).replace("\n", " "),  # type: ignore[union-attr]
                        members, archived=one.get("is_archived") is True,
                    ),
                    title or key,
                )  # fmt: skip

    def _persons(self, places: list[tuple[Place, str]]) -> Iterator[Record]:
        inside: dict[str, dict[str, bool]] = {}
        for place, _folder in places:
            for member in place.members if place.form != BETWEEN else ():
                inside.setdefault(member, {})[place.key] = False
        for one in rows(self._document("users.json")):
            key = line(one.get("id"))
            profile = one.get("profile") if isinstance(one.get("profile"), dict) else {}
            assert isinstance(profile, dict)
            username = line(one.get("name"))
            shown = line(profile.get("real_name")) or line(one.get("real_name")) or line(profile.get("display_name"))
            self._people[key] = username
            self._named[key] = shown or username or key
            manages = one.get("is_admin") is True or one.get("is_owner") is True
            yield Person(
                key, username, self._named[key], line(profile.get("email"), 254), program=one.get("is_bot") is True,
                teams={} if one.get("deleted") is True else {"slack": manages}, places=inside.get(key, {}),
            )  # fmt: skip

    def _days(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._bundle.members:
            path = posixpath.relpath(name, self._folder) if self._folder else name
            folder, _slash, day = path.rpartition("/")
            if folder and "/" not in folder and _DAY.fullmatch(day):
                found.setdefault(folder, []).append(name)
        return {folder: sorted(those) for folder, those in found.items()}

    def _day(self, place: Place, name: str) -> Iterator[Record]:
        said = self._bundle.document(name)
        if not isinstance(said, list):
            yield Lost(name, "broken")
            return
        for number, one in enumerate(said, 1):
            where = f"{name}, {number}"
            yield self._post(place, where, one) if isinstance(one, dict) else Lost(where, "broken")

    def _post(self, place: Place, where: str, said: dict[str, Any]) -> Record:
        kind = line(said.get("subtype"))
        if _NOTED.fullmatch(kind):
            return Lost(where, "system")
        at = moment(said.get("ts"), 1)
        author = line(said.get("user")) or line(said.get("bot_id"))
        if at is None:
            return Lost(where, "broken")
        text = self._text(said, kind)
        if not text:
            return Lost(where, "empty")
        stamp, thread = line(said.get("ts")), line(said.get("thread_ts"))
        answer = bool(thread) and thread != stamp
        bot = said.get("bot_profile") if isinstance(said.get("bot_profile"), dict) else {}
        name = line(said.get("username"), 120) or (line(bot.get("name"), 120) if not said.get("user") else "")  # type: ignore[union-attr]
        edited = said.get("edited") if isinstance(said.get("edited"), dict) else {}
        return Post(
            place.key, self._key(place, stamp), at, author, text, root=self._key(place, thread) if answer else "",
            name=name, signs=_signs(said.get("reactions")), edited=moment(edited.get("ts"), 1),  # type: ignore[union-attr]
            pinned=bool(said.get("pinned_to")), also=kind == "thread_broadcast",
        )  # fmt: skip

    def _key(self, place: Place, stamp: str) -> str:
        at = moment(stamp, 1)
        return key_of(place.key, "", at, stamp) if at is not None else ""

    def _text(self, said: dict[str, Any], kind: str) -> str:
        text = to_markdown(words(said.get("text"), LONGEST), self._people, self._channels)
        if kind == "me_message" and text:
            text = f"*{text}*"
        parts = [text] if text else [signs.attached(said.get("attachments"))]
        parts += [_file(one) for one in rows(said.get("files"))[:MOST_LISTED]]
        return words("\n\n".join(part for part in parts if part))


def _file(one: dict[str, Any]) -> str:
    name, link = line(one.get("title"), 150) or line(one.get("name"), 150), line(one.get("permalink"), 1000)
    if not name:
        return ""
    name = re.sub(r"([\\\[\]*_`<>~])", r"\\\1", name)
    return f"📎 [{name}](<{link}>)" if re.fullmatch(r"https?://[^\s<>\\]+", link) else f"📎 {name}"


def _signs(sent: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = ((line(one.get("name")), names(one.get("users"))) for one in rows(sent)[:MOST_SIGNS])
    return tuple((name, people) for name, people in found if name)
