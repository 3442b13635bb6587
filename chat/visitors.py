"""Who came into a channel by a public link, found again by their browser: their rights are those of the link, asked
anew each time; what they read begins where they came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.db import SessionStore

from chat import house_settings, queries
from chat.models import Channel, Visitor
from chat.queries import Mine
from collab.lib.errors import NotFound
from collab.registry import house
from collab.rights import links, switches
from collab.rights.actor import Actor
from collab.rights.models import Grant, Link
from collab.shell.opened import Visit

ME = "chat-visitor"
"""Under which a visit to a link remembers who came in by it."""


@dataclass(frozen=True)
class Here(Mine):
    """A channel as a visitor has it: they read from where they came in, and keep and moderate nothing."""

    visitor: Visitor | None = None

    @property
    def since(self) -> int:
        return self.visitor.since if self.visitor is not None else 0

    @property
    def may_attach(self) -> bool:
        return False


@dataclass(frozen=True)
class Guest:
    """A visitor as they stand now: `actor` is nobody but the link."""

    visitor: Visitor
    actor: Actor
    channel: Channel
    link: Link

    @property
    def is_in(self) -> bool:
        return self.visitor.state == Visitor.State.IN

    def here(self) -> Here:
        """Return the channel as they have it. Raises NotFound where they wait, or the link shows it no longer."""
        if not self.is_in:
            raise NotFound
        mine = queries.mine(self.actor, self.channel.pk)
        return Here(mine.channel, mine.mask, None, (), self.visitor)


def may_come() -> bool:
    """Whether people without an account come into channels of this house."""
    return bool(house.get(house_settings.VISITORS))


def of(link: Link, channel: Channel, pk: Any) -> Guest | None:
    """Return the visitor of this number who came by this link; None where there is none."""
    if not isinstance(pk, int):
        return None
    visitor = Visitor.objects.filter(pk=pk, link=link, channel=channel).first()
    return Guest(visitor, Actor.nobody().with_links([link]), channel, link) if visitor is not None else None


def of_session(session_key: str, pk: int) -> Guest | None:
    """Return the visitor of this number, if they sit before this session and the link opens the channel for it still.

    None for all else alike: a link that was stopped, ended or is suspended, a new password, a house or a space that
    lets nobody in any more.
    """
    rows = Visitor.objects.select_related("link__created_by", "link__principal", "channel__space", "channel__acl")
    found = rows.filter(pk=pk, channel__deleted_at=None, channel__space__archived_at=None).first()
    link = found.link if found is not None else None
    if found is None or link is None:
        return None
    channel = found.channel
    visit = Visit.of(SessionStore(session_key), link)
    house.forget()
    on = may_come() and switches.is_kind_on(Channel.REF_KIND, Actor.nobody())
    if not on or visit.recall(ME) != pk or not visit.unlocks(link) or not links.still_opens(link):
        return None
    return Guest(found, Actor.nobody().with_links([link]), channel, link)


def end_of(link: Link) -> Any:
    """Return when the link ends, None for never."""
    return Grant.objects.filter(principal=link.principal_id).values_list("expires_at", flat=True).first()
