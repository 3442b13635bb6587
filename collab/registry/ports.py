"""Small protocols by which apps help each other without knowing each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True)
class FileCard:
    """A file as somebody who may see it is shown it: `size` in bytes, `preview`: the address of a picture of it, "".

    `media`: its media type by its name. `sound`, `film`: the address from which a player takes it, "" for what is none.
    """

    id: int
    name: str
    size: int
    icon: str
    url: str
    preview: str = ""
    media: str = "application/octet-stream"
    sound: str = ""
    film: str = ""


@dataclass(frozen=True)
class Kept:
    """What was kept: the ids of the files, and of the folder that they lie in."""

    ids: list[int]
    folder: int


class FileStore(Protocol):
    """Keeps files for another app (what is sent in a channel) in a space, with its rights: `Plugin.files`."""

    def receive(self, request: Any, *, files: int, each: int, together: int) -> AbstractContextManager[Any]:
        """Read a form with files under limits (`each`, `together` in bytes); it has `fields`, and `files` that arrived.

        Bytes that nobody keeps are forgotten at the end. The form's token is checked. Raises a Refusal, also where
        one of the files is refused.
        """

    def keep(
        self, actor: Any, space: Any, path: Sequence[str], files: Sequence[Any], *, circle: int = 0, folder: int = 0
    ) -> Kept:  # fmt: skip
        """Keep what arrived under free names in this folder of the space, made where it is missing.

        By the rights that the actor has on files there. `circle`: id of the acl whose people alone are to see it; that
        the actor belongs to them is asked before, a right to the space around it is not needed. `folder`: where it was
        kept the last time, used again while it lies there for the same people. In the transaction at hand. Raises a
        Refusal.
        """

    def chooser(self, actor: Any) -> str:
        """Return the address at which the actor walks to files that they may read, "" where files are off for them.

        As a fragment it is the inside of a dialog: links with `data-into` lead on within it, a form with `data-find`
        searches, boxes called `file` hold the ids of what can be chosen in the form with `data-choice`.
        """

    def unseen(self, actor: Any, ids: Sequence[int], people: Sequence[int]) -> dict[int, list[int]]:
        """Return {file: those of these people who may not see it} of those of the files that the actor may see."""

    def hold(self, space: int, ids: Sequence[int]) -> None:
        """Lock the space, and those in which these files lie, in the one order, for a `copy` in this transaction.

        Raises NotFound, Forbidden (the space is archived)."""

    def copy(
        self, actor: Any, space: Any, path: Sequence[str], files: Sequence[int], *, circle: int = 0, folder: int = 0,
        move: bool = False,
    ) -> Kept:  # fmt: skip
        """Put copies of files that the actor may see into a folder of the space, all as `keep` does with what arrived.

        They have the rights of that folder and count for the space. `move`: they go there themselves, which needs
        DELETE where they are. Raises a Refusal, NotFound for a file they lack.
        """

    def throw_away(self, actor: Any, ids: Sequence[int]) -> None:
        """Put files into the trash of their spaces; silent on those that are there, or that the actor does not see."""

    def bring_back(self, actor: Any, ids: Sequence[int]) -> None:
        """Take files out of the trash again; silent on those that are not in it."""

    def enclose(self, actor: Any, folder: int, circle: int) -> None:
        """Let a folder be seen by the people of this acl alone, or (0) by those of its place again. Raises a Refusal.

        Whether the actor may decide so is asked before, of the thing whose circle it is.
        """

    def cards(self, actor: Any, ids: Sequence[int]) -> list[FileCard]:
        """Return those of the files that the actor may see, in this order."""

    def give(self, request: Any, actor: Any, pk: int, *, size: str = "") -> Any:
        """Answer a request with the bytes of the file, or a picture of it (`size`: "small", "medium").

        By the actor's rights. Raises NotFound.
        """

    def open(self, actor: Any, pk: int) -> BinaryIO:
        """Open a file that the actor may see, for reading from anywhere. Raises NotFound, Unavailable."""

    def arrive(self, name: str, blocks: Iterable[bytes], at: int | None = None) -> AbstractContextManager[Any]:
        """Read a file block by block that comes from elsewhere, to be given to `keep`; `at`: its time in unix seconds.

        A name that is not possible is made so. Bytes that nobody keeps are forgotten at the end. Raises a Refusal.
        """


@dataclass(frozen=True)
class Happening:
    """Something that takes place: from `starts` to `ends` (None: unknown), or all of a `day`. `uid`: the same for ever.

    `version` grows with every change. `people`: ids of those of the house who take part, `guests`: (name, address).
    `coming`: those of the people who said already that they come.
    """

    uid: str
    title: str
    text: str
    version: int
    day: date | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    people: tuple[int, ...] = ()
    guests: tuple[tuple[str, str], ...] = ()
    coming: tuple[int, ...] = ()


class Calendar(Protocol):
    """Keeps what another app has fixed (the date that a poll chose) in a calendar of a space: `Plugin.calendar`.

    Where no app offers one, whoever asks sends an iCalendar file by mail and for downloading. `invites`: whether it
    writes to the people and guests of what takes place; where it does not, that is left to who asks.
    """

    invites: bool

    def put(self, actor: Any, space: Any, happening: Happening) -> str:
        """Make or change the event of this uid, in the transaction at hand, and invite people and guests if it invites.

        Returns the address of its page. Raises a Refusal.
        """

    def drop(self, actor: Any, space: Any, uid: str) -> None:
        """Take the event of this uid away; nothing where there is none. Raises a Refusal."""

    def clashes(self, actor: Any, spans: Sequence[tuple[datetime, datetime]]) -> list[str]:
        """Return for each span what makes the actor busy then, "" for nothing."""


class PollMaker(Protocol):
    """Makes polls for another app (in a channel): `Plugin.polls`."""

    def make(self, actor: Any, space: Any, question: str, options: Sequence[str]) -> str:
        """Make a poll in the space, answered by who may there; return the address of its page.

        In the transaction at hand. Raises a Refusal.
        """


class Into(Protocol):
    """An app's part of the archive that a person takes with them: a folder with the app's name.

    Paths have slashes; each part is made safe for every system, and two that would collide get different names.
    `with_versions`: the person asked for what their things were before, too.
    """

    with_versions: bool

    def expect(self, size: int) -> None:
        """Say, before the first, that about so many bytes will come: progress is counted by them."""

    def write(
        self, path: str, content: bytes | str | Iterable[bytes], *, at: int | None = None, about: str = ""
    ) -> str:
        """Put a file in, block by block where it may be large; `at`: its time in unix seconds.

        `about` gives it a line in the index of the archive. Returns the path it has. Raises OverQuota (full disk).
        """

    def json(self, path: str, value: Any, *, about: str = "") -> str:
        """Put a value in as JSON; dates and UUIDs are understood."""

    def folder(self, path: str, *, about: str = "") -> None:
        """Put an empty folder in; with `about`, only tell in the index of one in which files lie."""


@dataclass(frozen=True)
class Channel:
    """A websocket of an app's own, at `ws/<name>/<id>/`: the dotted path of a consumer built on `live.socket.Line`.

    `path`: where it is instead, for programs that cannot be told otherwise; the front knows such paths by heart.
    """

    name: str
    consumer: str
    path: str = ""


@dataclass(frozen=True)
class LinkChoice:
    """Something that who makes a public link may switch on (`Link.choices`): its name, a sentence, whether it is on
    unless they say otherwise."""

    slug: str
    label: str | Promise
    hint: str | Promise = ""
    default: bool = False
