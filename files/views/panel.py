"""One thing beside its list: who sees it and through what, what happened to it, its earlier contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.activity import stream
from collab.activity.scope import Scope
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.marks import labels, reading
from collab.rights import explain, lineage
from collab.rights.right import Right
from collab.shell.board.words import whole
from collab.shell.marking import discussion
from collab.spaces.models import Space
from files import browsing, editing, withholding
from files.browsing import Place
from files.entry import Entry
from files.models import Node
from files.previews import kinds
from files.views import previews, rows, versions, viewing
from files.views.order import Order

TABS = (
    ("access", _("Access")),
    ("activity", _("Activity")),
    ("comments", _("Comments")),
    ("versions", _("Versions")),
)


@dataclass(frozen=True)
class Through:
    """Those who have access by one circle: given on the thing itself, or through a folder or space above."""

    title: str | Promise
    here: bool
    reasons: list[explain.Reason]


def entry_in(request: HttpRequest, wanted: str) -> Entry:
    """Return the thing that the address names. Raises NotFound."""
    return _find(request, wanted).here


def context(request: HttpRequest, place: Place | None = None) -> dict[str, Any]:
    """Return what `files/_panel.html` draws; on a page whose thing is gone meanwhile, only that it is (`lost`).

    `place`: the folder under it, None for a list that gathers from everywhere.
    """
    try:
        thing = _find(request, request.GET.get("open", ""))
    except NotFound:
        if "HX-Request" in request.headers:
            raise
        return {"thing": None, "lost": True}
    entry = thing.here
    tabs = TABS if not entry.is_folder else TABS[:3]
    tab = next((slug for slug, _label in tabs if slug == request.GET.get("tab")), "access")
    node = Node.objects.select_related("acl", "created_by", "modified_by", "space").get(pk=entry.id)
    found: dict[str, Any] = {
        "thing": thing,
        "node": node,
        "icon": rows.icon_of(entry),
        "tabs": tabs,
        "tab": tab,
        "kind": Node.REF_KIND,
        "thing_id": entry.id,
        "starred": labels.is_starred(request.actor, Node.REF_KIND, entry.id),  # type: ignore[attr-defined]
        "labels": labels.on(Node.REF_KIND, [entry.id]).get(entry.id, []),
        "may_label": thing.can(Right.EDIT),
        "comments": reading.count(Node.REF_KIND, entry.id),
        "view": "" if entry.is_folder else viewing.address(entry.id, Order.of(request.GET)),
        "beginning": previews.beginning(entry),
        "opens": editing.is_text(entry),
        "is_photo": not entry.is_folder and kinds.is_photo(entry.name),
        "withheld": not entry.is_folder and bool(withholding.marked([entry.id])),
        "may": _may(thing),
        "off": _off(thing, node),
        "share_url": thing.share_url,
        "base": _base(request),
        "back": _base(request).rstrip("?&") or request.path,
    }
    return found | _TABS[tab](request, thing, node)


def _access(request: HttpRequest, thing: Place, node: Node) -> dict[str, Any]:
    access = explain.access(node)
    circles = _circles(thing, node, access)
    return {
        "verdict": verdict(node, access),
        "circles": circles,
        "restricted": _is_restricted(node),
        "my_right": whole(int(request.actor.rights_on(node))).lower(),  # type: ignore[attr-defined]
    }


def _activity(request: HttpRequest, thing: Place, node: Node) -> dict[str, Any]:
    found = stream.page(request.actor, Scope(thing=(Node.REF_KIND, node.pk)), request.GET.get("before", ""))  # type: ignore[attr-defined]
    return {"lines": found.lines, "more": found.more, "own": (Node.REF_KIND, node.pk)}


def _versions(request: HttpRequest, thing: Place, node: Node) -> dict[str, Any]:
    return versions.in_panel(request, node)


def _comments(request: HttpRequest, thing: Place, node: Node) -> dict[str, Any]:
    return discussion.context(request, Node.REF_KIND, node)


_TABS = {"access": _access, "activity": _activity, "comments": _comments, "versions": _versions}


def verdict(node: Node, access: list[explain.Reason]) -> str:
    """Return how many people may see and edit, and whether a public link is open, in sentences."""
    masks = explain.people_with(node.acl_id, Right.SEE)
    seeing, editing = len(masks), sum(1 for mask in masks.values() if mask & Right.EDIT)
    see = ngettext("%(count)d person can view.", "%(count)d people can view.", seeing) % {"count": seeing}
    edit = ngettext("%(count)d can edit.", "%(count)d can edit.", editing) % {"count": editing}
    anyone = any(reason.grant.principal.user_id is reason.grant.principal.group_id is None for reason in access)
    return f"{see} {edit} {_('Anyone with the link can view.')}" if anyone else f"{see} {edit}"


def _circles(thing: Place, node: Node, access: list[explain.Reason]) -> list[Through]:
    """Return who has access, nearest circle first."""
    names = {entry.acl_id: entry.name or thing.space.name for entry in thing.chain}
    found: dict[int, Through] = {}
    for reason in access:
        kind, _object = reason.through
        if reason.here and (kind, _object) == ("node", node.pk):
            title: str | Promise = _("Here")
        elif kind == "space":
            title = _through_space(thing.space)
        else:
            title = _("Through the folder %(name)s") % {"name": names.get(reason.grant.acl_id, "…")}
        found.setdefault(reason.grant.acl_id, Through(title, reason.here, [])).reasons.append(reason)
    return list(found.values())


def _through_space(space: Space) -> str:
    return str(_("Through the space %(name)s") % {"name": space.name})


def _is_restricted(node: Node) -> bool:
    return node.acl.kind == "node" and not lineage.follows_place(node.acl)


def _may(thing: Place) -> dict[str, bool]:
    """What the panel offers: an entrance's own root can be read, not moved."""
    movable = not thing.here.is_root
    return {
        "edit": movable and thing.can(Right.EDIT),
        "delete": movable and thing.can(Right.DELETE),
        "restore": thing.can(Right.EDIT),
        "links": (movable or not thing.space.is_personal) and thing.can(Right.SHARE),
    }


def _off(thing: Place, node: Node) -> str:
    """Return why what the menu dims is off, and whom to ask; an archived space says so by its banner."""
    if thing.here.is_root or thing.space.archived_at:
        return str(_("Dimmed: your rights here do not allow it."))
    missing = next((right for right in (Right.EDIT, Right.DELETE) if not thing.can(right)), None)
    return explain.reason(node, missing) if missing else ""


def _find(request: HttpRequest, wanted: str) -> Place:
    return browsing.of(request.actor, numerals.required(wanted))  # type: ignore[attr-defined]


def _base(request: HttpRequest) -> str:
    """Return the query of the page without what concerns the panel, open for one more parameter."""
    query = request.GET.copy()
    for name in ("open", "tab", "rename", "new", "before"):
        query.pop(name, None)
    return f"?{query.urlencode()}&" if query else "?"
