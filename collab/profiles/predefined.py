"""Messages that people choose instead of writing them; each is told in its reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = "day"


@dataclass(frozen=True)
class Predefined:
    """`lasts`: seconds, DAY (until midnight), or None for good."""

    id: str
    icon: str
    label: str | Promise
    lasts: int | str | None


PREDEFINED = {
    one.id: one
    for one in (
        Predefined("meeting", "📅", _("In a meeting"), 3600),
        Predefined("commuting", "🚌", _("On the way"), 1800),
        Predefined("be-right-back", "⏳", _("Back in a moment"), 900),
        Predefined("remote-work", "🏡", _("Working from home"), DAY),
        Predefined("sick-leave", "🤒", _("Ill"), DAY),
        Predefined("vacationing", "🌴", _("On holiday"), None),
    )
}
"""By the names that clients know."""
