"""Saying what one is at, and choosing one's picture. Each acts on the actor's own, unless it says otherwise."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.lib import pictures
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.lib.text import is_text
from collab.profiles.models import Portrait, Status
from collab.profiles.predefined import DAY, PREDEFINED
from collab.rights.actor import Actor

MOST_BYTES = 20 * 10**6
LONGEST = 80
SIDES = (64, 128, 256, 512)
"""In which sizes a picture is kept."""
_JOINERS = {"\u200d", *(chr(code) for code in range(0xE0020, 0xE0080))}
"""What joins signs into one, as in flags and families."""
_UNSEEN = {"Cc", "Cf", "Co", "Cn"}


def say_kind(actor: Actor, kind: str, until: datetime | None = None) -> None:
    """Say whether one is available. Raises BadInput for what is no kind, or an end that is past."""
    if kind not in Status.Kind.values:
        raise BadInput(_("Choose one of the states of the list."))
    _store(actor, kind=kind, kind_until=_end(until))


def say(actor: Actor, message: str, icon: str = "", until: datetime | None = None) -> None:
    """Say something in one's own words. Raises BadInput for more than 80 signs, or an icon that is no emoji."""
    message = " ".join(message.split())
    if len(message) > LONGEST:
        raise BadInput(_("This is too long: 80 signs at most."))
    if not is_text(message) or any(unicodedata.category(sign) in _UNSEEN for sign in _bare(message)):
        raise BadInput(_("This text holds signs that cannot be shown."))
    if icon and not is_emoji(icon):
        raise BadInput(_("The sign before the message must be one emoji."))
    end = _end(until) if message or icon else None
    _store(actor, message=message, icon=icon, predefined="", clear_at=end)


def say_predefined(actor: Actor, name: str, until: datetime | None = None) -> None:
    """Say one of the messages that are there. Raises BadInput for one that is not."""
    if name not in PREDEFINED:
        raise BadInput(_("Choose one of the messages of the list."))
    _store(actor, message="", icon="", predefined=name, clear_at=_end(until))


def clear(actor: Actor, *, kind: bool = True) -> None:
    """Take back what one said; without `kind` the message alone."""
    fresh: dict[str, Any] = {"message": "", "icon": "", "predefined": "", "clear_at": None}
    _store(actor, **(fresh | ({"kind": "", "kind_until": None} if kind else {})))


def usual_end(name: str) -> datetime | None:
    """Return when one of our own messages goes if nothing else is said."""
    lasts = PREDEFINED[name].lasts
    return midnight() if lasts == DAY else timezone.now() + timedelta(seconds=int(lasts)) if lasts else None


def midnight(days: int = 1) -> datetime:
    """Return the end of today, or of a later day, where the person is."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)


def is_emoji(text: str) -> bool:
    """Whether this is one sign or a few joined ones, and no word."""
    kinds = {unicodedata.category(sign) for sign in text if sign not in _JOINERS}
    return "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me", "Sm"} and len(text) <= 14


def _bare(message: str) -> str:
    """Return the message without what joins emoji."""
    return "".join(sign for sign in message if sign not in _JOINERS)


def _end(until: datetime | None) -> datetime | None:
    if until is not None and until <= timezone.now():
        raise BadInput(_("This end is past: choose a later one."))
    return until


def _store(actor: Actor, **fields: Any) -> None:
    if actor.user is None:
        raise Forbidden
    Status.objects.update_or_create(user=actor.user, defaults=fields)


def put_portrait(actor: Actor, sent: Any) -> str:
    """Keep the middle of a picture as the one that stands for the actor; return its mark.

    Raises BadInput for what is no picture, TooLarge.
    """
    if actor.user is None:
        raise Forbidden
    drawn = pictures.squares(sent, SIDES, most=MOST_BYTES)
    mark = hashlib.sha256(drawn[-1]).hexdigest()[:24]
    user = actor.user
    with transaction.atomic():
        Portrait.objects.filter(user=user).exclude(mark=user.portrait).delete()
        rows = [Portrait(user=user, mark=mark, side=side, content=one) for side, one in zip(SIDES, drawn, strict=True)]
        Portrait.objects.bulk_create(rows, ignore_conflicts=True)
        _show(user, mark)
    return mark


def remove_portrait(actor: Actor, person: User) -> str:
    """Take a picture away: one's own, or that of somebody whom one administers. Return its mark, "" for none."""
    if actor.user is None or (actor.user.pk != person.pk and not ranks.may_edit(actor.user, person)):
        raise Forbidden
    before: str = person.portrait
    _show(person, "")
    return before


def restore_portrait(actor: Actor, person: User, mark: str) -> None:
    """Show a picture again that was replaced or taken away today. Raises NotFound when it is gone."""
    if actor.user is None or (actor.user.pk != person.pk and not ranks.may_edit(actor.user, person)):
        raise Forbidden
    if not Portrait.objects.filter(user=person, mark=mark).exists():
        raise NotFound
    _show(person, mark)


def _show(person: User, mark: str) -> None:
    person.portrait = mark
    User.objects.filter(pk=person.pk).update(portrait=mark)


def tidy() -> None:
    """Forget pictures that nobody brought back, and messages that are over."""
    now = timezone.now()
    Portrait.objects.exclude(mark=F("user__portrait")).delete()
    nothing: dict[str, Any] = {"message": "", "icon": "", "predefined": "", "clear_at": None}
    Status.objects.filter(clear_at__lte=now).update(**nothing)
    Status.objects.filter(kind_until__lte=now).update(kind="", kind_until=None)
    Status.objects.filter(kind="", message="", icon="", predefined="").delete()
