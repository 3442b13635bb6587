"""The picture that stands for a person: theirs, or their initials drawn in their colour."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collab.accounts.models import User
from collab.lib import sheets
from collab.lib.hues import hex_of
from collab.profiles.actions import SIDES
from collab.profiles.models import Portrait
from collab.rights import whom
from collab.rights.actor import Actor

DRAWN = 2
"""Counted up when our drawing of initials changes: what devices keep is then asked for anew."""
_SIZE = 42
"""Of the letters, in hundredths of the side."""
_SHOULDERS = b"\n22 18 m 22 34 34 40 50 40 c 66 40 78 34 78 18 c h f"


@dataclass(frozen=True)
class Face:
    """A picture to be sent; `etag` is quoted and says which it is."""

    media_type: str
    etag: str
    content: bytes


def find(actor: Actor, username: str) -> User | None:
    """Return the person, None for whom the actor may not find: a visitor finds nobody."""
    if actor.user is None:
        return None
    if actor.user.username == username.lower():
        return User.objects.get(pk=actor.user.pk)
    return whom.people(actor).filter(username=username.lower()).first()


def may_see(actor: Actor | None, person: User) -> bool:
    """Whether the actor may see this person's picture. A guest is asked about once, for all whom they may find."""
    if actor is None or actor.user is None or not person.is_active:
        return False
    if not actor.user.is_guest or person.pk == actor.user.pk:
        return True
    return person.pk in _found_by(actor)


def address(actor: Actor | None, who: Any, side: int = 64) -> str:
    """Return where the picture of a person is, "" where there is none that the actor may see, and for a group."""
    return place(who, side) if getattr(who, "portrait", "") and may_see(actor, who) else ""


def place(who: Any, side: int = 64) -> str:
    """Return where the picture of a person would be for whoever may see it; that is asked again when it is fetched.

    For what is drawn once for many: who may not see it has the initials. "" where there is none.
    """
    mark = getattr(who, "portrait", "")
    return f"/avatar/{who.username}/{side}?v={mark}" if mark else ""


def _found_by(actor: Actor) -> frozenset[int]:
    """Return whom a guest may find and who have a picture; remembered as long as the guest stands at the door."""
    user: Any = actor.user
    if not hasattr(user, "_finds"):
        user._finds = frozenset(whom.people(actor).exclude(portrait="").values_list("pk", flat=True))
    found: frozenset[int] = user._finds
    return found


def side_of(size: int) -> int:
    """Return the smallest size that is kept and is large enough, the largest for more."""
    return next((side for side in SIDES if side >= size), SIDES[-1])


def tag(person: User, size: int) -> str:
    """Return the ETag of the person's picture, without making it."""
    side = side_of(size)
    if person.portrait:
        return f'"{person.portrait}-{side}"'
    about = f"{person.initials} {person.hue} {DRAWN}"
    return f'"{hashlib.sha256(about.encode()).hexdigest()[:16]}-{side}"'


def face(person: User, size: int) -> Face:
    """Return the person's picture in about this size."""
    side = side_of(size)
    if person.portrait:
        kept = Portrait.objects.filter(user=person, mark=person.portrait, side=side).values_list("content", flat=True)
        if (content := kept.first()) is not None:
            return Face("image/jpeg", tag(person, size), bytes(content))
    return Face("image/png", tag(person, size), initials(person.initials, person.hue, side))


@lru_cache(maxsize=512)
def initials(text: str, hue: str, side: int) -> bytes:
    """Return letters on a square of this colour, as PNG; of none that can be printed, the sign of a person."""
    letters = sheets.legible(text)
    white = b"1 1 1 rg\n"
    shown = sheets.words(letters, _SIZE) if letters else sheets.round_shape(50, 60, 15) + _SHOULDERS
    return sheets.picture(sheets.ground(hex_of(hue)) + white + shown, side)
