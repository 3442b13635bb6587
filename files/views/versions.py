"""Earlier contents of a file: listed, looked at, compared, named, kept, brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.paging import PAGE, seal, unseal
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed
from files import browsing, comparing, past, storage
from files.actions import versions
from files.browsing import Place
from files.models import Node, Version
from files.previews import kinds
from files.views.moments import exactly, stamp

IN_PANEL = 20
SHOWN = 64 * 2**10
"""Bytes of a text that its page shows."""


@dataclass(frozen=True)
class Line:
    """One content as lists show it: `who` wrote it, `how`, `when`; `version` is None for the present one.

    `others`: who wrote it together with them.
    """

    version: Version | None
    who: Any
    size: int
    when: SafeString
    said: str
    how: str
    others: tuple[Any, ...] = ()


@require_safe
def of(request: HttpRequest, pk: int) -> HttpResponse:
    """All contents of a file, the present one first."""
    place = browsing.of(request.actor, pk)  # type: ignore[attr-defined]
    if place.here.is_folder:
        raise NotFound
    node = Node.objects.select_related("modified_by").get(pk=place.here.id)
    found = _after(request.GET.get("after", ""), _of_node(request, node))
    rows = list(found[: PAGE + 1])
    context = _common(request, place) | {
        "lines": lines(request, node, rows[:PAGE]),
        "first": "after" not in request.GET,
        "more": f"?after={seal([rows[PAGE - 1].pk])}" if len(rows) > PAGE else "",
    }
    return render(request, "files/versions.html", context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One earlier content: what it shows, and what can be done with it."""
    version = _find(request, pk)
    place = browsing.of(request.actor, version.node_id)  # type: ignore[attr-defined]
    [_now, line] = lines(request, version.node, [version])
    text = _beginning(version)
    context = _common(request, place) | {
        "line": line,
        "version": version,
        "replaced": stamp(version.created_at),
        "beginning": text,
        "picture": not text and bool(version.size and kinds.how_of(version.node.name)),
        "cut": version.size > SHOWN,
    }
    return render(request, "files/version.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs between a version and the present content, or the version `with`; `view`: "side" or "order"."""
    version = _find(request, pk)
    place = browsing.of(request.actor, version.node_id)  # type: ignore[attr-defined]
    other = _other(request, version)
    before, after = (other, version) if other and other.pk < version.pk else (version, other)
    [now, *both] = lines(request, version.node, [one for one in (before, after) if one])
    present = version.node.blob
    sides = [(one.blob.key, one.size) if one else (present.key, version.node.size) for one in (before, after)]
    difference, refused = None, ""
    try:
        difference = comparing.compare(sides[0][0], sides[1][0], (sides[0][1], sides[1][1]))
    except Refusal as refusal:
        refused = str(refusal.message)
    context = _common(request, place) | {
        "version": version,
        "other": other,
        "before": both[0],
        "after": both[1] if len(both) > 1 else now,
        "difference": difference,
        "refused": refused,
        "side": request.GET.get("view") == "side",
        "choices": [
            (one.pk, one.label or exactly(one.mtime))
            for one in _of_node(request, version.node).exclude(pk=version.pk)[:PAGE]
        ],
    }
    return render(request, "files/compare.html", context)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the version the present content; the toast undoes it with the version that was made of today's."""
    actor = request.actor  # type: ignore[attr-defined]
    entry = versions.restore(actor, _find(request, pk))
    latest = Version.objects.filter(node_id=entry.id).first()
    undo = reverse("files:version-restore", args=[latest.pk]) if latest else ""
    text = _("“%(name)s” is as it was then. The contents of today are kept as a version.") % {"name": entry.name}
    return changed(request, _panel(browsing.of(actor, entry.id)), Toast(text, undo))


@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the version a name, or take it away; the toast gives the old one back."""
    version = _find(request, pk)
    before = version.label
    label = request.POST.get("label", "")
    if len(label) > 200 or "\0" in label:
        raise BadInput(_("This name is too long: 200 letters at most."))
    versions.name(request.actor, version, label)  # type: ignore[attr-defined]
    if version.label:
        text = _("This version is called “%(name)s”. It stays as long as the file.") % {"name": version.label}
    else:
        text = _("This version has no name any more.")
    undo = Toast(text, reverse("files:version-name", args=[pk]), {"label": before})
    return changed(request, reverse("files:version-page", args=[pk]), undo)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the version for as long as the file (`kept`), or leave it to the house when it goes."""
    version = _find(request, pk)
    kept = request.POST.get("kept") == "1"
    versions.keep(request.actor, version, kept)  # type: ignore[attr-defined]
    text = _("This version stays as long as the file.") if kept else _("This version goes with time, as others do.")
    undo = Toast(text, reverse("files:version-keep", args=[pk]), {"kept": "" if kept else "1"})
    return changed(request, reverse("files:version-page", args=[pk]), undo)


def lines(request: HttpRequest, node: Node, found: list[Version]) -> list[Line]:
    """Return the present content and these, in words. Two queries."""
    present, origins = past.origins(request.actor, node, found)  # type: ignore[attr-defined]
    at = present.at or node.mtime
    rows = [Line(None, node.modified_by, node.size, stamp(at), exactly(at), present.how)]
    for version in found:
        origin = origins[version.pk]
        at = origin.at or version.mtime
        others = tuple(one.user for one in version.blob.coauthors.all())
        rows.append(Line(version, version.author, version.size, stamp(at), exactly(at), origin.how, others))
    return rows


def in_panel(request: HttpRequest, node: Node) -> dict[str, Any]:
    """Return what the panel shows: the latest, and whether there are more."""
    rows = list(_of_node(request, node)[: IN_PANEL + 1])
    return {"lines": lines(request, node, rows[:IN_PANEL]), "more_versions": len(rows) > IN_PANEL}


def _of_node(request: HttpRequest, node: Node) -> Any:
    found = Version.objects.visible_to(request.actor).filter(node=node)  # type: ignore[attr-defined]
    return found.select_related("author", "blob").prefetch_related("blob__coauthors__user")


def _find(request: HttpRequest, pk: int) -> Version:
    """Return a version of a living file that the person may see. Raises NotFound."""
    found = Version.objects.visible_to(request.actor).select_related("node__acl", "node__blob", "node__modified_by")  # type: ignore[attr-defined]
    version: Version | None = found.select_related("blob", "author").filter(pk=pk, node__trash=None).first()
    if version is None:
        raise NotFound
    return version


def _other(request: HttpRequest, version: Version) -> Version | None:
    """Return the version to compare with, None for the present content. Raises BadInput, NotFound."""
    wanted = request.GET.get("with", "")
    if not wanted:
        return None
    found: Version | None = _of_node(request, version.node).filter(pk=numerals.required(wanted)).first()
    if found is None:
        raise NotFound
    return found


def _after(cursor: str, found: Any) -> Any:
    last = unseal(cursor, 1)
    if last is None:
        return found
    if type(last[0]) is not int or abs(last[0]) >= 2**62:
        raise BadInput
    return found.filter(pk__lt=last[0])


def _common(request: HttpRequest, place: Place) -> dict[str, Any]:
    if place.in_space:
        request.space = place.space  # type: ignore[attr-defined]
    current = "mine" if place.mine else "space" if place.in_space and not place.space.is_personal else "shared"
    return {"place": place, "current": current, "may_edit": place.can(Right.EDIT), "back": _panel(place)}


def _beginning(version: Version) -> str:
    """Return how a text begins, "" for what is none."""
    with storage.open_blob(version.blob.key) as file:
        text = file.read(SHOWN).decode("utf-8-sig", errors="replace")
    strange = text.count("\N{REPLACEMENT CHARACTER}")
    if "\0" in text or strange > 1 + len(text) // 100:
        return ""
    return text.rstrip("\N{REPLACEMENT CHARACTER}")


def _panel(place: Place) -> str:
    """Return the address of the file's versions in its folder's panel."""
    return f"{place.folder_url or reverse('files:shared')}?open={place.here.id}&tab=versions"
