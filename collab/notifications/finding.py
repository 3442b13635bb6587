"""Which notifications a person may read: rights stand in the query, so what may not be seen any more is not told."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone

from collab.notifications.kinds import FOLLOWED
from collab.notifications.models import Notification
from collab.rights import switches
from collab.rights.actor import Actor
from collab.spaces.models import Space

PAGE = 30
MOST_COUNTED = 100
FILTERS = ("all", "unread", "mine", "followed")


class Among(Func):
    """`id = ANY(array)`: whether the one is in the other."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def visible(actor: Actor, told: Iterable[tuple[str, str]] | None = None) -> QuerySet[Notification]:
    """Return what this person is told and may still see, of apps that are on for them.

    `told`: all that there is, as (kind, kind of thing), where it is known: the others are not asked for.
    """
    if actor.user is None:
        return Notification.objects.none()
    kinds, things = ({kind for kind, _ref in told}, {ref for _kind, ref in told}) if told is not None else (None, None)
    own = {kind: notice.seen for kind, notice in _on(actor).items() if notice.seen is not None}
    by_thing: Any = Q(pk__in=())
    for ref_kind, seen in _things(actor, things).items():
        by_thing |= Q(ref_kind=ref_kind) & _one_of(seen)
    found: Any = by_thing & Q(kind__in=[kind for kind in _on(actor) if kind not in own])
    for kind, those in own.items():
        if kinds is None or kind in kinds:
            found |= Q(kind=kind) & _one_of(those(actor))
    return Notification.objects.filter(found, person=actor.user)


def unread(actor: Actor) -> int:
    """Return how many are unread, up to `MOST_COUNTED`: one query where nothing is, which is most pages, else two.

    To put the question together that asks for things of every kind takes longer than to answer it.
    """
    if actor.user is None:
        return 0
    waiting = Notification.objects.filter(person=actor.user, read_at=None)
    kinds = set(waiting.values_list("kind", "ref_kind").distinct())
    return visible(actor, kinds).filter(read_at=None).values("pk")[:MOST_COUNTED].count() if kinds else 0


def narrowed(found: QuerySet[Notification], which: str) -> QuerySet[Notification]:
    """Return those of one of the `FILTERS`."""
    if which == "unread":
        return found.filter(read_at=None)
    if which == "mine":
        return found.exclude(kind=FOLLOWED)
    return found.filter(kind=FOLLOWED) if which == "followed" else found


def page(
    found: QuerySet[Notification], after: list[Any] | None, size: int = PAGE
) -> tuple[list[Notification], list[Any] | None]:
    """Return a page, the latest first, and the cursor of the next one. `after`: [ISO time, id]."""
    if after is not None:
        at = _moment(after[0])
        found = found.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=_number(after[1])))
    rows = list(found.select_related("actor").order_by("-last_at", "-pk")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], [last.last_at.isoformat(), last.pk] if last else None


def _on(actor: Actor) -> dict[str, Any]:
    return {notice.kind: notice for plugin in switches.plugins(actor) for notice in plugin.notifications}


def _things(actor: Actor, wanted: Container[str] | None) -> dict[str, Any]:
    """Return {kind of thing: the queryset of those that the actor sees}, of these kinds alone."""
    seen: dict[str, Any] = {Space.REF_KIND: Space.objects.visible_to}
    seen |= {verbs.kind: verbs.seen for plugin in switches.plugins(actor) for verbs in plugin.verbs}
    return {kind: of(actor) for kind, of in seen.items() if wanted is None or kind in wanted}


def _one_of(things: Any) -> Exists:
    return Exists(things.order_by().filter(Among(F("pk"), OuterRef("refs"))))


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return timezone.now()
    return found if found.tzinfo else timezone.now()


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 2**62 else 0
