"""What visitors sent through links: kept for their receipt and for one word to whoever answers for the link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts import languages
from collab.events import notices
from collab.lib import held
from collab.registry import registry
from collab.rights import letters
from collab.rights.actor import Actor
from collab.rights.models import Drop, Letter, Link
from collab.rights.right import Right

QUIET = timedelta(minutes=10)
"""So long after the last file a visit is over."""
DEVICE = "device"
"""The visit of devices, which keep no session."""
MORNING = 7
"""The hour from which the word of the day before leaves."""
KEPT = timedelta(days=90)
TO_ONE_A_DAY = 10
OF_ONE_LINK_TO_ONE_AN_HOUR = 3
OF_ONE_LINK_A_DAY = 300
"""Receipts: nobody can make this house flood an address, or send thousands of mails with a link."""
_LISTED = 50


class Sent(NamedTuple):
    """What one visit brought so far."""

    files: int
    size: int


def sent(link: Link, visit: str) -> Sent:
    """Return how much this visit brought already."""
    found = [one for stored in _of(link, visit).values_list("stored", flat=True) for one in stored]
    return Sent(len(found), sum(size for _name, size in found))


def begin(link: Link, visit: str, title: str, *, name: str = "", email: str = "") -> Drop:
    """Return a new sending, not yet kept: `add` keeps it with the first file."""
    return Drop(
        link=link, maker=link.created_by, kind=link.kind, object_id=link.object_id, title=title[:300],
        tell=link.tell, visit=visit, name=name, email=email, told_at=_told_from_the_start(link),
    )  # fmt: skip


def add(drop: Drop, name: str, size: int) -> None:
    """Note a stored file, in the transaction that stores it: what is in is told, even if the rest breaks off."""
    if not drop.stored:
        drop.told_at = _told_from_the_start(drop.link)
    drop.stored.append([name, size])
    drop.save()


@transaction.atomic
def note_from_device(link: Link, title: str, name: str, size: int) -> None:
    """Note a file that a device sent by itself: no page asked whose it is, and nobody waits for a receipt."""
    add(begin(link, DEVICE, title), name, size)


def go_on(drop: Drop, refused: Iterable[tuple[str, str]]) -> Drop:
    """Keep what was refused of a sending of which more is to come: its receipt waits for `finish`."""
    drop.refused += [list(one) for one in refused]
    if not drop.stored:
        drop.told_at = drop.told_at or timezone.now()
    drop.save()
    return drop


@transaction.atomic
def finish(drop: Drop, refused: Iterable[tuple[str, str]]) -> Drop:
    """Keep what was refused, and write the receipt to the address that was given, if there is something to confirm."""
    drop.refused += [list(one) for one in refused]
    drop.mailed = bool(drop.email and drop.stored and letters.can_post()) and _may_write(drop)
    if not drop.stored:
        drop.told_at = drop.told_at or timezone.now()
    drop.save()
    if drop.mailed:
        count = len(drop.stored)
        subject = ngettext("%(count)d file received: %(title)s", "%(count)d files received: %(title)s", count)
        about = {"drop": drop, "stored": drop.stored[:_LISTED], "more": max(0, count - _LISTED)}
        letters.post(
            Letter.Kind.RECEIPT, drop.email, subject % {"count": count, "title": drop.title}, "links/email/receipt",
            about, link=drop.link,
        )  # fmt: skip
    return drop


def recall(link: Link, visit: str, pk: Any) -> Drop | None:
    """Return a sending of this visit, for its receipt."""
    return _of(link, visit).filter(pk=pk).first() if isinstance(pk, int) else None


def tell(now: datetime | None = None) -> int:
    """Write to whoever answers for a link what arrived: one letter a visit, or one a day. Returns how many."""
    now = now or timezone.now()
    untold = Drop.objects.filter(told_at=None)
    if (moment := held.before()) is not None:
        untold = untold.filter(created_at__gte=moment)
    visits = untold.filter(tell=Link.Tell.VISIT).values("maker", "kind", "object_id", "link", "visit").order_by()
    over = [dict(one) for one in visits.annotate(last=Max("changed_at")).filter(last__lt=now - QUIET)]
    local = timezone.localtime(now)
    if local.hour >= MORNING:
        today = local.replace(hour=0, minute=0, second=0, microsecond=0)
        days = untold.filter(tell=Link.Tell.DAY, created_at__lt=today)
        groups = days.values("maker", "kind", "object_id", "link").order_by().distinct()
        over += [{**one, "tell": Link.Tell.DAY, "created_at__lt": today} for one in groups]
    return sum(_tell({name: value for name, value in one.items() if name != "last"}, now) for one in over)


def held_back(moment: datetime) -> int:
    """Return how many words about what arrived before are held back (`registry.Outgoing`)."""
    untold = Drop.objects.filter(told_at=None, created_at__lt=moment).exclude(tell=Link.Tell.NEVER).order_by()
    return untold.values("maker", "kind", "object_id", "link", "visit").distinct().count()


def drop_held(moment: datetime) -> None:
    """Write none of them."""
    Drop.objects.filter(told_at=None, created_at__lt=moment).update(told_at=timezone.now())


def sweep() -> None:
    """Forget what was told of long ago."""
    Drop.objects.filter(told_at__lt=timezone.now() - KEPT).delete()


@transaction.atomic
def _tell(which: dict[str, Any], now: datetime) -> int:
    rows = Drop.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at=None, **which)
    found = list(rows.select_related("maker", "link").order_by("pk"))
    if not found:
        return 0
    Drop.objects.filter(pk__in=[one.pk for one in found]).update(told_at=now)
    maker = found[0].maker
    count = sum(len(one.stored) for one in found)
    if maker is not None and count:
        notices.tell("dropped", [maker.pk], (found[0].kind, found[0].object_id), files=count)
    if maker is None or not maker.is_active or not maker.email or not letters.can_post():
        return 0
    with translation.override(languages.fit(maker.language)):
        subject = ngettext("%(count)d file arrived: %(title)s", "%(count)d files arrived: %(title)s", count)
        about = {"drops": [_shown(one) for one in found], "count": count, "title": found[0].title, "maker": maker}
        letters.post(
            Letter.Kind.DIGEST, maker.email, subject % {"count": count, "title": found[0].title}, "links/email/digest",
            about | {"where": _where(found[0])}, link=found[0].link,
        )  # fmt: skip
    return 1


def _shown(drop: Drop) -> dict[str, Any]:
    """Return what the word about one sending lists of it."""
    who = drop.name or _("Somebody")
    return {"drop": drop, "who": who, "stored": drop.stored[:_LISTED], "more": max(0, len(drop.stored) - _LISTED)}


def _where(drop: Drop) -> str:
    """Return the address at which the maker sees what arrived; the house itself when they see it no more."""
    declared, thing = registry.shareable(drop.kind), registry.thing(drop.kind, drop.object_id)
    actor = Actor.of(drop.maker)
    if declared is None or thing is None or not actor.can(thing, Right.SEE):
        return settings.URL
    return f"{settings.URL}{declared.url(thing, actor)}"


def _may_write(drop: Drop) -> bool:
    """Whether one more receipt may leave to this address, and with this link."""
    now = timezone.now()
    receipts = Letter.objects.filter(kind=Letter.Kind.RECEIPT)
    today = Q(created_at__gt=now - timedelta(days=1))
    theirs = receipts.filter(email=drop.email)
    hour = theirs.filter(link=drop.link, created_at__gt=now - timedelta(hours=1))
    return (
        theirs.filter(today).count() < TO_ONE_A_DAY
        and hour.count() < OF_ONE_LINK_TO_ONE_AN_HOUR
        and receipts.filter(today, link=drop.link).count() < OF_ONE_LINK_A_DAY
    )


def _of(link: Link, visit: str) -> Any:
    return Drop.objects.filter(link=link, visit=visit)


def _told_from_the_start(link: Link | None) -> datetime | None:
    return timezone.now() if link is None or link.tell == Link.Tell.NEVER else None
