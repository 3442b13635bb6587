"""What people are at: read with its end, and only of those whom the reader may find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from collab.accounts.models import User
from collab.profiles.models import Status
from collab.profiles.predefined import PREDEFINED
from collab.rights import whom
from collab.rights.actor import Actor

Kind = Status.Kind
TOLD = frozenset({Kind.AWAY, Kind.BUSY, Kind.DND})
"""What is said beside a name; that somebody is available is the rule."""


@dataclass(frozen=True)
class Shown:
    """A status as it is at a moment. `kind` is "" where nothing was said; `clear_at`: when the message goes."""

    kind: str = ""
    icon: str = ""
    message: str = ""
    predefined: str = ""
    clear_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.kind or self.icon or self.message)

    @property
    def word(self) -> str:
        """What the kind is called, "" for what goes without saying."""
        return str(Kind(self.kind).label) if self.kind in TOLD else ""

    @property
    def told(self) -> bool:
        """Whether there is something to be read beside the name."""
        return bool(self.word or self.icon or self.message)


NOTHING = Shown()


def at(row: Status | None, now: datetime) -> Shown:
    """Return what the row says at this moment, to the person themselves."""
    if row is None:
        return NOTHING
    kind = row.kind if row.kind_until is None or row.kind_until > now else ""
    if row.clear_at is not None and row.clear_at <= now:
        return Shown(kind)
    ready = PREDEFINED.get(row.predefined)
    if ready is not None:
        return Shown(kind, ready.icon, str(ready.label), ready.id, row.clear_at)
    return Shown(kind, row.icon, row.message, "", row.clear_at)


def own(user: User, now: datetime | None = None) -> Shown:
    """Return what the person says of themselves."""
    return at(Status.objects.filter(pk=user.pk).first(), now or timezone.now())


def for_others(shown: Shown) -> Shown:
    """Return what others read: who is invisible is away from the house, and says nothing."""
    return Shown(Kind.OFFLINE) if shown.kind == Kind.INVISIBLE else shown


def said_by(person: User, now: datetime | None = None) -> Shown | None:
    """Return what somebody whom the reader found says, read with them (`select_related("status")`)."""
    row: Status | None = getattr(person, "status", None)
    return for_others(at(row, now or timezone.now())) or None


def visible(actor: Actor) -> QuerySet[Status]:
    """Return the statuses of those whom the actor may find."""
    if actor.user is None:
        return Status.objects.none()
    return Status.objects.filter(user__in=whom.people(actor)).select_related("user")


def of(actor: Actor, ids: Iterable[int], now: datetime | None = None) -> dict[int, Shown]:
    """Return {id of a person: what they say}, of those among these who say something to the actor. One query."""
    moment = now or timezone.now()
    rows = visible(actor).filter(pk__in=list(ids))
    found = {row.pk: for_others(at(row, moment)) for row in rows}
    return {pk: shown for pk, shown in found.items() if shown}


def page(actor: Actor, start: int, size: int, now: datetime | None = None) -> list[tuple[User, Shown]]:
    """Return (person, what they say) of the others who say something, who said it last first. One query."""
    moment = now or timezone.now()
    rows = visible(actor).exclude(pk=actor.user.pk if actor.user else 0)
    message = Q(clear_at=None) | Q(clear_at__gt=moment)
    message &= ~Q(message="", icon="", predefined="")
    kind = (Q(kind_until=None) | Q(kind_until__gt=moment)) & ~Q(kind="")
    listed = rows.filter(kind | message).order_by("-changed_at", "pk")[start : start + size]
    return [(row.user, for_others(at(row, moment))) for row in listed]


def attach(actor: Actor, people: Iterable[Any]) -> None:
    """Give each of these people `.says`, for pages that list them by name. One query; groups are passed by."""
    listed = [person for person in people if isinstance(person, User)]
    found = of(actor, {person.pk for person in listed}) if listed else {}
    for person in listed:
        person.says = found.get(person.pk)  # type: ignore[attr-defined] # read by the tag `says`
