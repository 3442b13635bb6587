"""Polls found by words: their titles, texts and options; never what somebody answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.lib.routes import reverse
from collab.marks import labels
from collab.registry.plugin import Text
from collab.registry.searching import Command, Search, Shown, Written, page
from collab.rights.actor import Actor
from collab.rights.right import Right
from polls.models import Option, Poll


def found_by(actor: Actor) -> Any:
    """Return the living polls that the actor sees."""
    return Poll.objects.living().visible_to(actor)


def write(ids: list[int]) -> dict[int, Written]:
    """Return what the index keeps of these polls."""
    words: dict[int, list[str]] = {}
    for poll, text in Option.objects.filter(poll__in=ids, removed_at=None).values_list("poll_id", "text"):
        words.setdefault(poll, []).append(text)
    return {
        one.pk: Written(one.title, one.space_id, one.created_at, "\n".join([one.text, *words.get(one.pk, ())]))
        for one in Poll.objects.filter(pk__in=ids)
    }


def show(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """Return how a list of results draws them."""
    return {
        pk: Shown(
            one.title, reverse("polls:poll", args=[pk]), "poll", one.space.name, one.space.slug,
            str(one.created_by or ""), one.created_at, archived=one.archived_at is not None,
        )
        for pk, one in Poll.objects.select_related("space", "created_by").in_bulk(ids).items()
    }  # fmt: skip


def with_label(objects: Any, actor: Actor, value: str) -> Any:
    """Narrow to what bears a label of this name."""
    return objects.filter(pk__in=labels.labelled(Poll.REF_KIND, [value]))


def new(actor: Any, space: Any) -> str:
    """Return where a poll is begun: in the space one is in, where one may."""
    if actor.user is None:
        return ""
    if space is not None and not space.archived_at and actor.can(space, Right.ADD):
        return f"{reverse('polls:new')}?space={space.pk}"
    return "" if actor.user.is_guest else reverse("polls:new")


_LABEL: Text = _("Polls")
SEARCH = Search(
    "poll", label=_LABEL, icon="poll", objects=found_by, show=show, name="title", space="space", by="created_by",
    everything=Poll.objects.all, write=write, filters={"tag": with_label}, words=("poll", "sondage", "vote"),
    at=page("polls:poll"),
)  # fmt: skip
COMMANDS = (Command(_("New poll"), "poll", new),)
