"""What was said elsewhere is said here, as it was: by whom, when, under what; in batches that are here wholly or not.

Nobody is told, and it counts as read by who had read all. A batch takes the lock of its channel once, and what waited
goes in its transaction: a worker that dies loses nothing, and what is here already is known by its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from chat.actions import bringing, naming
from chat.actions.common import announce
from chat.actions.staging import Skips
from chat.models import Channel, Emoji, Follow, Import, ImportPerson, ImportPlace, ImportPost, Message, Reaction, Seat
from chat.moving import signs
from chat.moving.records import LONGEST, Source
from collab.accounts.models import User
from collab.lib import markdown
from collab.lib.errors import Refusal
from collab.lib.text import fold
from collab.registry import registry
from collab.rights.actor import Actor

BATCH = 500
_AT = re.compile(r"@(\w[\w.+-]*)")
"""What may be the name of somebody: texts without any are read for their markup only once."""


class People:
    """Who of the other house is who here, once for a whole import: key → user, key → name, user name → user."""

    def __init__(self, one: Import):
        self.users: dict[str, User] = {}
        self.names: dict[str, str] = {}
        self.called: dict[str, User] = {}
        self.signs = set(Emoji.objects.standing().values_list("name", flat=True))
        people = ImportPerson.objects.filter(owner=one).select_related("user").order_by("pk")
        for row in people.iterator(2000):
            self.names[row.key] = row.name
            if row.user is not None:
                self.users[row.key] = row.user
                self.called[row.username.casefold()] = row.user

    def named(self, text: str) -> tuple[str, str, list[int]]:
        """Return the text with the names that people have here, its HTML, and the ids of those whom it names."""
        perhaps = {one.rstrip(".+-").casefold() for one in _AT.findall(text)} & self.called.keys()
        tokens = markdown.named(text) if perhaps else []
        found = {token: self.called[token] for token in tokens if token in self.called}
        for token, user in found.items():
            if token != user.username:
                text = re.sub(rf"(?<![\w@/.+-])@{re.escape(token)}(?![\w])", f"@{user.username}", text, flags=re.I)
        names = {user.username: str(user) for user in found.values()}
        html = naming.html_of(text, names)
        return text[:LONGEST], html, sorted({user.pk for user in found.values()})


class Pouring:
    """The words of one channel."""

    def __init__(
        self, actor: Actor, one: Import, place: ImportPlace, channel: Channel, people: People, skips: Skips,
        source: Source | None,
    ):  # fmt: skip
        self.actor, self.one, self.place, self.channel = actor, one, place, channel
        self.people, self.skips, self.source = people, skips, source
        self._inside: dict[int, User] | None = None

    def pour(self) -> int:
        """Say the next batch. Returns how many were dealt with, 0 when none waits any more."""
        rows = list(ImportPost.objects.filter(place=self.place).order_by("at", "pk")[:BATCH])
        if rows:
            known = self._there(row.key for row in rows)
            self._bring([row for row in rows if row.key not in known])
            self._say(rows)
        return len(rows)

    def _bring(self, rows: list[ImportPost]) -> None:
        """Keep the files that came with these, each in a transaction that notes it: none comes twice."""
        for row in rows:
            for number, (path, name) in enumerate(row.body.get("files", [])):
                done = row.body.setdefault("kept", {})
                if str(number) not in done:
                    why, what = "", 0
                    try:
                        why, what = self._file(row, number, path, name)
                    except Refusal as refusal:
                        why = "file"
                        name = f"{name}: {refusal.message}"
                    if why:
                        self.skips.add(f"{self.place} {row.at:%F %T}", why, name)
                    if not what:
                        self._note(row, number, 0)

    def _file(self, row: ImportPost, number: int, path: str, name: str) -> tuple[str, int]:
        """Return why a file is not kept, or its id."""
        store = registry.files()
        keeper = self._keeper(row)
        if store is None or keeper is None:
            return "private", 0
        if number >= bringing.MOST:
            return "files", 0
        there = self.source.blocks(path) if self.source is not None else None
        if there is None:
            return "missing", 0
        size, blocks = there
        if size > bringing.EACH:
            return "large", 0
        with store.arrive(name or "_", blocks, int(row.at.timestamp())) as file, transaction.atomic():
            self.channel.refresh_from_db(fields=["folder"])
            [pk] = bringing.keep(keeper, store, self.channel, [file])
            self._note(row, number, pk)
        Import.objects.filter(pk=self.one.pk).update(files=F("files") + 1)
        return "", pk

    def _keeper(self, row: ImportPost) -> Actor | None:
        """Return who keeps the files of a message: who imports, in an open channel; else its author, or who is in it.

        None where nobody of the channel's circle is known here.
        """
        if not self.channel.circle:
            return self.actor
        if self._inside is None:
            self._inside = {user.pk: user for user in User.objects.filter(pk__in=naming.everybody(self.channel))}
        author = self.people.users.get(row.author)
        inside = author is not None and author.pk in self._inside
        found = author if inside else next(iter(self._inside.values()), None)
        return Actor.of(found) if found is not None else None

    def _note(self, row: ImportPost, number: int, pk: int) -> None:
        row.body["kept"][str(number)] = pk
        ImportPost.objects.filter(pk=row.pk).update(body=row.body)

    @transaction.atomic
    def _say(self, rows: list[ImportPost]) -> None:
        self._lock()
        there = self._there(key for row in rows for key in (row.key, row.root) if key)
        fresh = [row for row in rows if row.key not in there]
        inside = {row.key for row in fresh}
        for row in fresh:
            if row.root and row.root not in there and row.root not in inside:
                self.skips.add(f"{self.place} {row.at:%F %T}", "root", row.body["text"][:80])
        made = self._messages(fresh, there)
        self._react(fresh, made)
        self._follow(made)
        self._count(rows, made, len(rows) - len(fresh))

    def _lock(self) -> None:
        self.channel = (
            Channel.objects.select_for_update(of=("self",)).select_related("space", "acl").get(pk=self.channel.pk)
        )

    def _there(self, keys: Iterable[str]) -> dict[str, Message]:
        """Return {key: the message that is here}, whoever its author was taken for then."""
        here = {self._key(key): key for key in keys}
        # both conditions on the key, so that the index of what was brought over is used
        found = Message.objects.filter(key__in=here, key__startswith="in-", channel=self.channel)
        return {here[row.key]: row for row in found}

    def _key(self, key: str) -> str:
        return f"in-{self.channel.pk}-{key}"[:40]

    def _messages(self, rows: list[ImportPost], there: Mapping[str, Message]) -> dict[str, Message]:
        """Insert them, in their order, with ids of that order."""
        ids, by_key, clock = iter(_ids(len(rows))), dict[str, Message](), self.channel.clock + 1
        number = self.channel.number
        for row in rows:
            text, html, people = self.people.named(row.body["text"])
            name = row.body.get("name", "")
            author = None if name else self.people.users.get(row.author)
            root = (there.get(row.root) or by_key.get(row.root)) if row.root else None
            root = root.root if root is not None and root.root is not None else root
            numbered = root is None or bool(row.body.get("also"))
            number += numbered
            kept = [pk for pk in row.body.get("kept", {}).values() if pk]
            edited = row.body.get("edited")
            by_key[row.key] = Message(
                pk=next(ids), channel=self.channel, root=root, number=number if numbered else 0, clock=clock,
                author=author, name="" if author else (name or self.people.names.get(row.author, row.author))[:120],
                key=self._key(row.key), text=text, html=html, words=fold(text), people=people, at=row.at,
                facts={"files": kept} if kept else {},
                edited_at=datetime.fromtimestamp(edited, UTC) if edited else None,
                pinned_at=row.at if row.body.get("pinned") else None,
            )  # fmt: skip
            if root is not None:
                root.answered += 1
                root.last_answer_at = max(root.last_answer_at or row.at, row.at)
        Message.objects.bulk_create(by_key.values())
        touched = {one.root.pk: one.root for one in by_key.values() if one.root is not None}
        older = [one for one in touched.values() if one.clock != clock]
        for one in older:
            one.clock = clock
        Message.objects.bulk_update(older, ["answered", "last_answer_at", "clock"])
        self._move(clock, number - self.channel.number, max((row.at for row in rows), default=None))
        return by_key

    def _move(self, clock: int, more: int, last: datetime | None) -> None:
        """Move the channel's clock and number, and with them what each person has read: as much stays unread."""
        if last is None:
            return
        now = {"clock": clock, "number": F("number") + more, "last_at": Greatest("last_at", last)}
        Channel.objects.filter(pk=self.channel.pk).update(**now)
        Seat.objects.filter(channel=self.channel).update(read=F("read") + more)
        announce(self.channel, clock, "changed")

    def _react(self, rows: list[ImportPost], made: Mapping[str, Message]) -> None:
        found = []
        for row in rows:
            for name, people in row.body.get("signs", []):
                emoji, lost = self._sign(name), [key for key in people if key not in self.people.users]
                if not emoji or lost:
                    who = ", ".join(self.people.names.get(key, key) for key in (lost if emoji else people))
                    self.skips.add(f"{self.place} {row.at:%F %T}", "sign" if emoji else "emoji", f":{name}: {who}")
                if emoji:
                    users = {self.people.users[key].pk for key in people if key in self.people.users}
                    found += [Reaction(message=made[row.key], user_id=pk, emoji=emoji) for pk in sorted(users)]
        Reaction.objects.bulk_create(found, ignore_conflicts=True)

    def _sign(self, name: str) -> str:
        """Return the sign of this name: one of Unicode, or of the house; "" for none."""
        return signs.sign(name) or (f":{name}:" if name in self.people.signs else "")

    def _follow(self, made: Mapping[str, Message]) -> None:
        """Let those follow a thread who spoke in it; they have read it."""
        last = max((one.pk for one in made.values()), default=0)
        answers = [(one, one.root) for one in made.values() if one.root is not None]
        pairs = {(root.pk, pk) for one, root in answers for pk in (one.author_id, root.author_id) if pk}
        rows = [Follow(root_id=root, user_id=user, read=last) for root, user in sorted(pairs)]
        Follow.objects.bulk_create(rows, ignore_conflicts=True)
        roots = {root.pk for _one, root in answers}
        Follow.objects.filter(root__in=roots).update(read=Greatest("read", last))

    def _count(self, rows: list[ImportPost], made: Mapping[str, Message], present: int) -> None:
        self.skips.write()
        ImportPost.objects.filter(pk__in=[row.pk for row in rows]).delete()
        more = {"taken": F("taken") + len(made), "present": F("present") + present}
        Import.objects.filter(pk=self.one.pk).update(**more)


def _ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('chat_message', 'id')) FROM generate_series(1, %s)", [count]
        )
        return sorted(pk for (pk,) in cursor.fetchall())
