"""Sending personal links again to the address to which they belong."""

from __future__ import annotations

from django.db import transaction

from collab.rights.models import Link
from polls import letters
from polls.models import Maker, Participant

MOST = 50


@transaction.atomic
def send_links(email: str) -> None:
    """Write to the address which polls it asked, answered or was asked to, the newest first; nothing for none."""
    asked = Maker.objects.filter(email=email, poll__deleted_at=None).select_related("poll").order_by("-pk")[:MOST]
    titles = {bytes(one.digest): one.poll.title for one in asked if one.poll is not None}
    keys = [(titles[bytes(key.digest)], key) for key in Link.objects.filter(digest__in=titles).order_by("-pk")]
    mine = Participant.objects.filter(email=email, removed_at=None, poll__deleted_at=None).exclude(link=None)
    letters.found(email, keys, list(mine.select_related("poll", "poll__maker", "link").order_by("-pk")[:MOST]))
