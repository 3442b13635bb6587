"""The end of a space: asked for with its name typed, kept for thirty days, then carried out at night for good."""

from __future__ import annotations

import logging
import unicodedata
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.events import audit, log
from collab.lib.errors import BadInput, Conflict
from collab.registry import registry
from collab.rights.actor import Actor
from collab.spaces.actions.archiving import may_restore, require
from collab.spaces.actions.common import lock, person
from collab.spaces.models import Space
from collab.spaces.removing import remove

DAYS = 30
logger = logging.getLogger(__name__)


@transaction.atomic
def delete(actor: Actor, space: Space, typed: str) -> None:
    """Let an archived space end in thirty days. `typed` is its name, as the person wrote it.

    Raises Forbidden (by rank), Conflict (not archived), BadInput (another name).
    """
    require(may_restore(actor, space))
    lock(space)
    if not space.archived_at:
        raise Conflict(_("Only an archived space can be deleted. Archive it first."))
    if _plain(typed) != _plain(space.name):
        raise BadInput(_("This is not the name of the space. Nothing was deleted; write it as it stands above."))
    if space.delete_at:
        return
    space.delete_at = timezone.now() + timedelta(days=DAYS)
    space.save(update_fields=["delete_at"])
    until = space.delete_at.date().isoformat()
    log.record(space.pk, "delete", ("space", space.pk), person(actor).pk, after={"on": until})
    audit.record("space-erase-asked", actor.user, ("space", space.pk), space.name, on=until)


@transaction.atomic
def keep(actor: Actor, space: Space) -> None:
    """Take back a deletion that is still to come; the space stays archived."""
    require(may_restore(actor, space))
    lock(space)
    if not space.delete_at:
        return
    space.delete_at = None
    space.save(update_fields=["delete_at"])
    log.record(space.pk, "keep", ("space", space.pk), person(actor).pk)
    audit.record("space-kept", actor.user, ("space", space.pk), space.name)


def erase_due(limit: int = 20) -> int:
    """Erase the spaces whose day has come, each in a transaction of its own. Returns how many."""
    due = Space.objects.team().filter(delete_at__lte=Now()).order_by("delete_at")
    count = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            count += _erase(pk)
        except Exception:
            # one that cannot be erased tonight must not keep the others; it stays whole and is tried again
            logger.exception("space %s could not be erased", pk)
    return count


@transaction.atomic
def _erase(space_id: int) -> bool:
    """Erase one space with all that lies in it, unless somebody kept it a moment ago."""
    due = Space.objects.team().filter(pk=space_id, delete_at__lte=Now(), archived_at__isnull=False)
    space = due.select_for_update(of=("self",)).select_related("acl").first()
    if space is None:
        return False
    for hooks in registry.spaces():
        if hooks.erase is not None:
            hooks.erase(space)
    audit.record("space-erased", None, ("space", space.pk), space.name, bytes=space.used)
    remove(space)
    return True


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()
