"""What files tell of a space: how much lies there, where devices find it, what happened to what one may see."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.events.models import Change
from collab.registry.plugin import Told
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import mounts, queries
from files.models import Node
from files.views.history import sentence


def holdings(space: Space, actor: Actor | None) -> list[str]:
    """Say how many files and folders there are that the actor sees; for None all of them, those in the trash too."""
    found = Node.objects.filter(space=space).exclude(parent=None)
    if actor is not None:
        found = found.living().visible_to(actor)
    counts = found.aggregate(files=Count("pk", Q(kind=Node.Kind.FILE)), folders=Count("pk", Q(kind=Node.Kind.FOLDER)))
    said = []
    if counts["files"]:
        said.append(ngettext("%(count)d file", "%(count)d files", counts["files"]) % {"count": counts["files"]})
    if counts["folders"]:
        folders = ngettext("%(count)d folder", "%(count)d folders", counts["folders"])
        said.append(folders % {"count": counts["folders"]})
    return said


def address(actor: Actor, space: Space) -> str:
    """Return the path of the space's folder in the person's tree on devices, "" where it is in none (archived)."""
    root = Node.objects.filter(space=space, parent=None).first()
    return (mounts.path_to(actor, root.pk) if root and actor.user and not space.archived_at else None) or ""


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of files and folders into sentences, leaving out those of what the actor does not see."""
    nodes = Node.objects.visible_to(actor).select_related("space").in_bulk([change.ref_id for change in changes])
    told = []
    for change in changes:
        node = nodes.get(change.ref_id)
        if node is not None:
            url = "" if node.trash_id or node.is_root else reverse("thing", args=[node.pk])
            said = sentence(change)
            if node.is_root and change.kind == "copy":
                said = _("brought in the folders of another space")
            if said:
                told.append(Told(change.seq, said, node.name or node.space.name, url))
    return told


def above(ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Return {node: the folders it lies in, the nearest first}; a space's own folder is the space. One query."""
    return {pk: [(Node.REF_KIND, up) for up in line[-2:0:-1]] for pk, (line, _names) in queries.lines_up(ids).items()}


def top(space: Space) -> tuple[str, int] | None:
    """Name the space's own folder, in which all its files lie."""
    root = Node.objects.filter(space=space, parent=None).values_list("pk", flat=True).first()
    return (Node.REF_KIND, root) if root else None
