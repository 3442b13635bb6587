"""Files that come with what is said: in the space's own folder, seen by those who read the channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from chat import queries
from chat.actions import posting
from chat.models import Channel, Seat
from collab.lib.errors import Forbidden
from collab.registry import registry
from collab.registry.ports import FileStore
from collab.rights.actor import Actor
from collab.spaces.models import Space

MOST, EACH, TOGETHER = 10, 250 * 10**6, 500 * 10**6
"""Files of one message, bytes of each and of all."""


def send(actor: Actor, channel: Channel, text: str, files: Sequence[Any], **how: Any) -> posting.Said:
    """Say something with these files, all or nothing. Raises as `posting.say`."""
    if not files:
        return posting.say_once(actor, channel, text, **how)
    store = registry.files()
    if store is None or actor.user is None:
        raise Forbidden
    return posting.say_once(actor, channel, text, bring=lambda: keep(actor, store, channel, files), **how)


def keep(actor: Actor, store: FileStore, channel: Channel, files: Sequence[Any]) -> list[int]:
    """Keep files for the channel, seen by those who read it; in the transaction at hand. Returns their ids."""
    return (_keep_between if channel.is_between else _keep)(actor, store, channel, files)


def place(name: str) -> tuple[str, str]:
    """Return the path of the folder for a channel or a conversation of this name."""
    return _("Discussions"), name[:120].replace("/", "-").replace("\\", "-").strip(". ") or "…"


def _keep(actor: Actor, store: FileStore, channel: Channel, files: Sequence[Any]) -> list[int]:
    """Keep them in the space of the channel; where it has its own people, these alone see them.

    It is read anew under the lock of its space: files take minutes to arrive, and it may have turned private meanwhile.
    """
    channel.hold()
    kept = store.keep(
        actor, channel.space, place(channel.title), files, circle=channel.circle, folder=channel.folder
    )  # fmt: skip
    if kept.folder != channel.folder:
        Channel.objects.filter(pk=channel.pk).update(folder=kept.folder)
    return kept.ids


def _keep_between(actor: Actor, store: FileStore, channel: Channel, files: Sequence[Any]) -> list[int]:
    """Keep them among the sender's own files, seen by who is in the conversation. A guest, who owns none, adds them to
    the files of the member in whose space the conversation lies."""
    user: Any = actor.user
    seat, _made = Seat.objects.get_or_create(channel=channel, user=user, defaults={"read": channel.number})
    space = Space.objects.select_related("acl", "owner").filter(owner=user).first() or channel.space
    name = channel.title or ", ".join(str(one) for one in queries.others(channel, user))
    kept = store.keep(actor, space, place(name), files, circle=channel.circle, folder=seat.folder)
    if kept.folder != seat.folder:
        Seat.objects.filter(pk=seat.pk).update(folder=kept.folder)
    return kept.ids
