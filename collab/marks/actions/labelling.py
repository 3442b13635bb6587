"""Putting labels on things and taking them off. Who may edit a thing labels it, with labels of its space."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, NotFound
from collab.lib.hues import HUES
from collab.lib.text import fold
from collab.marks.actions.common import checked, hold, record
from collab.marks.models import Label, Labelled
from collab.rights.actor import Actor
from collab.rights.right import Right

LONGEST = 60
MOST_ON_ONE = 20
MOST_IN_SPACE = 200
NO_NAME = _("A label needs a name.")
SEVERAL_SPACES = _("These things lie in several spaces, and each has labels of its own. Choose things of one space.")

Pairs = Mapping[int, Collection[int]]
"""{label: things}"""


@transaction.atomic
def label(
    actor: Actor, things: list[Any], *, add: Iterable[int] = (), remove: Iterable[int] = (), new: str = ""
) -> tuple[Pairs, Pairs]:
    """Put labels (by number, or `new` by name) on each of these things, and take others off; all or none.

    Needs EDIT on each. A name that the space knows means that label; else the label is made. Returns what came on and
    what went off, which `relabel` turns back. Raises BadInput (things of several spaces, a name too long), Conflict
    (too many), NotFound (a label of elsewhere), Forbidden.
    """
    user = _hold_all(actor, things)
    space_id = things[0].space_id
    name = checked_name(new) if new.strip() else ""
    added, removed = _of_space(space_id, add), _of_space(space_id, remove)
    if name:
        added = [*added, Label.objects.living().filter(space=space_id, folded=fold(name)).first()
                 or make(user, space_id, name)]  # fmt: skip
    ids = [thing.pk for thing in things]
    return _change(user, things, {one.pk: ids for one in added}, {one.pk: ids for one in removed})


@transaction.atomic
def relabel(actor: Actor, things: list[Any], add: Pairs, remove: Pairs) -> None:
    """Put and take exactly these, as an undo does; labels that are gone meanwhile stay gone. Needs EDIT on each."""
    user = _hold_all(actor, things)
    known = set(
        Label.objects.living().filter(space=things[0].space_id, pk__in=[*add, *remove]).values_list("pk", flat=True)
    )
    ids = {thing.pk for thing in things}
    kept = [{pk: [one for one in on if one in ids] for pk, on in side.items() if pk in known} for side in (add, remove)]
    _change(user, things, *kept)


def make(user: User | None, space_id: int, name: str, hue: str = "") -> Label:
    """Make a label; its space is locked. Without a `hue` it gets the one that the space uses least."""
    used = list(Label.objects.living().filter(space=space_id).values_list("hue", flat=True))
    if len(used) >= MOST_IN_SPACE:
        raise Conflict(_("This space has 200 labels already. Merge or delete some first."))
    hue = hue if hue in HUES else min(HUES, key=used.count)
    return Label.objects.create(space_id=space_id, name=name, hue=hue, created_by=user)


def checked_name(name: str) -> str:
    """Return the name as it is kept. Raises BadInput."""
    return checked(" ".join(name.split()), LONGEST, NO_NAME)


def _hold_all(actor: Actor, things: list[Any]) -> User:
    if not things:
        raise NotFound
    if len({thing.space_id for thing in things}) > 1:
        raise BadInput(SEVERAL_SPACES)
    user = hold(actor, things[0], Right.EDIT)
    actor.look(things)
    for thing in things:
        actor.require(thing, Right.EDIT)
    return user


def _of_space(space_id: int, ids: Iterable[int]) -> list[Label]:
    wanted = set(ids)
    found = list(Label.objects.living().filter(space=space_id, pk__in=wanted))
    if len(found) != len(wanted):
        raise NotFound(_("One of these labels is gone. Reload the page to see which there are."))
    return found


def _change(user: User, things: list[Any], add: Pairs, remove: Pairs) -> tuple[Pairs, Pairs]:
    """Write what differs, and tell of each thing what came and went."""
    kind, ids = things[0].REF_KIND, [thing.pk for thing in things]
    there = {
        (label_id, pk)
        for label_id, pk in Labelled.objects.filter(kind=kind, object_id__in=ids, label__deleted_at=None).values_list(
            "label_id", "object_id"
        )
    }
    off = {(label_id, pk) for label_id, on in remove.items() for pk in on} & there
    on = {(label_id, pk) for label_id, wanted in add.items() for pk in wanted} - there
    for pk in ids:
        if sum(one == pk for _label, one in (there | on) - off) > MOST_ON_ONE:
            raise Conflict(_("Twenty labels on one thing are enough. Take some off first."))
    for label_id, gone in _grouped(off).items():
        Labelled.objects.filter(label=label_id, kind=kind, object_id__in=gone).delete()
    Labelled.objects.bulk_create(
        (Labelled(label_id=label_id, kind=kind, object_id=pk) for label_id, pk in sorted(on)), ignore_conflicts=True
    )
    names = dict(Label.objects.filter(pk__in={one for one, _pk in on | off}).values_list("pk", "name"))
    for thing in things:
        came, went = ([names[one] for one, pk in sorted(side) if pk == thing.pk] for side in (on, off))
        if came or went:
            record(user, thing, "label", near=True, labels=came, removed=went)
    return _grouped(on), _grouped(off)


def _grouped(pairs: set[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for label_id, pk in sorted(pairs):
        found.setdefault(label_id, []).append(pk)
    return found
