"""The urn: a ballot is dropped in, and nothing of when, in which order or by whom comes out again (decision 31)."""

from __future__ import annotations

import json
from typing import Any

from collab.rights.links import box
from polls.models import Poll, Urn


def drop(poll: Poll, ballot: dict[str, Any]) -> None:
    """Put a ballot in, in the transaction that notes who took part; the caller holds the poll's lock.

    The heap is written anew as a whole and sorted by content: the row says of its last writing alone that there was
    one. It is sealed with the key outside of the database, so that two backups do not differ by a ballot to be read.
    """
    found = [*ballots(poll), dict(sorted(ballot.items()))]
    found.sort(key=lambda one: json.dumps(one, sort_keys=True))
    sealed = box().encrypt(json.dumps(found).encode())
    Urn.objects.update_or_create(poll=poll, defaults={"sealed": sealed})


def ballots(poll: Poll) -> list[dict[str, Any]]:
    """Return the ballots, sorted by what they say."""
    urn = Urn.objects.filter(pk=poll.pk).first()
    found: list[dict[str, Any]] = json.loads(box().decrypt(bytes(urn.sealed))) if urn is not None else []
    return found
