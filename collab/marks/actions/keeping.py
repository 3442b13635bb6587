"""The labels of a space: making, renaming, merging, deleting, bringing back. Needs MANAGE on the space."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.events import log
from collab.lib.errors import BadInput, Conflict, NotFound
from collab.lib.hues import HUES
from collab.lib.text import fold
from collab.marks.actions import labelling
from collab.marks.actions.common import hold
from collab.marks.models import Label, Labelled
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

KEPT = timedelta(days=1)
"""So long a deletion or a merging can be undone."""
TAKEN = _("This space has a label of that name already. Merge the two instead.")

_MERGE = """INSERT INTO marks_labelled (label_id, kind, object_id, via_id)
 SELECT %s, kind, object_id, %s FROM marks_labelled WHERE label_id = %s ON CONFLICT DO NOTHING"""


@transaction.atomic
def make(actor: Actor, space: Space, name: str, hue: str = "") -> Label:
    """Make a label for the space. Raises BadInput, Conflict (the name is taken, or too many)."""
    name = labelling.checked_name(name)
    user = hold(actor, space, Right.MANAGE)
    _require_free(space.pk, name)
    made = labelling.make(user, space.pk, name, hue)
    log.record(space.pk, "label-make", (Space.REF_KIND, space.pk), user.pk, after={"label": name})
    return made


@transaction.atomic
def edit(actor: Actor, label: Label, *, name: str | None = None, hue: str | None = None) -> Label:
    """Give the label another name or colour; whatever bears it shows it. Raises as `make`."""
    user = hold(actor, label.space, Right.MANAGE)
    now = _again(label)
    before = {"label": now.name, "hue": now.hue}
    if name is not None:
        name = labelling.checked_name(name)
        _require_free(now.space_id, name, but=now.pk)
        now.name = name
    if hue is not None:
        if hue not in HUES:
            raise BadInput
        now.hue = hue
    after = {"label": now.name, "hue": now.hue}
    if after != before:
        now.save(update_fields=["name", "folded", "hue"])
        log.record(
            now.space_id, "label-edit", (Space.REF_KIND, now.space_id), user.pk, before=before, after=after
        )  # fmt: skip
    return now


@transaction.atomic
def merge(actor: Actor, label: Label, into: Label) -> None:
    """Let everything that bears the label bear the other instead; `restore` turns it back for a day."""
    user = hold(actor, label.space, Right.MANAGE)
    now, other = _again(label), _again(into)
    if now.pk == other.pk or now.space_id != other.space_id:
        raise BadInput(_("Choose another label of this space."))
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, [other.pk, now.pk, now.pk])
    Label.objects.filter(pk=now.pk).update(deleted_at=timezone.now())
    log.record(
        now.space_id, "label-merge", (Space.REF_KIND, now.space_id), user.pk,
        before={"label": now.name}, after={"label": other.name},
    )  # fmt: skip


@transaction.atomic
def delete(actor: Actor, label: Label) -> None:
    """Take the label off everything; `restore` turns it back for a day."""
    user = hold(actor, label.space, Right.MANAGE)
    now = _again(label)
    Label.objects.filter(pk=now.pk).update(deleted_at=timezone.now())
    log.record(now.space_id, "label-delete", (Space.REF_KIND, now.space_id), user.pk, after={"label": now.name})


@transaction.atomic
def restore(actor: Actor, space: Space, pk: int) -> Label:
    """Undo a deletion or a merging: the label stands again where it stood. Raises NotFound, Conflict (name taken)."""
    user = hold(actor, space, Right.MANAGE)
    gone = Label.objects.filter(pk=pk, space=space, deleted_at__isnull=False).first()
    if gone is None:
        raise NotFound(_("It is too late to bring this label back."))
    _require_free(space.pk, gone.name)
    Labelled.objects.filter(via=gone).delete()
    Label.objects.filter(pk=pk).update(deleted_at=None)
    log.record(space.pk, "label-restore", (Space.REF_KIND, space.pk), user.pk, after={"label": gone.name})
    return gone


def _require_free(space_id: int, name: str, *, but: int = 0) -> None:
    if Label.objects.living().filter(space=space_id, folded=fold(name)[:120]).exclude(pk=but).exists():
        raise Conflict(TAKEN)


def _again(label: Label) -> Label:
    now: Label | None = Label.objects.living().filter(pk=label.pk).first()
    if now is None:
        raise NotFound
    return now
