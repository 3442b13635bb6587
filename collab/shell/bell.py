"""The bell in words, and the way back from what it offers."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.notifications.finding import MOST_COUNTED


def shown(count: int) -> str:
    """Return the number that the bell shows, "" for nothing new."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count) if count else ""


def label(count: int) -> str:
    """Return the name of the bell for who does not see it."""
    if not count:
        return _("Notifications")
    return ngettext("Notifications: %(count)s new", "Notifications: %(count)s new", count) % {"count": shown(count)}


def back(request: HttpRequest) -> str:
    """Return the page of ours from which something was asked, the bell's own when none is named."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and safe else reverse("shell:notifications")
