"""What is meant for one person, from all channels: messages that name them, their threads, signs on what they said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from chat import finding, queries
from chat.models import Message
from collab.rights.actor import Actor

SHOWN = 30
LATELY = timedelta(days=90)
"""Signs are looked for under what was said since then."""


def mentions(actor: Actor, before: int = 0) -> list[Message]:
    """Return what names the person, or says a word to which they listen, the last first, one more than a page."""
    me = [actor.user.pk if actor.user is not None else 0]
    rows = finding.readable(actor)
    rows = rows.filter(pk__lt=before) if before else rows
    named = rows.exclude(people=[]).filter(people__contains=me)
    heard = rows.exclude(listeners=[]).filter(listeners__contains=me)
    ids: set[int] = set()
    for found in (named, heard):  # each by its own index
        ids |= set(found.order_by("-pk").values_list("pk", flat=True)[: SHOWN + 1])
    return _whole(Message.objects.filter(pk__in=sorted(ids)[-SHOWN - 1 :]).order_by("-pk"))


def threads(actor: Actor) -> list[Message]:
    """Return the beginnings of threads in which something is new to the person, the last answered first."""
    return _whole(queries.following(actor).filter(has_news=True)[: SHOWN + 1])


def signs(actor: Actor) -> list[Message]:
    """Return what the person said that others put signs under, the last sign first."""
    me = actor.user.pk if actor.user is not None else 0
    rows = finding.readable(actor).filter(author=me, at__gte=timezone.now() - LATELY)
    last = Max("reactions__pk", filter=~Q(reactions__user=me))
    return _whole(rows.annotate(last_sign=last).filter(last_sign__isnull=False).order_by("-last_sign")[: SHOWN + 1])


def _whole(rows: Any) -> list[Message]:
    return queries.dress(list(rows.select_related("channel__space")))
