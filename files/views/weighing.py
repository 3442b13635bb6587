"""The storage report of a space, or of one's own files: what takes the room, and from there into the trash."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput, NotFound
from collab.lib.paging import PAGE, seal, unseal
from collab.lib.partials import is_fragment
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.answers import numbers
from collab.spaces.models import Space
from files import browsing, queries, weighing
from files.entry import FOLDER, Entry
from files.models import Node
from files.views import panel
from files.views.lists import gathered, table
from files.views.order import Order

TABS: tuple[tuple[str, str | Promise], ...] = (
    ("largest", _("Largest")),
    ("oldest", _("Oldest")),
    ("twins", _("Duplicates")),
    ("folders", _("By folder")),
)
GROUPS = 20
"""Contents with several files on one page."""


class Group(NamedTuple):
    """So many files of one content, as rows; `spare` bytes go when one is left; `hidden`: those not shown here."""

    size: int
    number: int
    spare: int
    rows: list[Any]
    hidden: int


class Branch(NamedTuple):
    """A folder and what it weighs: `share` of its folder, in hundredths."""

    entry: Entry
    share: int


@require_safe
def report(request: HttpRequest, space: str = "") -> HttpResponse:
    """What takes the room, by the tab that the address names."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place, root = _space(request, space)
    part = request.headers.get("HX-Target", "") if is_fragment(request) else ""
    if part == "panel":
        return render(request, "files/_panel.html", panel.context(request))
    by = next((slug for slug, _label in TABS if slug == request.GET.get("by")), "largest")
    context = {
        "current": "weight",
        "space": place,
        "mine": actor.user is not None and place.owner_id == actor.user.pk,
        "home": browsing.address(place, [], mine=actor.user is not None and place.owner_id == actor.user.pk),
        "tabs": TABS,
        "by": by,
        "gathered": True,
        "first": "after" not in request.GET,
        **_BY[by](request, place, root),
    }
    if part == "listing":
        return render(request, "files/_weighed.html", context)
    if is_fragment(request) and "after" in request.GET and by != "twins":
        return render(request, "files/_rows.html", context)
    context["taken"] = weighing.taken(place, root) if actor.can(root, Right.SEE) else None
    if "open" in request.GET:
        context |= panel.context(request)
    return render(request, "files/weight.html", context)


def _space(request: HttpRequest, slug: str) -> tuple[Space, Node]:
    """Return the space that the person is in, with its folder. Raises NotFound."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = slug or f"~{request.user.username}"  # type: ignore[union-attr]
    root = Node.objects.visible_to(actor).select_related("space", "acl").filter(space__slug=wanted, parent=None).first()
    if root is None:
        raise NotFound
    request.space = root.space  # type: ignore[attr-defined]
    return root.space, root


def _files(question: Any) -> Any:
    """Return the tab that lists the files which a question of `weighing` finds."""

    def tab(request: HttpRequest, space: Space, root: Node) -> dict[str, Any]:
        after = unseal(request.GET.get("after", ""), 2)
        if after is not None and not all(type(value) is int and abs(value) < 2**62 for value in after):
            raise BadInput
        found = question(request.actor, space, PAGE + 1, after)  # type: ignore[attr-defined]
        page, by = found[:PAGE], request.GET.get("by", "")
        asked = f"?by={by}&" if by in {"largest", "oldest"} else "?"
        entries = gathered(request, [pk for pk, _cursor in page])
        return {
            "rows": table(request, entries, asked),
            "more": f"{asked}after={seal(page[-1][1])}" if len(found) > PAGE else "",
        }

    return tab


def _twins(request: HttpRequest, space: Space, root: Node) -> dict[str, Any]:
    after = unseal(request.GET.get("after", ""), 2)
    if after is not None and (type(after[0]) is not int or not _is_hex(after[1])):
        raise BadInput
    found = weighing.twins(request.actor, space, GROUPS + 1, after)  # type: ignore[attr-defined]
    page = found[:GROUPS]
    rows = {row.id: row for row in table(request, gathered(request, [pk for one in page for pk in one.ids]), _TWINS)}
    groups = [
        Group(one.size, one.number, one.spare, [rows[pk] for pk in one.ids if pk in rows], one.number - len(one.ids))
        for one in page
    ]
    return {
        "groups": groups,
        "next_groups": f"{_TWINS}after={seal(page[-1].cursor)}" if len(found) > GROUPS else "",
    }  # fmt: skip


def _folders(request: HttpRequest, space: Space, root: Node) -> dict[str, Any]:
    """The folders inside one of the space's, the heaviest first, each with its share."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("folder", "")
    place = browsing.of(actor, numbers([wanted])[0] if wanted else root.pk)
    if place.space.pk != space.pk or not place.here.is_folder:
        raise NotFound
    order = Order("size", True)
    after = order.after(request.GET.get("after", ""))
    inside = queries.children(actor, place.here.id, after=after, limit=PAGE + 1, sort="size", desc=True)
    folders = [entry for entry in inside[:PAGE] if entry.kind == FOLDER]
    asked = f"?by=folders&folder={place.here.id}&"
    whole = max(1, place.here.size)
    return {
        "place": place,
        "branches": [Branch(entry, min(100, entry.size * 100 // whole)) for entry in folders],
        "loose": place.here.size - sum(entry.size for entry in folders),
        "next_folders": f"{asked}after={order.cursor(folders[-1])}" if len(folders) == PAGE < len(inside) else "",
    }


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and all(letter in "0123456789abcdef" for letter in value)


_TWINS = "?by=twins&"
_BY = {"largest": _files(weighing.largest), "oldest": _files(weighing.oldest), "twins": _twins, "folders": _folders}
