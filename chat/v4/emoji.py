"""Signs under messages by the short names that such programs have for them."""

from __future__ import annotations

import re
import unicodedata

from collab.lib.errors import BadInput
from collab.marks.words import REACTIONS

NAMES = {
    "+1": "👍", "thumbsup": "👍", "heart": "❤️", "tada": "🎉", "smile": "😄", "laughing": "😄", "open_mouth": "😮",
    "cry": "😢", "pray": "🙏", "eyes": "👀",
}  # fmt: skip
_NAMED = {sign: name for name, sign in reversed(NAMES.items())}
LONGEST = 64


def sign_of(name: str) -> str:
    """Return the sign of a short name, or itself if it is one. Raises BadInput."""
    name = name.strip(":")
    sign = name if name in REACTIONS else NAMES.get(name)
    if sign is None:
        raise BadInput
    return sign


def name_of(sign: str) -> str:
    """Return the short name of a sign; for one that has none, what Unicode calls it."""
    if sign in _NAMED:
        return _NAMED[sign]
    told = unicodedata.name(sign[:1], "sign").lower()
    return re.sub(r"[^a-z0-9]+", "_", told).strip("_")
