"""The number that moves with a person's credentials and memberships; whatever is remembered is keyed by it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from collab.accounts.models import User
from collab.events import log


@transaction.atomic
def touch(subject: User) -> None:
    """Move the epoch: every remembered login and mask of rights is stale, and open pages are told."""
    User.objects.filter(pk=subject.pk).update(epoch=F("epoch") + 1)
    subject.refresh_from_db(fields=["epoch"])
    log.announce(f"user:{subject.pk}", {"kind": "epoch", "ref": f"user:{subject.pk}"})


def locked(subject: User) -> User:
    """Return the row as it is now, locked until the transaction ends; two administrators may act at once.

    What refers to the person may still be written meanwhile: whoever holds a space's lock must not wait here.
    """
    return User.objects.select_for_update(no_key=True).get(pk=subject.pk)
