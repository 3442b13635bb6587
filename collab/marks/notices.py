"""Who is told of a comment without following anything: whoever it names, and those whom it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.marks import kinds
from collab.marks.models import Comment
from collab.registry import registry
from collab.registry.plugin import Notice, Told
from collab.rights.actor import Actor
from collab.rights.right import Right


def mentioned(space_id: int, changes: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield the people whom a comment names."""
    for change in changes:
        if _names(change):
            yield from ((person, change) for person in change.after["people"])


def answered(space_id: int, changes: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield those who wrote before in the thread that a comment answers; whom it names hears of that. One query."""
    about = [(change, parent) for change in changes if change.kind == "comment" and (parent := _parent(change))]
    if not about:
        return
    threads = {parent for _change, parent in about}
    named = {one.after["comment"]: set(one.after["people"]) for one in changes if _names(one)}
    wrote: dict[int, dict[int, int]] = {}
    said = Comment.objects.filter(Q(pk__in=threads) | Q(parent__in=threads), deleted_at=None).exclude(author=None)
    for pk, parent, author in said.values_list("pk", "parent_id", "author_id"):
        first = wrote.setdefault(parent or pk, {})
        first[author] = min(pk, first.get(author, pk))
    for change, parent in about:
        comment = change.after["comment"]
        people = {author for author, first in wrote.get(parent, {}).items() if first < comment}
        yield from ((person, change) for person in sorted(people - named.get(comment, set())))


def say_mentioned(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say where one is named, as far as it may be seen still."""
    return _say(actor, notes, _("mentioned you in a comment on it"))


def say_answered(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say where one is answered."""
    return _say(actor, notes, _("answered your comment on it"))


def _say(actor: Actor, notes: list[Any], text: str) -> dict[int, Told]:
    found = registry.many({(note.ref_kind, pk) for note in notes for pk in note.refs})
    actor.look(found.values())
    told = {}
    for note in notes:
        thing = found.get((note.ref_kind, note.refs[-1]))
        if thing is not None and actor.can(thing, Right.SEE):
            told[note.pk] = Told(0, text, kinds.title(note.ref_kind, thing))
    return told


def _names(change: Any) -> bool:
    return change.kind == "mention" and {"comment", "people"} <= (change.after or {}).keys()


def _parent(change: Any) -> int | None:
    parent = (change.after or {}).get("parent")
    return parent if isinstance(parent, int) else None


NOTICES = (
    Notice(
        "mentioned", gettext_lazy("Comments that name me"), gettext_lazy("because it names you"),
        whom=mentioned, say=say_mentioned,
    ),
    Notice(
        "answered", gettext_lazy("Answers to my comments"), gettext_lazy("because you wrote in this conversation"),
        whom=answered, say=say_answered,
    ),
)  # fmt: skip
