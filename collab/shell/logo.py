"""The logo of the house: a picture from anybody's camera, drawn anew by us, so that only pixels are kept of it."""

from __future__ import annotations

import hashlib
import io
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.actions import house as actions
from collab.accounts.models import User
from collab.lib import pictures
from collab.lib.errors import BadInput, Forbidden, TooLarge
from collab.registry import house

KEY = "house.logo"
MOST_BYTES = 5 * 2**20
SIDE = 256
_FOLDER = "house"


def put(user: User, sent: IO[bytes]) -> str:
    """Keep the picture as the logo; return what undoes it. Raises Forbidden, TooLarge, BadInput (no picture)."""
    if not ranks.may(user, "set.other"):
        raise Forbidden
    content = sent.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(_("This picture is too large: 5 MB at most."))
    drawn = draw(content)
    mark = hashlib.sha256(drawn).hexdigest()[:24]
    if not default_storage.exists(_path(mark)):
        default_storage.save(_path(mark), ContentFile(drawn))
    before = house.get(KEY)
    token = actions.change(user, KEY, mark)
    _forget_all_but({mark, before})
    return token


def remove(user: User) -> str:
    """Go back to the letters; return what undoes it. Raises Forbidden."""
    return actions.change(user, KEY, "")


def draw(content: bytes) -> bytes:
    """Return the picture as a PNG of at most 256 pixels a side. Raises BadInput for what is none, or too large."""
    try:
        return pictures.within(io.BytesIO(content), SIDE, most=MOST_BYTES).content
    except TooLarge as refused:  # few bytes that would be a wall of points: what was sent is no logo
        raise BadInput(refused.message) from None


def present() -> str:
    """Return the mark of the logo that is shown, "" for none."""
    mark: str = house.get(KEY)
    return mark if mark and default_storage.exists(_path(mark)) else ""


def open_file(mark: str) -> Any:
    """Return the file of the present logo, None for any other mark."""
    return default_storage.open(_path(mark)) if mark and mark == present() else None


def remove_all() -> None:
    """Remove every logo that was kept: the house is deleted."""
    _forget_all_but(set())


def _forget_all_but(kept: set[str]) -> None:
    """The one of before stays, for the undo."""
    names = default_storage.listdir(_FOLDER)[1] if default_storage.exists(_FOLDER) else []
    for name in names:
        if name.removesuffix(".png") not in kept:
            default_storage.delete(f"{_FOLDER}/{name}")


def _path(mark: str) -> str:
    return f"{_FOLDER}/{mark}.png"
