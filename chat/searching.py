"""Channels found by name in the one box of Ctrl K, and what is begun from there; words of messages: `finding`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from chat import packing
from chat.actions import reserving
from chat.models import Channel
from collab.accounts import ranks
from collab.lib.routes import reverse
from collab.registry.plugin import Text
from collab.registry.searching import Command, Search, Shown, Written, page
from collab.rights.actor import Actor


def found_by(actor: Actor) -> Any:
    """Return the living channels of spaces that the actor sees."""
    return Channel.objects.living().rooms().visible_to(actor)


def everything() -> Any:
    """Return all channels of spaces."""
    return Channel.objects.rooms()


def write(ids: list[int]) -> dict[int, Written]:
    """Return what the index keeps of these channels."""
    rows = Channel.objects.rooms().filter(pk__in=ids)
    return {one.pk: Written(one.title, one.space_id, one.last_at or one.created_at, one.purpose) for one in rows}


def show(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """Return how a list of results draws them."""
    return {
        pk: Shown(
            one.title, reverse("chat:channel", args=[pk]), "lock" if one.form == Channel.Form.CLOSED else "hash",
            one.space.name, one.space.slug, at=one.last_at or one.created_at, note=one.purpose,
            archived=one.archived_at is not None,
        )
        for pk, one in Channel.objects.select_related("space").in_bulk(ids).items()
    }  # fmt: skip


def new(actor: Any, space: Any) -> str:
    """Return where a channel is begun: in the space one is in, where one may."""
    if actor.user is None or actor.user.is_guest:
        return ""
    there = space is not None and not space.archived_at and actor.can(space, reserving.needed(space))
    return f"{reverse('chat:new')}?space={space.slug}" if there else reverse("chat:new")


def write_to(actor: Any, space: Any) -> str:
    """Return where one writes to somebody."""
    return reverse("chat:write") if actor.user is not None else ""


def messages(actor: Any, space: Any) -> str:
    """Return where messages are searched."""
    return reverse("chat:search") if actor.user is not None else ""


def take_out(actor: Any, space: Any) -> str:
    """Return where all channels that one manages are taken out."""
    return reverse("chat:export-all") if actor.user is not None and packing.managed(actor).exists() else ""


def bots(actor: Any, space: Any) -> str:
    """Return where bots are made."""
    return "" if actor.user is None or actor.user.is_guest else reverse("chat:bots")


def bring_over(actor: Actor, space: Any) -> str:
    """Return where administrators bring talk over from another house."""
    may = actor.user is not None and ranks.may(actor.user, "set.docspace")
    return reverse("chat:imports") if may else ""


_LABEL: Text = _("Channels")
SEARCH = Search(
    Channel.REF_KIND, label=_LABEL, icon="hash", objects=found_by, show=show, name="title", space="space",
    everything=everything, write=write, words=("channel", "salon", "chat", "discussion"),
    at=page("chat:channel"),
)  # fmt: skip
COMMANDS = (
    Command(_("New channel"), "hash", new),
    Command(_("Write to someone"), "chat", write_to),
    Command(_("Search in messages"), "search", messages),
    Command(_("Export all channels"), "download", take_out),
    Command(_("Bots"), "key", bots),
    Command(_("Import from Mattermost or Slack"), "upload", bring_over),
)
