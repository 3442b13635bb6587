"""Comments: writing, answering, changing, taking back, resolving, reacting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.events import log
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge, TooMany
from collab.marks import kinds
from collab.marks.actions import mentioning
from collab.marks.actions.common import checked, hold, record
from collab.marks.models import Comment, Mention, Reaction
from collab.marks.words import REACTIONS
from collab.rights.actor import Actor
from collab.rights.right import Right

LONGEST = 10_000
MOST_ANSWERS = 100
KEPT = timedelta(days=1)
"""So long a comment that was taken back can be brought back by whoever did it."""
MOST_AT_ONCE, PACE = 30, timedelta(minutes=1)
"""So many comments a person may write in that time: each may ring at many people's."""
LONGEST_BY_VISITOR, MOST_BY_VISITORS = 2000, 500
EMPTY = _("Write something first.")
NAMELESS = _("Write your name, so that others know who writes.")


def find(actor: Actor, pk: int) -> tuple[Comment, Any]:
    """Return a living comment and the thing it is about. Raises NotFound where the actor does not see the thing."""
    comment = Comment.objects.select_related("parent").filter(pk=pk, deleted_at=None).first()
    if comment is None:
        raise NotFound
    return comment, kinds.find(actor, comment.kind, comment.object_id)


@transaction.atomic
def write(actor: Actor, thing: Any, body: str, *, parent: int | None = None) -> Comment:
    """Write about the thing, or answer `parent`; who is named with an “@” is told. Needs COMMENT.

    Raises BadInput (nothing, too much, or somebody named who cannot see it), Conflict, NotFound, TooMany.
    """
    body = checked(body, LONGEST, EMPTY)
    user = hold(actor, thing, Right.COMMENT)
    _require_pace(user)
    named = mentioning.of(actor, thing, body)
    comment = Comment.objects.create(
        kind=thing.REF_KIND, object_id=thing.pk, space_id=thing.space_id, author=user, body=body,
        parent=_answered(thing, parent),
    )  # fmt: skip
    answered: dict[str, Any] = {"parent": comment.parent_id} if comment.parent_id else {}
    record(user, thing, "comment", comment=comment.pk, **answered)
    _name(user, thing, comment, named, named.people)
    return comment


@transaction.atomic
def write_as_visitor(actor: Actor, thing: Any, name: str, body: str) -> Comment:
    """Write through a public link, under the `name` that a visitor says. Needs COMMENT; names nobody with an “@”.

    Raises BadInput, Forbidden, TooLarge. How often one may is the door's question.
    """
    body, name = checked(body, LONGEST_BY_VISITOR, EMPTY), checked(name, 100, NAMELESS)
    if not name.isprintable():
        raise BadInput(NAMELESS)
    thing.hold()
    actor.forget()
    actor.require(thing, Right.COMMENT)
    about = {"kind": thing.REF_KIND, "object_id": thing.pk}
    if Comment.objects.filter(**about).exclude(visitor="").count() >= MOST_BY_VISITORS:
        raise TooLarge(_("This discussion has as many comments as it can hold."))
    comment = Comment.objects.create(**about, space_id=thing.space_id, visitor=name, body=body)
    log.record(
        thing.space_id, "comment", (thing.REF_KIND, thing.pk), None, after={"comment": comment.pk, "visitor": True}
    )
    return comment


@transaction.atomic
def take_out(actor: Actor, thing: Any, pk: int) -> None:
    """Take a visitor's comment out of the discussion. Needs EDIT on the thing: a link may have it, MANAGE never."""
    thing.hold()
    actor.forget()
    actor.require(thing, Right.EDIT)
    found = Comment.objects.filter(pk=pk, kind=thing.REF_KIND, object_id=thing.pk, deleted_at=None).exclude(visitor="")
    if not found.update(deleted_at=timezone.now()):
        raise NotFound
    log.record(thing.space_id, "comment-delete", (thing.REF_KIND, thing.pk), None, after={"comment": pk})


@transaction.atomic
def edit(actor: Actor, comment: Comment, body: str) -> None:
    """Write one's own comment anew; only who was not named before is told. Raises as `write`."""
    thing = kinds.find(actor, comment.kind, comment.object_id)
    body = checked(body, LONGEST, EMPTY)
    user = hold(actor, thing, Right.COMMENT)
    now = _again(comment)
    if now.author_id != user.pk:
        raise Forbidden(_("Only its author can change a comment."))
    if now.body == body:
        return
    named = mentioning.of(actor, thing, body)
    before = mentioning.known_to(now)
    Mention.objects.filter(comment=now).delete()
    now.body, now.edited_at = body, timezone.now()
    now.save(update_fields=["body", "edited_at"])
    record(user, thing, "comment-edit", comment=now.pk)
    _name(user, thing, now, named, [pk for pk in named.people if pk not in before])


@transaction.atomic
def delete(actor: Actor, comment: Comment) -> None:
    """Take a comment back: one's own, or any with MANAGE on the thing. Its answers stay."""
    thing = kinds.find(actor, comment.kind, comment.object_id)
    user = hold(actor, thing, Right.SEE)
    now = _again(comment)
    if now.author_id != user.pk:
        actor.require(thing, Right.MANAGE)
    now.deleted_at, now.deleted_by = timezone.now(), user
    now.save(update_fields=["deleted_at", "deleted_by"])
    record(user, thing, "comment-delete", comment=now.pk)


@transaction.atomic
def restore(actor: Actor, pk: int) -> None:
    """Bring back what one took back oneself a moment ago. Raises NotFound, Conflict (too late)."""
    gone = Comment.objects.filter(pk=pk, deleted_at__isnull=False).first()
    if gone is None or actor.user is None or gone.deleted_by_id != actor.user.pk:
        raise NotFound
    thing = kinds.find(actor, gone.kind, gone.object_id)
    user = hold(actor, thing, Right.SEE)
    now = Comment.objects.select_for_update(of=("self",)).filter(pk=pk, deleted_at__isnull=False).first()
    if now is None or not now.body:
        raise Conflict(_("It is too late to bring this comment back."))
    if now.author_id != user.pk:
        actor.require(thing, Right.MANAGE)
    now.deleted_at = now.deleted_by = None
    now.save(update_fields=["deleted_at", "deleted_by"])
    record(user, thing, "comment-restore", comment=now.pk)


@transaction.atomic
def resolve(actor: Actor, comment: Comment, *, resolved: bool) -> None:
    """Set a thread aside as settled, or take it up again. Needs COMMENT."""
    thing = kinds.find(actor, comment.kind, comment.object_id)
    user = hold(actor, thing, Right.COMMENT)
    now = _again(comment)
    if now.parent_id is not None:
        raise BadInput(_("Resolve what begins the thread, not an answer."))
    if bool(now.resolved_at) == resolved:
        return
    now.resolved_at, now.resolved_by = (timezone.now(), user) if resolved else (None, None)
    now.save(update_fields=["resolved_at", "resolved_by"])
    record(user, thing, "resolve" if resolved else "reopen", comment=now.pk)


@transaction.atomic
def react(actor: Actor, comment: Comment, emoji: str, *, on: bool) -> None:
    """Put one of the known signs under a comment, or take one's own away. Needs COMMENT."""
    if emoji not in REACTIONS:
        raise BadInput(_("Choose one of the signs that are offered."))
    thing = kinds.find(actor, comment.kind, comment.object_id)
    user = hold(actor, thing, Right.COMMENT)
    now = _again(comment)
    mine = Reaction.objects.filter(comment=now, user=user, emoji=emoji)
    if mine.exists() == on:
        return
    if on:
        Reaction.objects.create(comment=now, user=user, emoji=emoji)
    else:
        mine.delete()
    record(user, thing, "react", comment=now.pk)


def _answered(thing: Any, parent: int | None) -> Comment | None:
    """Return what begins the thread that is answered. Raises NotFound, Conflict (a thread that is full)."""
    if parent is None:
        return None
    of_thing = Comment.objects.filter(kind=thing.REF_KIND, object_id=thing.pk)
    found = of_thing.select_related("parent").filter(pk=parent).first()
    found = found.parent or found if found else None
    if found is None or (found.deleted_at and not found.answers.filter(deleted_at=None).exists()):
        raise NotFound(_("The comment that you answer is gone. What you wrote is kept here."))
    if found.answers.count() >= MOST_ANSWERS:
        raise Conflict(_("This thread is long. Begin a new one."))
    return found


def _again(comment: Comment) -> Comment:
    """Read the comment under the lock of its space; it may have been taken back meanwhile."""
    now = Comment.objects.select_for_update(of=("self",)).filter(pk=comment.pk, deleted_at=None).first()
    if now is None:
        raise NotFound
    return now


def _name(user: User, thing: Any, comment: Comment, named: mentioning.Named, people: list[int]) -> None:
    """Keep whom the comment names, and tell those people."""
    Mention.objects.bulk_create(
        Mention(comment=comment, principal=principal, token=token) for token, principal in named.principals.items()
    )
    if people:
        record(user, thing, "mention", comment=comment.pk, people=people)


def _require_pace(user: User) -> None:
    lately = Comment.objects.filter(author=user, created_at__gt=timezone.now() - PACE)
    if lately.count() >= MOST_AT_ONCE:
        raise TooMany(_("You write very fast. Wait a minute, then send your comment again."), retry_after=60)
