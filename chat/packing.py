"""A channel as it is taken out of the house: pages to read without it, JSON for programs, and the files.

Messages come in pieces, so that a channel of a million is never in memory: `messages/0001.json` and `pages/0001.html`
hold the same `PIECE` threads or so, each beginning followed by its answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from django.db.models import Q
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chat import drawing, queries
from chat.models import Channel, Message, Revision
from chat.queries import Mine
from collab.accounts.models import User
from collab.lib.errors import Refusal
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right

PIECE = 500
ROOTS = 200
_BLOCK = 2**20


class Pack:
    """One channel, written `into` a part of an archive (`registry.ports.Into`), below `path`.

    What the actor does not read in the channel is not in it, nor files that they may not see; those are counted.
    """

    def __init__(self, actor: Actor, one: Mine, into: Any, *, path: str = "", with_files: bool = False):
        self.actor, self.one, self.into, self.path = actor, one, into, path
        self.store = registry.files() if with_files else None
        self.messages = self.files = self.hidden = 0
        self._pages: list[dict[str, Any]] = []
        self._users: dict[int, str] = {}

    def write(self, tell: Any = lambda messages: None) -> int:
        """Write all of it; `tell(count)` hears how many messages are in. Returns that at the end."""
        line = self._walk()
        while rows := list(islice(line, PIECE)):
            self._piece(rows)
            tell(self.messages)
        self._index()
        return self.messages

    def _walk(self) -> Iterator[Message]:
        """Yield what stands in the channel, oldest first, each followed by its thread."""
        line, number = queries.messages(self.one).in_channel(), 0
        line = line.filter(Q(root=None) | Q(root__lt=self.one.since)).order_by("number")
        while rows := list(line.filter(number__gt=number)[:ROOTS]):
            number = rows[-1].number
            rows.sort(key=lambda row: row.pk)  # as the answers come: all threads of these rows are one question
            threads = Message.objects.filter(root__in=[row.pk for row in rows if row.root_id is None])
            answers = threads.order_by("root", "pk").iterator(PIECE)
            answer = next(answers, None)
            for row in rows:
                yield row
                while answer is not None and answer.root_id == row.pk:
                    yield answer
                    answer = next(answers, None)

    def _piece(self, rows: list[Message]) -> None:
        name, before = f"{len(self._pages) + 1:04d}", self._before(rows)
        queries.dress(rows)
        self._name_users(rows)
        facts = [self._facts(row, before.get(row.pk, [])) for row in rows]
        self.into.json(f"{self.path}messages/{name}.json", facts)
        drawn = [
            one | {"signs": [(sign, len(people)) for sign, people in row.signs.items()], "body": SafeString(row.html),
                   "moment": row.at, "changed": row.edited_at, "is_note": row.kind == Message.Kind.NOTED}
            for row, one in zip(rows, facts, strict=True)
        ]  # fmt: skip
        self.messages += len(rows)
        self._pages.append({"name": name, "begins": rows[0].at, "ends": rows[-1].at, "count": len(rows)})
        context = {"title": self._title(), "rows": drawn, "number": len(self._pages), "name": name}
        context["before"] = f"{len(self._pages) - 1:04d}" if len(self._pages) > 1 else ""
        self.into.write(f"{self.path}pages/{name}.html", get_template("chat/archive/page.html").render(context))

    def _facts(self, row: Message, before: list[dict[str, Any]]) -> dict[str, Any]:
        author = row.author
        said: dict[str, Any] = {
            "id": row.pk, "thread": row.root_id, "at": row.at, "author": author.username if author else None,
            "name": drawing.name(row), "text": row.text,
        }  # fmt: skip
        if row.facts.get("visitor"):
            said["visitor"] = True
        if row.deleted_at is not None:
            return said | {"taken_back": row.deleted_at, "by_author": row.deleted_by_id == row.author_id}
        if row.kind == Message.Kind.NOTED or "program" in row.facts:
            said["facts"] = row.facts
        if row.edited_at is not None:
            said |= {"edited": row.edited_at, "before": before}
        if row.pinned_at is not None:
            said["pinned"] = row.pinned_at
        if row.signs:
            said["reactions"] = {sign: [self._users.get(pk, "") for pk in people] for sign, people in row.signs.items()}
        if row.facts.get("files"):
            said["files"] = self._files(row.facts["files"], row.at)
        return said

    def _before(self, rows: list[Message]) -> dict[int, list[dict[str, Any]]]:
        edited = [row.pk for row in rows if row.edited_at is not None]
        found: dict[int, list[dict[str, Any]]] = {}
        for one in Revision.objects.filter(message__in=edited).order_by("pk"):
            found.setdefault(one.message_id, []).append({"at": one.at, "text": one.text})
        return found

    def _name_users(self, rows: list[Message]) -> None:
        wanted = {pk for row in rows for people in row.signs.values() for pk in people} - self._users.keys()
        self._users |= dict(User.objects.filter(pk__in=wanted).values_list("pk", "username"))

    def _files(self, ids: list[int], at: Any) -> list[dict[str, Any]]:
        """Put the files of a message in; return what is known of each: of those that are not shown, nothing."""
        store = self.store or registry.files()
        cards = store.cards(self.actor, ids) if store is not None else []
        self.hidden += len(ids) - len(cards)
        found = []
        for card in cards:
            one: dict[str, Any] = {"id": card.id, "name": card.name, "size": card.size}
            if self.store is not None:
                try:
                    with self.store.open(self.actor, card.id) as file:
                        path = f"{self.path}files/{card.id}-{card.name}"
                        put = self.into.write(path, _blocks(file), at=int(at.timestamp()))
                        one["path"] = "/".join(put.split("/")[-2:])
                        self.files += 1
                except Refusal:
                    one["lost"] = True
            found.append(one)
        return found

    def _title(self) -> str:
        return self.one.title or _("a conversation")

    def _index(self) -> None:
        channel = self.one.channel
        people = [str(one) for one in self.one.others]
        facts = {
            "name": self._title(), "purpose": channel.purpose, "form": channel.form, "made": channel.created_at,
            "space": None if channel.is_between else channel.space.name, "people": people,
            "archived": channel.archived_at, "messages": self.messages, "files": self.files,
            "files_not_shown": self.hidden, "pieces": [f"messages/{page['name']}.json" for page in self._pages],
        }  # fmt: skip
        self.into.json(f"{self.path}channel.json", facts)
        context = {
            "title": self._title(), "channel": channel, "people": people, "pages": self._pages, "now": timezone.now(),
            "messages": self.messages, "files": self.files, "hidden": self.hidden, "with_files": self.store is not None,
        }  # fmt: skip
        page = get_template("chat/archive/index.html").render(context)
        self.into.write(f"{self.path}index.html", page, about=self._title())


def managed(actor: Actor) -> Any:
    """Return the channels of spaces that the actor manages: by a right on each, never by rank."""
    found = Channel.objects.living().rooms().allowing(actor, Right.MANAGE)
    return found.order_by("space__name", "space", "title", "pk")


def folder_of(channel: Channel) -> str:
    """Return the folder of a channel within that of its space."""
    title = channel.title
    return f"{title.replace('/', '-')} {channel.pk}/" if "/" in title else f"{title}/"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
