"""What happened to files and folders, in sentences; what is told as one, and what is forgotten with its author."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.events.models import Change
from collab.lib.routes import reverse
from collab.registry import registry
from collab.registry.plugin import Gather, Told
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import browsing, queries
from files.models import Node

MOST_INSIDE = 2000
"""So many things in a folder are in its stream, those nearest to it first."""

GATHERS = {
    "add": Gather("after.parent", ("after.folder",)),
    "copy": Gather("after.parent"),
    "edit": Gather("after.parent"),
    "move": Gather("after.parent", ("before.parent", "after.parent")),
    "trash": Gather("before.parent"),
    "restore": Gather("after.parent"),
    "arrive": Gather("after.parent"),
    "leave": Gather("before.parent"),
    "restore-version": Gather("after.parent"),
    "withhold": Gather("before.parent"),
    "publish": Gather("before.parent"),
} | dict.fromkeys(("touch", "share", "unshare", "link"), Gather(alike=("ref",)))
NAMES = ("name", "from", "by")
FORGETS = dict.fromkeys(("add", "copy", "edit", "move", "trash", "restore", "purge", "arrive", "leave"), NAMES)
"""Names that somebody gave: those of what is still there stand on the thing itself."""

_INSIDE = """WITH RECURSIVE down (id) AS (SELECT id FROM files_node WHERE parent_id = %s
 UNION ALL SELECT n.id FROM down JOIN files_node n ON n.parent_id = down.id) SELECT id FROM down LIMIT %s"""


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of files and folders into sentences, leaving out those of what the actor does not see."""
    asked = {pk for change in changes for pk in (change.ref_id, _at(change)) if pk}
    seen = Node.objects.visible_to(actor).in_bulk(asked)
    roots = {node.space_id for change in changes if (node := seen.get(change.ref_id)) is not None and node.is_root}
    spaces = Space.objects.in_bulk(roots) if roots else {}
    folders = [pk for change in changes if (pk := _at(change)) and pk in seen and seen[pk].trash_id is None]
    paths = browsing.paths(folders) if folders else {}
    places = {pk: (path.label(actor), path.url(actor)) for pk, path in paths.items()}
    told = []
    for change in changes:
        node = seen.get(change.ref_id)
        if node is None or (node.is_root and node.space_id not in spaces):  # or its space went a moment ago
            continue
        url = "" if node.trash_id or node.is_root else reverse("thing", args=[node.pk])
        furnished = node.is_root and change.kind == "copy"
        said = _("brought in the folders of another space") if furnished else sentence(change)
        place, place_url = places.get(_at(change) or 0, ("", ""))
        told.append(
            Told(
                change.seq, said, node.name or spaces[node.space_id].name, url, place, place_url,
                f"{change.kind}/{_at(change)}" if change.kind in GATHERS else "", partial(together, change),
            )
        )  # fmt: skip
    return told


def sentence(change: Change) -> str:
    """Return what was done; the person's name stands before it. "" for what says nothing to people."""
    before, after = change.before or {}, change.after or {}
    if change.kind == "add" and after.get("folder") and change.actor_id is None:
        return ""  # the house made it, for what lies in it
    if change.kind == "move" and before.get("parent") == after.get("parent"):
        name = before.get("name", "")
        return _("renamed it, it was “%(name)s”") % {"name": name} if name else _("renamed it")
    if change.kind == "rewind":
        to = after.get("to", "")
        return _("restored it as it was %(moment)s") % {"moment": to} if to else _("took a restoration of it back")
    if change.kind in _SENTENCES:
        return str(_SENTENCES[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said


def together(change: Change, count: int) -> str:
    """Return the same of so many things; the folder they lie in stands behind it."""
    before, after = change.before or {}, change.after or {}
    if change.kind == "add" and after.get("folder"):
        text = ngettext("made %(count)d folder in", "made %(count)d folders in", count)
    elif change.kind == "add":
        text = ngettext("added %(count)d file to", "added %(count)d files to", count)
    elif change.kind == "edit":
        text = ngettext("changed %(count)d file in", "changed %(count)d files in", count)
    elif change.kind == "copy":
        text = ngettext("put %(count)d copy into", "put %(count)d copies into", count)
    elif change.kind == "trash":
        text = ngettext("moved %(count)d thing to the trash, from", "moved %(count)d things to the trash, from", count)
    elif change.kind == "restore":
        text = ngettext(
            "brought %(count)d thing back from the trash, to", "brought %(count)d things back from the trash, to", count
        )
    elif change.kind == "move" and before.get("parent") == after.get("parent"):
        text = ngettext("renamed %(count)d thing in", "renamed %(count)d things in", count)
    elif change.kind == "restore-version":
        text = ngettext(
            "brought back an earlier version of %(count)d file in",
            "brought back earlier versions of %(count)d files in",
            count,
        )
    elif change.kind == "withhold":
        text = ngettext(
            "marked %(count)d picture as not for publication, in",
            "marked %(count)d pictures as not for publication, in",
            count,
        )
    elif change.kind == "publish":
        text = ngettext(
            "allowed the publication of %(count)d picture in", "allowed the publication of %(count)d pictures in", count
        )
    elif change.kind == "leave":
        text = ngettext(
            "moved %(count)d thing to another space, from", "moved %(count)d things to another space, from", count
        )
    elif change.kind == "arrive":
        text = ngettext(
            "brought %(count)d thing from another space, to", "brought %(count)d things from another space, to", count
        )
    else:
        text = ngettext("moved %(count)d thing to", "moved %(count)d things to", count)
    return text % {"count": count}


def above(ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Return {node: the folders it lies in, the nearest first}. One query."""
    return {pk: [(Node.REF_KIND, up) for up in line[-2::-1]] for pk, (line, _names) in queries.lines_up(ids).items()}


def inside(actor: Actor, node_id: int) -> list[int]:
    """Return what lies below a folder, thrown away or not, up to a limit. One query; who may see it is asked later."""
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE, [node_id, MOST_INSIDE])
        return [row[0] for row in cursor.fetchall()]


def _at(change: Change) -> int | None:
    """Return the folder where it happened."""
    found = (change.after or {}).get("parent") or (change.before or {}).get("parent")
    return found if isinstance(found, int) else None


_SENTENCES: dict[str, Any] = {
    "add": gettext_lazy("added it"),
    "copy": gettext_lazy("made it as a copy"),
    "edit": gettext_lazy("changed its contents"),
    "touch": gettext_lazy("changed its date"),
    "move": gettext_lazy("moved it to another folder"),
    "restore-version": gettext_lazy("brought back an earlier version"),
    "trash": gettext_lazy("moved it to the trash"),
    "restore": gettext_lazy("brought it back from the trash"),
    "arrive": gettext_lazy("brought it from another space"),
    "leave": gettext_lazy("moved it to another space"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "withhold": gettext_lazy("marked it as not for publication"),
    "publish": gettext_lazy("allowed its publication"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
