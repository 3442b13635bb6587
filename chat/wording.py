"""Spans of time that rules of channels name, as words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def lasting(seconds: int) -> str:
    """Return so many seconds as words, none as “no limit”."""
    if not seconds:
        return _("no limit")
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    if seconds < 3600:
        return ngettext("%(count)d minute", "%(count)d minutes", seconds // 60) % {"count": seconds // 60}
    return ngettext("%(count)d hour", "%(count)d hours", seconds // 3600) % {"count": seconds // 3600}


def keeping(days: int | None) -> str:
    """Return for how long something is kept, as words; None or 0 for ever."""
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else _("for ever")
