"""What a new space begins with: the folders of its template, or the structure of the space it is made like."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.dav import dead
from collab.events import jobs
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files.actions import creating, recording, subtree, tree
from files.actions.moving import insert_copies
from files.entry import Entry
from files.models import Node

FOLDERS: dict[str, tuple[str | Promise, ...]] = {
    "commission": (_("Agendas"), _("Minutes"), _("Budget"), _("Documents")),
    "class": (_("Programme"), _("Materials"), _("Work handed in"), _("Photos")),
    "project": (_("Preparation"), _("Budget"), _("Communication"), _("Review")),
    "public": (_("Documents to share"), _("Logos and posters"), _("Photos")),
}
"""Top folders by template, in the order in which they are shown beforehand."""
OWN = (_("Documents"), _("Photos"), _("Notes"), _("Templates"))
"""What a person's own files may begin with, if they want it: nobody finds folders that they did not make."""


def starters(template: str) -> list[str | Promise]:
    """Name the folders that a template brings."""
    return list(FOLDERS.get(template, ()))


@transaction.atomic
def furnish(actor: Actor, space: Space, template: str) -> None:
    """Make the folders of the template at the top of the space, named in the language of the moment."""
    root = Node.objects.get(space=space, parent=None)
    for name in FOLDERS.get(template, ()):
        creating.make_folder(actor, root, str(name))


@transaction.atomic
def copy(actor: Actor, source: Space, space: Space, *, content: bool = False) -> None:
    """Make the source's folders in the new space, with its files too if so asked; contents cost a row each.

    What the actor does not see, and what is reserved for some (it inherits nothing), stays out: here all would see it.
    A job at hand hears how far it is. Raises TooLarge (above 100,000 things), OverQuota.
    """
    there = tree.lock(space.pk, reading=[source.pk])[space.pk]
    old, new = (Node.objects.get(space=one, parent=None) for one in (source, space))
    rows = _shown(source, subtree.seen(actor, old.pk), content=content)
    size = sum(row[6] for row in rows if row[4] == Node.Kind.FILE)
    there.require_room(size)
    copies: dict[int, int] = {}
    for branch in _branches(old.pk, rows):
        tell = partial(_tell, len(copies), len(rows))
        copies |= insert_copies(actor, branch, there, new.pk, new.acl_id, branch[0][2], tell=tell)
    if not copies:
        return
    dead.copy(Node.REF_KIND, list(copies.items()))
    recording.write(
        "", "%(ref)s::bigint", {"ref": new.pk}, space_id=space.pk, up=[new.pk], kind="copy", actor=actor, grown=size,
        used=size, before={"from": old.pk}, after={"things": len(copies)},
    )  # fmt: skip


def _tell(before: int, total: int, done: int) -> None:
    jobs.tell(before + done, total)


def _shown(source: Space, rows: list[tuple[Any, ...]], *, content: bool) -> list[tuple[Any, ...]]:
    """Return the rows (parents first) without what is reserved, and without files unless they are wanted."""
    own = Node.objects.filter(space=source, acl__kind=Node.REF_KIND, acl__object_id=F("pk"), acl__parent=None)
    left_out = set(own.values_list("pk", flat=True))
    kept = []
    for row in rows:
        if row[0] in left_out or row[1] in left_out:
            left_out.add(row[0])
        elif content or row[4] == Node.Kind.FOLDER:
            kept.append(row)
    return kept


def _branches(root_id: int, rows: list[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """Return each top thing with all below it, parents first; depths are counted from it."""
    branches: dict[int, list[tuple[Any, ...]]] = {}
    top_of: dict[int, int] = {}
    for row in rows:
        if row[0] == root_id:
            continue
        top = top_of[row[0]] = row[0] if row[1] == root_id else top_of[row[1]]
        branches.setdefault(top, []).append((*row[:8], row[8] - 1))
    return list(branches.values())


@transaction.atomic
def begin(actor: Actor, root: Any) -> list[Entry]:
    """Make a person's first folders at the top of their own files, but those whose names are there; return the new."""
    there = set(Node.objects.inside(root.pk).values_list("name", flat=True))
    return [creating.make_folder(actor, root, str(name)) for name in OWN if str(name) not in there]
