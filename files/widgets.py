"""What files show on the home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from files import browsing
from files.views import lists

SHOWN = 8


def recent(request: HttpRequest) -> str:
    """Return the files changed last among those I may see; nothing while there are none."""
    entries = lists.gathered(request, [pk for pk, _at in browsing.recent(request.actor, SHOWN)])  # type: ignore[attr-defined]
    if not entries:
        return ""
    return render_to_string("files/_recent.html", {"rows": lists.table(request, entries)}, request)
