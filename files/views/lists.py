"""Lists that gather from everywhere: what was shared with me and by me, changed last, starred, or labelled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput
from collab.lib.paging import PAGE, seal, unseal
from collab.lib.partials import is_fragment
from collab.lib.text import is_text
from collab.marks import labels
from files import browsing, gathering, mounts, queries
from files.entry import Entry
from files.models import Node
from files.views import layout, panel, rows

_Found = list[tuple[int, list[Any]]]
"""What a list shows: (id, cursor) each."""


@require_safe
def shared(request: HttpRequest) -> HttpResponse:
    """What lies in others' places and is open to me: each thing once, at its top."""
    after = unseal(request.GET.get("after", ""), 3)
    if after is not None and [type(value) for value in after] != [int, str, int]:
        raise BadInput

    def found() -> _Found:
        tree = mounts.root(request.actor, deep=False)  # type: ignore[attr-defined]
        # `name` is the one on devices, and sorts; pages show the thing's own
        received = sorted([entry.kind, entry.name.casefold(), entry.id] for entry in tree.rows if entry.received)
        left = [key for key in received if after is None or key > after][: PAGE + 1]
        return [(key[2], key) for key in left]

    return _show(request, "shared", _("Shared with me"), found)


@require_safe
def recent(request: HttpRequest) -> HttpResponse:
    """The files changed last."""
    after = _numbers(request, 2)
    found = partial(browsing.recent, request.actor, PAGE + 1, after)  # type: ignore[attr-defined]
    return _show(request, "recent", _("Recent"), found)


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """What I starred, the latest first."""
    after = _numbers(request, 1)
    found = partial(browsing.favourites, request.actor, PAGE + 1, after)  # type: ignore[attr-defined]
    return _show(request, "favourites", _("Favourites"), found)


@require_safe
def given(request: HttpRequest) -> HttpResponse:
    """What I shared with others, or by a link; the latest share first."""
    after = _numbers(request, 1)
    found = partial(gathering.given, request.actor, PAGE + 1, after)  # type: ignore[attr-defined]
    return _show(request, "given", _("Shared by me"), found, audience=True)


@require_safe
def by_label(request: HttpRequest) -> HttpResponse:
    """The labels that files and folders bear, with how many of those that I see."""
    after = unseal(request.GET.get("after", ""), 2)
    if after is not None and not (isinstance(after[0], str) and is_text(after[0]) and type(after[1]) is int):
        raise BadInput
    found = labels.known(request.actor, Node.REF_KIND, PAGE + 1, tuple(after) if after else None)  # type: ignore[attr-defined]
    page = found[:PAGE]
    more = f"?after={seal([page[-1].folded, page[-1].pk])}" if len(found) > PAGE else ""
    return render(request, "files/labels.html", {"current": "labels", "labels": page, "more": more})


@require_safe
def labelled(request: HttpRequest, pk: int) -> HttpResponse:
    """The files and folders that bear a label, the latest first."""
    label = labels.find(request.actor, pk)  # type: ignore[attr-defined]
    found = partial(gathering.labelled, request.actor, label, PAGE + 1, _numbers(request, 1))  # type: ignore[attr-defined]
    return _show(request, "labels", label.name, found, label=label)


def _numbers(request: HttpRequest, size: int) -> list[int] | None:
    """Return the cursor of the address. Raises BadInput for a foreign one."""
    after = unseal(request.GET.get("after", ""), size)
    if after is not None and not all(type(value) is int and abs(value) < 2**62 for value in after):
        raise BadInput
    return after


def gathered(request: HttpRequest, ids: list[int]) -> list[Entry]:
    """Return the entries in the order of their ids."""
    entries = queries.entries(request.actor, ids)  # type: ignore[attr-defined]
    return [entries[pk] for pk in ids if pk in entries]


def table(request: HttpRequest, entries: list[Entry], query: str = "?", *, audience: bool = False) -> list[rows.Row]:
    """Return rows that say where each thing lies; with `audience`, who sees it."""
    acls = rows.acls_of(entries) if audience else ()
    around = browsing.surroundings(acls, rows.people_of(entries), nodes=[entry.id for entry in entries])
    paths = browsing.paths([entry.id for entry in entries])
    return rows.rows(
        request.actor, entries, around, base="", query=query, paths=paths, audience=audience  # type: ignore[attr-defined]
    )  # fmt: skip


def _show(
    request: HttpRequest, slug: str, title: str | Promise, find: Callable[[], _Found], *,
    audience: bool = False, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Draw a page of what is found, one more than a page when there is more."""
    part = request.headers.get("HX-Target", "") if is_fragment(request) else ""
    if part == "panel":
        return render(request, "files/_panel.html", panel.context(request))
    is_first = "after" not in request.GET
    # clocks are read before what is drawn as of them: what follows is told
    clocks = browsing.clocks(request.actor) if is_first else {}  # type: ignore[attr-defined]
    found = find()
    page = found[:PAGE]
    topics = _topics(clocks, browsing.clocks_at([pk for pk, _cursor in page])) if is_first else ""
    context = {
        "current": slug,
        "title": title,
        "rows": table(request, gathered(request, [pk for pk, _cursor in page]), audience=audience),
        "audience": audience,
        "more": f"?after={seal(page[-1][1])}" if len(found) > PAGE else "",
        "gathered": True,
        "grid": layout.is_grid(request),
        "topics": topics,
        "first": is_first,
        **more,
    }
    if part == "listing":
        return render(request, "files/_gathered.html", context)
    if is_fragment(request) and not is_first:
        return render(request, "files/_rows.html", context)
    if "open" in request.GET:
        context |= panel.context(request)
    return render(request, "files/gathered.html", context)


def _topics(spaces: dict[int, int], nodes: dict[int, int]) -> str:
    """Return what this page listens to: the spaces I see, and what it shows of others', each as of its clock."""
    every = [*(("space", *one) for one in spaces.items()), *((Node.REF_KIND, *one) for one in nodes.items())]
    return " ".join(f"{kind}:{pk}@{seq}" for kind, pk, seq in every)
