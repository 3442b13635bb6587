"""Rules of a channel: how fast one may speak, and for how long what is said is kept; and carrying the latter out.

What is older than a channel keeps is removed: words, what they were before, and signs, pinned or not. A beginning whose
answers are younger loses its words and stays as a place until they go. Files stay where they lie, in the space's own
folder, with its rights. Conversations between people have no such rule: nobody manages them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.actions.common import SWEPT, announce, hold, tell
from chat.models import Channel, Keeping, Message, Reaction, Revision, Seat
from collab.events import audit
from collab.lib.errors import BadInput, TooMany
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

PACES = (0, 5, 10, 30, 60, 300, 900, 3600)
"""Seconds between two messages of one person that may be chosen, 0 for no limit."""
MOST_DAYS = 3650
FOR_EVER = 0
GRACE = timedelta(hours=24)
"""So long after a rule was made stricter nothing goes yet: it can be taken back."""
BATCH, LONGEST_RUN = 500, 240.0
NOT_HERE = _("Nobody manages a conversation: it has no such rules.")


class Kept(NamedTuple):
    """For how many days a channel keeps what is said (None: for ever), by the rule of its space or its own."""

    days: int | None
    by_space: bool
    since: datetime | None


@transaction.atomic
def pace(actor: Actor, channel: Channel, seconds: int) -> None:
    """Let each person say something so many seconds after what they said before. Needs DELETE. Raises BadInput."""
    if seconds not in PACES or channel.is_between:
        raise BadInput(NOT_HERE if channel.is_between else None)
    hold(actor, channel, Right.DELETE)
    before, channel.pace = channel.pace, seconds
    if before == seconds:
        return
    channel.save(update_fields=["pace"])
    tell(actor, channel, "channel-change")
    ref = (Channel.REF_KIND, channel.pk)
    audit.record("channel-pace", actor.user, ref, channel.title, former=before, seconds=seconds)


@transaction.atomic
def keep(actor: Actor, channel: Channel, days: int | None) -> None:
    """Keep what is said for so many days, for ever (0), or as the space says (None). Needs MANAGE. Raises BadInput."""
    if channel.is_between:
        raise BadInput(NOT_HERE)
    _check(days)
    hold(actor, channel, Right.MANAGE)
    before = channel.keep_days
    if before == days:
        return
    channel.keep_days, channel.keep_since = days, timezone.now() + GRACE
    channel.save(update_fields=["keep_days", "keep_since"])
    tell(actor, channel, "channel-change")
    ref = (Channel.REF_KIND, channel.pk)
    audit.record("channel-kept", actor.user, ref, channel.title, former=before, days=days)


@transaction.atomic
def keep_in_space(actor: Actor, space: Space, days: int) -> None:
    """Keep what is said in channels of the space for so many days, or for ever (0). Needs MANAGE. Raises BadInput."""
    _check(days)
    space.hold()
    actor.forget()
    actor.require(space, Right.MANAGE)
    found = Keeping.objects.filter(space=space).first()
    before = found.days if found is not None else FOR_EVER
    if before == days:
        return
    if days:
        since = timezone.now() + GRACE
        Keeping.objects.update_or_create(space=space, defaults={"days": days, "since": since})
    else:
        Keeping.objects.filter(space=space).delete()
    # a channel that follows its space is as protected by the grace as one whose own rule changed
    audit.record("talk-kept", actor.user, (Space.REF_KIND, space.pk), space.name, former=before, days=days)


def kept(channel: Channel) -> Kept:
    """Return for how long the channel keeps what is said in it."""
    if channel.is_between:
        return Kept(None, False, None)
    if channel.keep_days is not None:
        return Kept(channel.keep_days or None, False, channel.keep_since)
    rule = Keeping.objects.filter(space=channel.space_id).first()
    if rule is None:
        return Kept(None, False, None)
    later = max(rule.since, channel.keep_since) if channel.keep_since is not None else rule.since
    return Kept(rule.days, True, later)


def require_pace(actor: Actor, channel: Channel) -> None:
    """Raise TooMany where the person spoke here less than the channel's pace ago. Under the channel's lock.

    Who moderates is not slowed down.
    """
    if not channel.pace or actor.can(channel, Right.DELETE):
        return
    last = Seat.objects.filter(channel=channel, user=actor.user.pk).values_list("said_at", flat=True).first()  # type: ignore[union-attr]
    slow_down(channel, last)


def slow_down(channel: Channel, last: datetime | None) -> None:
    """Raise TooMany where whoever spoke last at this moment speaks again before the channel's pace allows it."""
    left = (last + timedelta(seconds=channel.pace) - timezone.now()).total_seconds() if last is not None else 0
    if left > 0:
        wait = max(1, round(left))
        text = ngettext(
            "Slow mode: you can write again in %(count)d second.",
            "Slow mode: you can write again in %(count)d seconds.", wait,
        )  # fmt: skip
        raise TooMany(text % {"count": wait}, retry_after=wait)


def due(channel: Channel, now: datetime) -> datetime | None:
    """Return the moment before which what was said in the channel goes now, None for nothing."""
    rule = kept(channel)
    if rule.days is None or (rule.since is not None and rule.since > now):
        return None
    return now - timedelta(days=rule.days)


def old(channel: Channel, before: datetime) -> int:
    """Return how much in the channel was said before the moment, as far as there are words left."""
    return Message.objects.filter(channel=channel, at__lt=before, deleted_at=None).count()


def expire() -> int:
    """Remove what is older than its channel keeps, in short steps, for some minutes at most. Returns how much went."""
    until, count, now = time.monotonic() + LONGEST_RUN, 0, timezone.now()
    for channel in _ruled():
        while gone := _step(channel.pk, now):
            count += gone
            if time.monotonic() > until:
                return count
    return count


def _ruled() -> Iterator[Channel]:
    """Yield the channels that may have to let something go; those in the trash go as a whole."""
    rooms = Channel.objects.living().rooms().select_related("space")
    by_space = Q(keep_days=None, space__in=Keeping.objects.values("space"))
    yield from rooms.filter(Q(keep_days__gt=0) | by_space).order_by("pk").iterator(200)


@transaction.atomic
def _step(channel: int, moment: datetime) -> int:
    """Remove some of what is old, answers first, by the rule as it is now. Returns how many messages it changed."""
    now = Channel.objects.living().select_for_update(of=("self",)).select_related("space").filter(pk=channel).first()
    before = due(now, moment) if now is not None else None
    if now is None or before is None:  # taken back, or thrown away, since it was looked for
        return 0
    rows = Message.objects.filter(channel=now, at__lt=before)
    answers = Message.objects.filter(root=OuterRef("pk"))
    whole = rows.filter(Q(root__isnull=False) | ~Exists(answers))
    ids = list(whole.values_list("pk", flat=True)[:BATCH])
    emptied = [] if ids else list(rows.filter(Exists(answers), deleted_at=None).values_list("pk", flat=True)[:BATCH])
    if not ids and not emptied:
        return 0
    clock = now.clock + 1
    answered = Message.objects.filter(pk__in=ids, deleted_at=None).exclude(root=None)
    roots = list(answered.order_by().values("root").annotate(n=Count("pk")))
    Message.objects.filter(pk__in=ids).delete()
    for one in roots:
        Message.objects.filter(pk=one["root"] or 0).update(answered=F("answered") - one["n"], clock=clock)
    Revision.objects.filter(message__in=emptied).delete()
    Reaction.objects.filter(message__in=emptied).delete()
    Message.objects.filter(pk__in=emptied).update(
        text="", html="", words="", people=[], listeners=[], facts={"expired": True}, pinned_at=None,
        deleted_at=timezone.now(), clock=clock,
    )  # fmt: skip
    Channel.objects.filter(pk=now.pk).update(clock=clock, swept_until=before)
    announce(now, clock, SWEPT)
    return len(ids) + len(emptied)


def _check(days: int | None) -> None:
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise BadInput(_("Choose a number of days, at most %(count)d.") % {"count": MOST_DAYS})
