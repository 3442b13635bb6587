"""What is kept for one person: words of programs of other makers, and whether they show how far they read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat import announcing
from chat.emoji import TONES
from chat.models import Discreet, Preference
from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.rights.actor import Actor

MOST = 500
"""So many words are kept for one person."""
TOO_MANY = _("Programs keep 500 words for you already.")
TONE = ("emoji", "emoji_skintone")
"""Under which Mattermost's programs keep the tone too."""
Word = tuple[str, str, str]
"""(category, name, value)."""


@transaction.atomic
def keep(actor: Actor, words: Iterable[Word]) -> None:
    """Keep these for the actor, in the place of what was under the same names. Raises BadInput, Conflict."""
    user = _locked(actor)
    for category, name, value in words:
        if not (0 < len(category) <= 32 and 0 < len(name) <= 64 and len(value) <= 2000):
            raise BadInput
        Preference.objects.update_or_create(user=user, category=category, name=name, defaults={"value": value})
    if Preference.objects.filter(user=user).count() > MOST:
        raise Conflict(TOO_MANY)
    announcing.to([user.pk], announcing.KEPT)


@transaction.atomic
def drop(actor: Actor, names: Iterable[tuple[str, str]]) -> None:
    """Keep what is under these (category, name) no longer."""
    user = _locked(actor)
    for category, name in names:
        Preference.objects.filter(user=user, category=category, name=name).delete()
    announcing.to([user.pk], announcing.KEPT)


def show_reading(actor: Actor, *, on: bool) -> None:
    """Let others see how far one reads, and see it of them, where a channel shows it; or neither of both."""
    if actor.user is None:
        raise Forbidden
    if on:
        Discreet.objects.filter(user=actor.user).delete()
    else:
        Discreet.objects.get_or_create(user=actor.user)


def choose_tone(actor: Actor, tone: str) -> None:
    """Have people in signs in this tone of skin (`emoji.TONES`), "" as they are drawn. Raises BadInput."""
    if tone and tone not in TONES:
        raise BadInput
    keep(actor, [(*TONE, tone or "default")])


def tone(actor: Actor) -> str:
    """Return what `choose_tone` chose."""
    words = Preference.objects.filter(user=actor.user, category=TONE[0], name=TONE[1]).values_list("value", flat=True)
    found = words.first() or ""
    return found if found in TONES else ""


def _locked(actor: Actor) -> User:
    if actor.user is None:
        raise Forbidden
    return User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
