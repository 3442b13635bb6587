"""Comments, labels and stars of things of every kind."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Status

from collab.api import mark_words, spaces, things
from collab.api.door import asking, scope_of
from collab.api.pages import Asking, page
from collab.lib import paging
from collab.lib.errors import NotFound
from collab.lib.text import fold
from collab.marks import kinds, reading
from collab.marks import labels as known
from collab.marks.actions import commenting, keeping, labelling, starring
from collab.marks.models import Comment, Label
from collab.rights.actor import Actor

comments = Router(tags=["comments"])
labels = Router(tags=["labels"])
in_spaces = Router(tags=["labels"])
favourites = Router(tags=["favourites"])


@comments.get("/{slug:kind}/{int:thing_id}", response=mark_words.Comments, summary="What is said about a thing")
def said(request: HttpRequest, kind: str, thing_id: int, asked: Query[Asking]) -> Any:
    """Comments and answers, the oldest first; whoever sees the thing reads them."""
    actor, thing = _find(request, kind, thing_id)
    found = Comment.objects.filter(kind=kind, object_id=thing.pk, deleted_at=None)
    rows, following = page(found.select_related("author", "resolved_by"), asked)
    return {"items": _records(actor, thing, rows), "next": following}


@comments.post("/{slug:kind}/{int:thing_id}", response={201: mark_words.Comment}, summary="Comment on a thing")
def comment(request: HttpRequest, kind: str, thing_id: int, wanted: mark_words.NewComment) -> Any:
    """Or answer a comment. Refused when it names somebody who cannot see the thing."""
    actor, thing = _find(request, kind, thing_id)
    made = commenting.write(actor, thing, wanted.text, parent=wanted.parent)
    return Status(201, _records(actor, thing, [made])[0])


@comments.patch("/{int:comment_id}", response=mark_words.Comment, summary="Change a comment")
def change_comment(request: HttpRequest, comment_id: int, wanted: mark_words.CommentText) -> Any:
    """Your own."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.edit(actor, found, wanted.text)
    return _one(request, comment_id)


@comments.delete("/{int:comment_id}", response={204: None}, summary="Delete a comment")
def delete_comment(request: HttpRequest, comment_id: int) -> Any:
    """Your own, or any on what you manage; answers stay."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.delete(actor, found)
    return Status(204, None)


@comments.put("/{int:comment_id}/resolution", response=mark_words.Comment, summary="Resolve a thread")
def resolve(request: HttpRequest, comment_id: int) -> Any:
    """It is settled; anybody who comments here may take it up again."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.resolve(actor, found, resolved=True)
    return _one(request, comment_id)


@comments.delete("/{int:comment_id}/resolution", response=mark_words.Comment, summary="Reopen a thread")
def reopen(request: HttpRequest, comment_id: int) -> Any:
    """It is not settled after all."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.resolve(actor, found, resolved=False)
    return _one(request, comment_id)


@comments.put("/{int:comment_id}/reactions/{str:emoji}", response=mark_words.Comment, summary="React to a comment")
def react(request: HttpRequest, comment_id: int, emoji: str) -> Any:
    """With one of the signs that pages offer."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.react(actor, found, emoji, on=True)
    return _one(request, comment_id)


@comments.delete("/{int:comment_id}/reactions/{str:emoji}", response=mark_words.Comment, summary="Take a reaction back")
def react_no_more(request: HttpRequest, comment_id: int, emoji: str) -> Any:
    """Your own."""
    actor, found, _thing = _comment(request, comment_id)
    commenting.react(actor, found, emoji, on=False)
    return _one(request, comment_id)


@labels.get("/{slug:kind}/{int:thing_id}", response=mark_words.Labels, summary="Labels of a thing")
def labels_of(request: HttpRequest, kind: str, thing_id: int) -> Any:
    """Whoever sees the thing sees them."""
    _actor, thing = _find(request, kind, thing_id)
    return {"items": [_label(one) for one in known.on(kind, [thing.pk]).get(thing.pk, [])]}


@labels.put("/{slug:kind}/{int:thing_id}", response=mark_words.Labels, summary="Label a thing")
@transaction.atomic
def label_thing(request: HttpRequest, kind: str, thing_id: int, wanted: mark_words.LabelNames) -> Any:
    """It bears exactly these from now on."""
    actor, thing = _find(request, kind, thing_id)
    names = {fold(name): name for one in wanted.names if (name := labelling.checked_name(one))}
    there = known.on(kind, [thing.pk]).get(thing.pk, [])
    labelling.label(actor, [thing], remove=[one.pk for one in there if one.folded not in names])
    for folded, name in names.items():
        if folded not in {one.folded for one in there}:
            labelling.label(actor, [thing], new=name)
    return {"items": [_label(one) for one in known.on(kind, [thing.pk]).get(thing.pk, [])]}


@labels.get("/{int:label_id}/things", response=mark_words.Things, summary="What bears a label")
def bearing(request: HttpRequest, label_id: int, asked: Query[Asking]) -> Any:
    """Of every kind that you see, the latest first."""
    actor = asking(request)
    label = known.find(actor, label_id)
    return _things(known.under(actor, label, asked.limit + 1, _before(asked)), asked)


@labels.patch("/{int:label_id}", response=mark_words.Label, summary="Change a label")
def change_label(request: HttpRequest, label_id: int, wanted: mark_words.LabelChanges) -> Any:
    """For who manages its space."""
    actor = asking(request)
    fields = wanted.dict(exclude_unset=True)
    return _label(keeping.edit(actor, known.find(actor, label_id), **fields))


@labels.delete("/{int:label_id}", response={204: None}, summary="Delete a label")
def delete_label(request: HttpRequest, label_id: int) -> Any:
    """It comes off everything; for who manages its space."""
    actor = asking(request)
    keeping.delete(actor, known.find(actor, label_id))
    return Status(204, None)


@in_spaces.get("/{int:space_id}/labels", response=mark_words.Labels, summary="Labels of a space")
def space_labels(request: HttpRequest, space_id: int) -> Any:
    """By name."""
    actor = asking(request)
    return {"items": [_label(one) for one in known.offered(actor, spaces.find(actor, space_id))]}


@in_spaces.post("/{int:space_id}/labels", response={201: mark_words.Label}, summary="Make a label")
def make_label(request: HttpRequest, space_id: int, wanted: mark_words.NewLabel) -> Any:
    """For who manages the space; who edits a thing may label it with a new word too."""
    actor = asking(request)
    return Status(201, _label(keeping.make(actor, spaces.find(actor, space_id), wanted.name, wanted.hue or "")))


@favourites.get("", response=mark_words.Things, summary="What you starred")
def starred(request: HttpRequest, asked: Query[Asking]) -> Any:
    """As far as you still see it, the latest first."""
    actor = asking(request)
    return _things(known.favourites(actor, asked.limit + 1, _before(asked)), asked)


@favourites.put("/{slug:kind}/{int:thing_id}", response={204: None}, summary="Star a thing")
def star(request: HttpRequest, kind: str, thing_id: int) -> Any:
    """For yourself; nobody is told."""
    actor, thing = _find(request, kind, thing_id)
    starring.star(actor, kind, thing, starred=True)
    return Status(204, None)


@favourites.delete("/{slug:kind}/{int:thing_id}", response={204: None}, summary="Take a star away")
def star_no_more(request: HttpRequest, kind: str, thing_id: int) -> Any:
    """Your own."""
    actor, thing = _find(request, kind, thing_id)
    starring.star(actor, kind, thing, starred=False)
    return Status(204, None)


def _find(request: HttpRequest, kind: str, thing_id: int) -> tuple[Actor, Any]:
    actor = asking(request, scope_of(kind))
    return actor, kinds.find(actor, kind, thing_id)


def _comment(request: HttpRequest, comment_id: int) -> tuple[Actor, Comment, Any]:
    """Return who asks, the comment and its thing; the password must be made for things of that kind."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kind = Comment.objects.filter(pk=comment_id).values_list("kind", flat=True).first()
    if kind is None:
        raise NotFound
    asking(request, scope_of(kind))
    return actor, *commenting.find(actor, comment_id)


def _one(request: HttpRequest, comment_id: int) -> dict[str, Any]:
    actor, comment, thing = _comment(request, comment_id)
    return _records(actor, thing, [comment])[0]


def _records(actor: Actor, thing: Any, rows: list[Comment]) -> list[dict[str, Any]]:
    signs = reading.signs([row.pk for row in rows], actor)
    return [
        {
            "id": row.pk,
            "thing": {"kind": row.kind, "id": row.object_id},
            "parent": row.parent_id,
            "text": row.body,
            "by": things.person(row.author),
            "at": row.created_at,
            "edited_at": row.edited_at,
            "resolved_at": row.resolved_at,
            "resolved_by": things.person(row.resolved_by),
            "reactions": [{"emoji": one.emoji, "count": one.count, "mine": one.mine} for one in signs.get(row.pk, [])],
        }
        for row in rows
    ]


def _label(label: Label) -> dict[str, Any]:
    return {"id": label.pk, "space": label.space_id, "name": label.name, "hue": label.hue}


def _before(asked: Asking) -> int | None:
    return known.cursor_of(paging.unseal(asked.cursor, 1))


def _things(found: list[tuple[known.Ref, int]], asked: Asking) -> dict[str, Any]:
    shown = found[: asked.limit]
    items = [{"kind": kind, "id": pk} for (kind, pk), _cursor in shown]
    return {"items": items, "next": paging.seal([shown[-1][1]]) if len(found) > asked.limit else None}
