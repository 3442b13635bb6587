"""What a person says of meetings: working hours, who learns when they are busy, days on which they are away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars.actions.common import zone_of
from calendars.models import Away, WorkingHours
from collab.accounts.models import User
from collab.lib.errors import BadInput, Forbidden, NotFound, TooLarge
from collab.rights.actor import Actor

MOST = 100
"""So many times of being away one person keeps."""
LONGEST = timedelta(days=2 * 366)
DAY = 24 * 60


@transaction.atomic
def say_hours(
    actor: Actor, spans: Iterable[tuple[int, int, int]], *, zone: str, told_to: str, declined_shown: bool
) -> WorkingHours:
    """Keep one's own hours, (weekday, from, to) in minutes; none: one may be met at any. Raises BadInput."""
    user = _self(actor)
    found: list[list[int]] = []
    for weekday, begins, ends in sorted(spans):
        if not (0 <= weekday < 7 and 0 <= begins < DAY and 0 < ends <= DAY):
            raise BadInput
        if ends <= begins:
            raise BadInput(_("Working hours end after they begin."))
        if found and found[-1][0] == weekday and begins < found[-1][2]:
            raise BadInput(_("Two spans of one day overlap."))
        found.append([weekday, begins, ends])
    if told_to not in WorkingHours.ToldTo.values:
        raise BadInput
    said = {"zone": zone_of(zone), "spans": found, "told_to": told_to, "declined_shown": declined_shown}
    return WorkingHours.objects.update_or_create(user=user, defaults=said)[0]


@transaction.atomic
def be_away(actor: Actor, first: date, last: date, word: str = "") -> Away:
    """Be away on these days, both counting. Raises BadInput, TooLarge."""
    user = _self(actor)
    word = " ".join(word.split())
    if last < first:
        raise BadInput(_("It ends before it begins."))
    if last - first > LONGEST:
        raise BadInput(_("Two years away at most are kept in one line."))
    if len(word) > 100 or not word.isprintable():
        raise BadInput(_("At most 100 letters, please."))
    if Away.objects.filter(user=user).count() >= MOST:
        raise TooLarge(_("There are too many lines already: take old ones out."))
    return Away.objects.create(user=user, first=first, last=last, word=word)


@transaction.atomic
def be_back(actor: Actor, pk: int) -> Away:
    """Take a time of being away out again; returns what it was. Raises NotFound for those of others."""
    found = Away.objects.filter(user=_self(actor), pk=pk).first()
    if found is None:
        raise NotFound
    Away.objects.filter(pk=pk).delete()
    return found


def forget_past() -> int:
    """Forget when people were away long ago. Returns how many lines went."""
    return Away.objects.filter(last__lt=timezone.now().date() - timedelta(days=366)).delete()[0]


def _self(actor: Actor) -> User:
    if actor.user is None:
        raise Forbidden
    return actor.user
