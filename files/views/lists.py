"""Lists that gather from everywhere: what others shared with me, what changed last, what I starred."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from collab.lib.paging import PAGE
from collab.lib.partials import is_fragment
from files import browsing, mounts, queries
from files.entry import Entry
from files.views import panel, rows


@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """What lies in others' places and is open to me: each thing once, at its top."""
    tree = mounts.root(request.actor, deep=False)  # type: ignore[attr-defined]
    found = [entry for entry in tree.rows if entry.received]
    # `name` is the one on devices; pages show the thing's own
    entries = queries.entries(request.actor, [entry.id for entry in found])  # type: ignore[attr-defined]
    return _show(request, "shared", _("Shared with me"), sorted(entries.values(), key=_by_name))


@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """The files changed last."""
    return _show(request, "recent", _("Recent"), gathered(request, browsing.recent(request.actor, PAGE)))  # type: ignore[attr-defined]


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What I starred, the latest first."""
    found = browsing.favourites(request.actor, PAGE)  # type: ignore[attr-defined]
    return _show(request, "favourites", _("Favourites"), gathered(request, found))


def gathered(request: HttpRequest, ids: list[int]) -> list[Entry]:
    """Return the entries in the order of their ids."""
    entries = queries.entries(request.actor, ids)  # type: ignore[attr-defined]
    return [entries[pk] for pk in ids if pk in entries]


def table(request: HttpRequest, entries: list[Entry], query: str = "?") -> list[rows.Row]:
    """Return rows that say where each thing lies."""
    around = browsing.surroundings([], rows.people_of(entries))
    paths = browsing.paths([entry.id for entry in entries])
    return rows.rows(request.actor, entries, around, base="", query=query, paths=paths)  # type: ignore[attr-defined]


def _show(request: HttpRequest, slug: str, title: str | Promise, entries: list[Entry]) -> HttpResponse:
    part = request.headers.get("HX-Target", "") if is_fragment(request) else ""
    if part == "panel":
        return render(request, "files/_panel.html", panel.context(request))
    context = {"current": slug, "title": title, "rows": table(request, entries), "gathered": True, "first": True}
    if part == "listing":
        return render(request, "files/_gathered.html", context)
    if "open" in request.GET:
        context |= panel.context(request)
    return render(request, "files/gathered.html", context)


def _by_name(entry: Entry) -> tuple[int, str, int]:
    return entry.kind, entry.name.casefold(), entry.id
