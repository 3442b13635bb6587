"""Models for new files: what lies in a folder called “Templates” at the top of a space, or of one's own files.

The name makes it one, in any language of the house: so it can be made, renamed, shared, synchronised, restored and
copied as any folder, and no setting points at something that is gone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from collab.lib.text import sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space
from files import browsing, queries
from files.entry import Entry
from files.models import Node

LANGUAGES = ("en", "fr")
MOST = 200


class Shelf(NamedTuple):
    """The models of a space, or one's own (`mine`); `url`: their folder, "" while there is none; `may_begin`: whether
    the actor may make it in `root`."""

    name: str
    mine: bool
    root: int
    models: list[Entry]
    url: str
    may_begin: bool


def name() -> str:
    """Return what such a folder is called in the language at hand."""
    return _("Templates")


def names() -> set[str]:
    """Return the names that make a folder one, as they sort: in every language, case and accents aside."""
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(sort_key(name()))
    return found


def shelves(actor: Actor, space: Space) -> list[Shelf]:
    """Return the models that one may begin with in this space: its own, then the person's."""
    me = actor.user.pk if actor.user else None
    spaces = [space] if space.owner_id == me or not space.is_personal else []
    spaces += Space.objects.filter(owner=actor.user) if actor.user and space.owner_id != me else []
    tops = Node.objects.visible_to(actor).with_rights(actor).filter(space__in=spaces, parent=None)
    roots: dict[int, Any] = {root.space_id: root for root in tops}
    return [_shelf(actor, one, roots[one.pk], mine=one.owner_id == me) for one in spaces if one.pk in roots]


def _shelf(actor: Actor, space: Space, root: Any, *, mine: bool) -> Shelf:
    folders = Node.objects.inside(root.pk).visible_to(actor).filter(kind=Node.Kind.FOLDER, sort__in=names())
    folder = folders.order_by("pk").first()
    if folder is None:
        return Shelf(space.name, mine, root.pk, [], "", bool(root.mask & Right.ADD))
    models = queries.children(actor, folder.pk, limit=MOST, sort="name")
    return Shelf(space.name, mine, root.pk, models, browsing.address(space, [folder.name], mine=mine), False)
