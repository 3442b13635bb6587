"""Signs under messages by the short names that such programs have for them."""

from __future__ import annotations

from chat import emoji
from collab.lib.errors import BadInput

LONGEST = 64


def sign_of(name: str) -> str:
    """Return the sign of a short name, or itself if it is one; of the house, too. Raises BadInput."""
    name = name.strip(":")
    sign = emoji.by_name(name) or (name if emoji.is_sign(name) else f":{name}:")
    if not emoji.is_sign(sign):
        raise BadInput
    return sign


def name_of(sign: str) -> str:
    """Return the short name of a sign."""
    return emoji.short(sign)
