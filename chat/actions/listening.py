"""Words of which somebody wants to hear, as if they were named; nobody else is told of it."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from chat.actions import naming
from chat.models import Channel, Keyword, Seat
from collab.lib.errors import BadInput, Forbidden
from collab.lib.text import fold
from collab.rights.actor import Actor

MOST, LONGEST, PARTS = 20, 40, 3
"""So many words of a person, letters of each, parts of each."""
_READ = 2_000
"""So many parts of a message are looked at."""
_PART = re.compile(r"\w+")


@transaction.atomic
def listen_to(actor: Actor, typed: Collection[str]) -> None:
    """Hear of these from now on, and of no others. Raises BadInput."""
    if actor.user is None:
        raise Forbidden
    words: dict[str, str] = {}
    for one in typed:
        one = " ".join(one.split())
        parts = _PART.findall(fold(one))
        if not one:
            continue
        if not parts or len(parts) > PARTS or len(one) > LONGEST or not one.isprintable():
            raise BadInput(
                _("“%(word)s” cannot be listened to: one to three words, 40 letters at most.") % {"word": one[:60]}
            )
        words.setdefault(" ".join(parts), one)
    if len(words) > MOST:
        raise BadInput(_("So many words: %(count)d at most.") % {"count": MOST})
    mine = Keyword.objects.filter(user=actor.user.pk)
    mine.exclude(word__in=words).delete()
    there = set(mine.values_list("word", flat=True))
    fresh = [Keyword(user_id=actor.user.pk, word=word, typed=one) for word, one in words.items() if word not in there]
    Keyword.objects.bulk_create(fresh, ignore_conflicts=True)


def those(channel: Channel, text: str, but: Collection[int]) -> list[int]:
    """Return who listens to a word of this text, has the channel in their column and sees it; `but` are left out."""
    parts = _PART.findall(fold(text))[:_READ]
    said = {" ".join(parts[at : at + size]) for size in range(1, PARTS + 1) for at in range(len(parts) - size + 1)}
    if not said:
        return []
    rows = Keyword.objects.filter(word__in=said).exclude(user__in=but)
    seats = Seat.objects.filter(channel=channel, user=OuterRef("user"))
    wanted = ~Exists(seats.exclude(left_at=None)) if channel.is_default else Exists(seats.filter(left_at=None))
    found = set(rows.filter(wanted).values_list("user", flat=True))
    return sorted(found & set(naming.everybody(channel))) if found else []
