"""Reading an export before anything of it is here: what it holds waits in rows of its own, to be looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models import Import, ImportPerson, ImportPlace, ImportPost, ImportSkip
from chat.moving.records import BETWEEN, CLOSED, OPEN, Lost, Person, Place, Post, Sign, Source, Team
from collab.accounts.models import User
from collab.lib.errors import TooLarge

BATCH = 2_000
MOST_TEAMS, MOST_PLACES, MOST_PEOPLE, MOST_POSTS = 200, 20_000, 100_000, 5_000_000
MOST_SIGNS = 5_000
MOST_TOLD = 5_000
"""Parts that the report names; the others it counts."""
TOO_MUCH = _("There is more in this export than is taken at once: split it by team.")


class Skips:
    """What is not taken, counted for good each time a batch is written."""

    def __init__(self, one: Import):
        self._one, self._rows = one, list[ImportSkip]()
        self._told = ImportSkip.objects.filter(owner=one).count()
        self._counts: dict[str, int] = {}

    def add(self, where: str, why: str, what: str = "") -> None:
        """Note one part."""
        self._counts[why] = self._counts.get(why, 0) + 1
        if self._told < MOST_TOLD:
            self._told += 1
            self._rows.append(ImportSkip(owner=self._one, where=where[:300], why=why, what=what[:200]))

    def write(self) -> None:
        """Write down what was noted since the last time, in the transaction at hand."""
        ImportSkip.objects.bulk_create(self._rows)
        if self._counts:
            for why, count in self._counts.items():
                self._one.why[why] = self._one.why.get(why, 0) + count
            Import.objects.filter(pk=self._one.pk).update(why=self._one.why)
        self._rows, self._counts = [], {}


def digest(*parts: str) -> str:
    """Return the key under which a place is kept here, whatever it is called there."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


class Staging:
    """One reading, from its beginning: what an earlier one left is forgotten."""

    def __init__(self, one: Import, source: Source):
        self.one, self.source = one, source
        self.skips = Skips(one)
        self._places: dict[str, ImportPlace] = {}
        self._counts: dict[str, int] = {}
        self._teams: dict[str, dict[str, Any]] = {}
        self._people: list[ImportPerson] = []
        self._posts: list[ImportPost] = []
        self._known: set[str] = set()
        self._signs: list[list[str]] = []
        self._staged = 0

    def read(self, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Read all of it. Raises a Refusal for what is no export, hostile, or too much."""
        clear(self.one)
        self.one.why = {}
        self.skips = Skips(self.one)
        for record in self.source.records(tell):
            self._take(record)
        self._write()
        with transaction.atomic():
            self._count()
            match(self.one)
            one = self.one
            one.teams, one.house, one.read_at = list(self._teams.values()), self.source.house, timezone.now()
            one.posts = sum(self._counts.values())
            one.signs = self._signs
            one.save(update_fields=["teams", "house", "read_at", "posts", "signs", "why"])

    def _take(self, record: Any) -> None:
        if isinstance(record, Post):
            self._post(record)
        elif isinstance(record, Person):
            self._person(record)
        elif isinstance(record, Place):
            self._place(record)
        elif isinstance(record, Team):
            self._teams.setdefault(record.key, {"key": record.key, "name": record.name, "about": record.about})
            _bound(len(self._teams), MOST_TEAMS)
        elif isinstance(record, Sign):
            self._signs.append([record.name, record.path])
            _bound(len(self._signs), MOST_SIGNS)
        elif isinstance(record, Lost):
            self.skips.add(record.where, record.why, record.what)

    def _place(self, record: Place) -> None:
        if record.key in self._places:
            return
        _bound(len(self._places), MOST_PLACES)
        form = {OPEN: "open", CLOSED: "closed", BETWEEN: "between"}[record.form]
        self._places[record.key] = ImportPlace.objects.create(
            owner=self.one, key=self._digest(record.key), form=form, title=record.title[:80], team=record.team[:80],
            purpose=record.purpose[:250], members=list(record.members) if form == "between" else [],
            archived=record.archived,
        )  # fmt: skip

    def _person(self, record: Person) -> None:
        if not record.key or record.key in self._known:
            return
        _bound(len(self._known), MOST_PEOPLE)
        self._known.add(record.key)
        places = {self._digest(key): manages for key, manages in record.places.items()}
        self._people.append(
            ImportPerson(
                owner=self.one,
                key=record.key[:120],
                username=record.username[:120],
                name=record.name[:120] or "?",
                email=record.email[:254],
                program=record.program,
                teams=record.teams,
                places=places,
            )
        )
        if len(self._people) >= BATCH:
            self._write()

    def _post(self, record: Post) -> None:
        place = self._places.get(record.place)
        if place is None:
            self.skips.add(record.place, "channel", record.text[:80])
            return
        _bound(self._staged, MOST_POSTS)
        self._staged += 1
        body: dict[str, Any] = {"text": record.text}
        if record.name:
            body["name"] = record.name
        if record.signs:
            body["signs"] = record.signs
        if record.files:
            body["files"] = record.files
        if record.edited is not None:
            body["edited"] = record.edited.timestamp()
        body |= {name: True for name in ("pinned", "also") if getattr(record, name)}
        self._posts.append(
            ImportPost(
                owner=self.one,
                place=place,
                key=record.key,
                root=record.root,
                at=record.at,
                author=record.author[:120],
                body=body,
            )
        )
        if len(self._posts) >= BATCH:
            self._write()

    @transaction.atomic
    def _write(self) -> None:
        ImportPerson.objects.bulk_create(self._people, ignore_conflicts=True)
        ImportPost.objects.bulk_create(self._posts, ignore_conflicts=True)
        self.skips.write()
        self._people, self._posts = [], []

    def _count(self) -> None:
        """Write down how much was said where; what came twice counts once."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self.one.pk])
        found = ImportPlace.objects.filter(owner=self.one)
        self._counts = dict(found.values_list("key", "posts"))

    def _digest(self, key: str) -> str:
        return digest(self.source.house, key)


_COUNT = """UPDATE chat_importplace p SET posts = c.posts FROM (
  SELECT place_id, count(*) AS posts FROM chat_importpost WHERE owner_id = %s GROUP BY place_id) c
 WHERE p.id = c.place_id"""


def match(one: Import) -> None:
    """Find out who of the other house is who here: by address, and where it was wished for by user name."""
    people = ImportPerson.objects.filter(owner=one, program=False)
    after = 0
    while rows := list(people.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = rows[-1].pk
        active = User.objects.filter(is_active=True).annotate(address=Lower("email"))
        by_mail = {user.address: user for user in active.filter(address__in=[row.email.lower() for row in rows])}
        wanted = [row.username.lower() for row in rows] if one.by_username else []
        by_name = {user.username: user for user in active.filter(username__in=wanted)} if wanted else {}
        for row in rows:
            row.user = (by_mail.get(row.email.lower()) if row.email else None) or by_name.get(row.username.lower())
        ImportPerson.objects.bulk_update(rows, ["user"])


def clear(one: Import) -> None:
    """Forget all that waits, and the report."""
    for model in (ImportPost, ImportPerson, ImportSkip):
        found = model.objects.filter(owner=one)
        found._raw_delete(found.db)
    ImportPlace.objects.filter(owner=one).delete()


def _bound(count: int, most: int) -> None:
    if count > most:
        raise TooLarge(TOO_MUCH)
