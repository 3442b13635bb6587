"""What files tell of a space: how much lies there, where devices find it."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import ngettext

from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import mounts
from files.models import Node


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


def top(space: Space) -> tuple[str, int] | None:
    """Name the space's own folder, in which all its files lie."""
    root = Node.objects.filter(space=space, parent=None).values_list("pk", flat=True).first()
    return (Node.REF_KIND, root) if root else None
