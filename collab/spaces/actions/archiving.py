"""Putting a space away and bringing it back: by those who made and manage it, and by administrators."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.events import audit, log
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.actions.common import lock, person
from collab.spaces.models import Space


@transaction.atomic
def archive(actor: Actor, space: Space) -> None:
    """Make the space read-only and take its folder from everybody's devices."""
    require(may_archive(actor, space))
    lock(space)
    if space.archived_at:
        return
    space.archived_at = timezone.now()
    space.save(update_fields=["archived_at"])
    log.record(space.pk, "archive", ("space", space.pk), person(actor).pk)
    audit.record("space-archived", actor.user, ("space", space.pk), space.name)


@transaction.atomic
def restore(actor: Actor, space: Space) -> None:
    """Bring an archived space back, one that waits for its deletion too."""
    require(may_restore(actor, space))
    lock(space)
    if not space.archived_at:
        return
    space.archived_at = space.delete_at = None
    space.save(update_fields=["archived_at", "delete_at"])
    log.record(space.pk, "restore", ("space", space.pk), person(actor).pk)
    audit.record("space-restored", actor.user, ("space", space.pk), space.name)


def may_archive(actor: Actor, space: Space) -> bool:
    """Whether the actor may put the space away."""
    return _by_rank(actor, space, "rooms.archive_own", "rooms.archive_others")


def may_restore(actor: Actor, space: Space) -> bool:
    """Whether the actor may bring an archived space back, or have it deleted."""
    return _by_rank(actor, space, "arch.restore_own", "arch.restore_others")


def require(allowed: bool) -> None:
    """Raise Forbidden with the reason unless it is allowed."""
    if not allowed:
        raise Forbidden(_("Only who made this space, or an administrator, can do this."))


def _by_rank(actor: Actor, space: Space, own: str, others: str) -> bool:
    """One's own space is one that one made and manages; others' need the rank of an administrator."""
    user = person(actor)
    if space.is_personal:
        return False
    if ranks.may(user, others):
        return True
    return space.created_by_id == user.pk and ranks.may(user, own) and actor.can(space, Right.MANAGE)
