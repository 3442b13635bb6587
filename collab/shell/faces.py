"""The signs of people, groups and spaces in pages: initials in a colour, over which a person's picture lies."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from collab.profiles import portraits
from collab.rights.actor import Actor

SIDES = {"large": 128, "huge": 256}
"""Points in which a picture is asked for, twice as many as it is shown in; 64 for all other sizes."""


def avatar(actor: Actor | None, who: Any, size: str = "", label: bool = False) -> SafeString:
    """Return the sign of a person or group as the actor sees it; the picture takes no room of its own."""
    kind = " avatar--group" if hasattr(who, "everyone") else ""
    extra = f" avatar--{size}" if size else ""
    return sign("avatar" + kind + extra, who, label, portraits.address(actor, who, SIDES.get(size, 64)))


def sign(classes: str, thing: Any, label: bool, picture: str = "") -> SafeString:
    """Return the element; while the picture comes, or when it does not, the initials are read."""
    said = format_html('role="img" aria-label="{}"', str(thing)) if label else 'aria-hidden="true"'
    drawn = format_html('<img src="{}" alt="" loading="lazy">', picture) if picture else ""
    return format_html(
        '<span class="{}" data-hue="{}" {}>{}{}</span>', classes, thing.hue, SafeString(said), thing.initials, drawn
    )
