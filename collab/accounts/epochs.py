"""The number that moves with a person's credentials and memberships; whatever is remembered is keyed by it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from collab.accounts.models import User
from collab.events import log


@transaction.atomic
def touch(subject: User) -> None:
    """Move the epoch: every remembered login and mask of rights is stale, and open pages are told."""
    moved([subject.pk])
    subject.refresh_from_db(fields=["epoch"])


@transaction.atomic
def moved(user_ids: Iterable[int]) -> None:
    """Move the epoch of all these people."""
    ids = list(user_ids)
    User.objects.filter(pk__in=ids).update(epoch=F("epoch") + 1)
    log.announce_all((f"user:{pk}", {"kind": "epoch", "ref": f"user:{pk}"}) for pk in ids)


def locked(subject: User) -> User:
    """Return the row as it is now, locked until the transaction ends; two administrators may act at once.

    What refers to the person may still be written meanwhile: whoever holds a space's lock must not wait here.
    """
    return User.objects.select_for_update(no_key=True).get(pk=subject.pk)
