"""What activity knows of a person, for the archive they take with them: the feeds that they opened, no address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.activity.models import Feed


def export(person: Any, into: Any) -> None:
    """Put in when each feed was made and read; what was done is in the log of changes."""
    feeds = Feed.objects.filter(user=person).order_by("pk").values("space_id", "created_at", "read_at")
    into.json("feeds.json", list(feeds), about=_("Addresses at which programs read your activity"))
