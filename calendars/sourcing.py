"""What people are told of where a calendar comes from."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from calendars import looking
from calendars.models import Source
from calendars.ready import lists

EVERY = (
    ("", gettext_lazy("As the calendar says itself")),
    ("3600", gettext_lazy("Every hour")),
    ("14400", gettext_lazy("Every four hours")),
    ("86400", gettext_lazy("Every day")),
    ("604800", gettext_lazy("Every week")),
)


def told(source: Source | None) -> dict[str, Any]:
    """Return what the page of a calendar says of where it comes from."""
    if source is None:
        return {}
    ready = bool(source.list)
    return {
        "source": source,
        "every": EVERY,
        "trouble": looking.TROUBLES.get(source.trouble, ""),
        "known_until": lists.known_until(source.list) if ready else None,
        "ministry": lists.school()["source"] if source.list.startswith("school/") else "",
    }
