"""Files that come with what is said: in the space's own folder, seen by those who read the channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import queries
from chat.actions import posting
from chat.models import Channel, Seat
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.registry import registry
from collab.registry.ports import FileStore, Kept
from collab.rights.actor import Actor
from collab.spaces.models import Space

MOST, EACH, TOGETHER = 10, 250 * 10**6, 500 * 10**6
"""Files of one message, bytes of each and of all."""
LOST = gettext_lazy("A file that you chose is gone, or you may not read it any more.")


@dataclass(frozen=True)
class Chosen:
    """Ids of files that lie here already: `stay` where they are, with their own rights; copies of `copied` are made.

    `waiting`: those that wait among the sender's own files for a message that is said later; they come themselves.
    """

    stay: tuple[int, ...] = ()
    copied: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()

    @property
    def all(self) -> list[int]:
        return [*self.waiting, *self.stay, *self.copied]


NONE = Chosen()


def send(
    actor: Actor, channel: Channel, text: str, files: Sequence[Any], chosen: Chosen = NONE, **how: Any
) -> posting.Said:  # fmt: skip
    """Say something with these files, all or nothing. Raises as `posting.say`, and as `bring`."""
    if not files and not chosen.all:
        return posting.say_once(actor, channel, text, **how)
    return posting.say_once(actor, channel, text, bring=lambda: bring(actor, channel, files, chosen), **how)


def bring(actor: Actor, channel: Channel, files: Sequence[Any], chosen: Chosen) -> list[int]:
    """Keep what arrived, copy what is to be copied, and return the ids of all; in the transaction at hand.

    What was chosen must be the actor's to read. Raises Forbidden, BadInput (too many), Conflict (gone, or not theirs).
    """
    store = registry.files()
    if store is None or actor.user is None:
        raise Forbidden
    if len(files) + len(chosen.all) > MOST:
        raise BadInput(_("At most %(count)d files go with one message.") % {"count": MOST})
    if len(store.cards(actor, chosen.all)) < len(chosen.all):
        raise Conflict(LOST)
    put = _put_between if channel.is_between else _put
    if here := [*chosen.waiting, *chosen.copied]:
        space = _own(actor, channel) if channel.is_between else channel.space
        store.hold(space.pk, here)  # all at once, in their order: the channel takes the lock of its space again
    came = put(actor, partial(store.copy, move=True), channel, chosen.waiting) if chosen.waiting else []
    made = put(actor, store.copy, channel, chosen.copied) if chosen.copied else []
    return [*came, *(keep(actor, store, channel, files) if files else []), *made, *chosen.stay]


def wait(actor: Actor, files: Sequence[Any], chosen: Chosen) -> list[int]:
    """Keep files among the actor's own, seen by nobody else, until they are said. Returns their ids.

    Raises as `bring`.
    """
    store = registry.files()
    if store is None or actor.user is None:
        raise Forbidden
    if len(files) + len(chosen.all) > MOST:
        raise BadInput(_("At most %(count)d files go with one message.") % {"count": MOST})
    if len(store.cards(actor, chosen.all)) < len(chosen.all):
        raise Conflict(LOST)
    if not files:
        return []
    own = Space.objects.select_related("acl", "owner").filter(owner=actor.user).first()
    if own is None:
        raise Forbidden(_("You have no files of your own in which these could wait. Send them now, or without files."))
    return store.keep(actor, own, (_("Discussions"), _("To be sent")), files).ids


def keep(actor: Actor, store: FileStore, channel: Channel, files: Sequence[Any]) -> list[int]:
    """Keep files for the channel, seen by those who read it; in the transaction at hand. Returns their ids."""
    return (_put_between if channel.is_between else _put)(actor, store.keep, channel, files)


def place(name: str) -> tuple[str, str]:
    """Return the path of the folder for a channel or a conversation of this name."""
    return _("Discussions"), name[:120].replace("/", "-").replace("\\", "-").strip(". ") or "…"


def _put(actor: Actor, put: Callable[..., Kept], channel: Channel, files: Sequence[Any]) -> list[int]:
    """Put them in the space of the channel; where it has its own people, these alone see them.

    It is read anew under the lock of its space: files take minutes to arrive, and it may have turned private meanwhile.
    """
    channel.hold()
    kept = put(actor, channel.space, place(channel.title), files, circle=channel.circle, folder=channel.folder)
    if kept.folder != channel.folder:
        Channel.objects.filter(pk=channel.pk).update(folder=kept.folder)
    return kept.ids


def _put_between(actor: Actor, put: Callable[..., Kept], channel: Channel, files: Sequence[Any]) -> list[int]:
    """Put them among the sender's own files, seen by who is in the conversation. A guest, who owns none, adds them to
    the files of the member in whose space the conversation lies."""
    user: Any = actor.user
    seat, _made = Seat.objects.get_or_create(channel=channel, user=user, defaults={"read": channel.number})
    space = _own(actor, channel)
    name = channel.title or ", ".join(str(one) for one in queries.others(channel, user))
    kept = put(actor, space, place(name), files, circle=channel.circle, folder=seat.folder)
    if kept.folder != seat.folder:
        Seat.objects.filter(pk=seat.pk).update(folder=kept.folder)
    return kept.ids


def _own(actor: Actor, channel: Channel) -> Space:
    """Return the space in which the files of whoever speaks between people lie."""
    return Space.objects.select_related("acl", "owner").filter(owner=actor.user).first() or channel.space
