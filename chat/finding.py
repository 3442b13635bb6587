"""Finding what was said: words in part, without accents, and operators; in all channels that one reads, for ever.

`from:lucas in:Trips before:2026-11-01 after:2026-01-01 on:2026-10-03 has:link has:sign is:pinned is:thread "as it was"
-never`. What an operator does not understand finds nothing, and the page says which it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import pace
from chat.models import Channel, Message, Reaction, Seat, Visitor
from collab.accounts.models import User
from collab.lib.errors import TooMany
from collab.lib.text import fold
from collab.rights.actor import Actor

SHOWN = 30
WINDOW = 20_000
"""So many of the last messages are read through before the index is asked."""
FAR = 100_000
"""So many are read through at most where no index helps: a page goes on from there (`Asked.until`)."""
FEW = 20
"""One asked for the words of so many people, or in so many channels, still narrows it."""
AT_ONCE, A_SECOND = 60, 1.0
"""So often one person searches, at once and then each second."""
LONGEST = 300
MOST_PARTS = 20
_PART = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))')
_INDEXED = re.compile(r"[^\W_]{3}")
"""The index knows words by three letters that follow each other."""
OPERATORS = ("from", "in", "before", "after", "on", "has", "is")


@dataclass
class Asked:
    """What is looked for: `words` that stand in it, `without` that do not, `by`: (operator, value); `lost`: not
    understood. `until`: the id of the first message that was looked at, 0 where all were."""

    words: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    by: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    until: int = 0

    def __bool__(self) -> bool:
        return bool(self.words or self.by)


def read(text: str) -> Asked:
    """Return what the line asks for."""
    asked = Asked()
    for minus, operator, phrase, word in _PART.findall(text.replace("\0", "")[:LONGEST])[:MOST_PARTS]:
        value = phrase or word
        if operator.casefold() in OPERATORS and not minus:
            asked.by.append((operator.casefold(), value))
            continue
        value = fold(f"{operator}:{value}" if operator else value)
        if value:
            (asked.without if minus else asked.words).append(value)
    return asked


def find(actor: Actor, asked: Asked, *, before: int = 0) -> list[Message]:
    """Return the last messages that fit, the latest first, one more than a page; rights and seats inside the query.

    Where no index helps, less than a page may be found among the last ones: then `asked.until` says from where to go
    on. Raises TooMany.
    """
    if not asked or actor.user is None:
        return []
    if not (left := pace.take(f"search:{actor.user.pk}", A_SECOND, AT_ONCE)).allowed:
        raise TooMany(_("You search very fast. Wait a moment."), retry_after=left.wait)
    rows = readable(actor)
    for word in asked.words:
        rows = rows.filter(words__contains=word)
    for word in asked.without:
        rows = rows.exclude(words__contains=word)
    for operator, value in asked.by:
        narrower = _NARROW[operator](rows, value)
        if narrower is None:
            asked.lost.append(f"{operator}:{value}")
            return []
        rows = narrower
    top = before or (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    rows = rows.filter(pk__lt=top).select_related("channel__space").order_by("-pk")
    # a common word is found among the last things said; the index would bring all that was ever said with it
    late = list(rows.filter(pk__gte=top - WINDOW)[: SHOWN + 1])
    if len(late) > SHOWN:
        return late
    if not _narrows(asked):
        rows, asked.until = rows.filter(pk__gte=top - FAR), max(0, top - FAR)
    found = list(rows[: SHOWN + 1])
    asked.until = 0 if len(found) > SHOWN else asked.until
    return found


def _narrows(asked: Asked) -> bool:
    """Whether an index finds it, however much was ever said."""
    if any(_INDEXED.search(word) for word in asked.words):
        return True
    few = {"from": _people, "in": _channels}
    return any(name in few and few[name](value)[: FEW + 1].count() <= FEW for name, value in asked.by)


def readable(actor: Actor) -> Any:
    """Return all that the actor reads, wherever it was said."""
    user = actor.user.pk if actor.user is not None else 0
    later = Seat.objects.filter(channel=OuterRef("channel"), user=user, since__gt=OuterRef("pk"))
    return Message.objects.said().visible_to(actor).filter(~Exists(later), kind=Message.Kind.SAID)


def _from(rows: Any, value: str) -> Any:
    people = _people(value)
    visitors = Visitor.objects.filter(name__unaccent__icontains=value)
    return rows.filter(Q(author__in=people.values("pk")) | Q(visitor__in=visitors.values("pk")))


def _in(rows: Any, value: str) -> Any:
    return rows.filter(channel__in=_channels(value).values("pk"))


def _people(value: str) -> Any:
    return User.objects.filter(Q(username__iexact=value) | Q(display_name__unaccent__icontains=value))


def _channels(value: str) -> Any:
    return Channel.objects.living().filter(title__unaccent__icontains=value.lstrip("#"))


def _has(rows: Any, value: str) -> Any:
    if value in {"link", "lien"}:
        return rows.filter(words__contains="://")
    if value in {"sign", "reaction"}:
        return rows.filter(Exists(Reaction.objects.filter(message=OuterRef("pk"))))
    return None


def _is(rows: Any, value: str) -> Any:
    if value in {"pinned", "epingle"}:
        return rows.exclude(pinned_at=None)
    if value in {"thread", "fil"}:
        return rows.filter(Q(answered__gt=0) | Q(root__isnull=False))
    return rows.exclude(edited_at=None) if value in {"edited", "modifie"} else None


def _day(value: str) -> tuple[datetime, datetime] | None:
    """Return when a day begins and when it is over, where the person is; None for what is none."""
    try:
        day = date.fromisoformat(value)
        first, last = (datetime.combine(one, time()) for one in (day, day + timedelta(days=1)))
        return (timezone.make_aware(first), timezone.make_aware(last)) if day.year > 1 else None
    except (ValueError, OverflowError):
        return None


def _before(rows: Any, value: str) -> Any:
    day = _day(value)
    return None if day is None else rows.filter(at__lt=day[0])


def _after(rows: Any, value: str) -> Any:
    day = _day(value)
    return None if day is None else rows.filter(at__gte=day[1])


def _on(rows: Any, value: str) -> Any:
    day = _day(value)
    return None if day is None else rows.filter(at__gte=day[0], at__lt=day[1])


_NARROW = {"from": _from, "in": _in, "has": _has, "is": _is, "before": _before, "after": _after, "on": _on}
