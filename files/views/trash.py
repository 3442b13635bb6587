"""The trash of a space, or of all: what, where it was, who and when; removed for good after a question."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput, NotFound
from collab.lib.paging import PAGE, seal, unseal
from collab.lib.partials import Toast
from collab.registry import house
from collab.rights.right import Right
from collab.shell.answers import changed, numbers
from collab.spaces.models import Space
from files.actions import trashing
from files.browsing import address
from files.models import Trash
from files.views.rows import icon_of
from files.views.trash_filter import SINCE, Filter, kinds_offered, people

MOST = 1000


class Row(NamedTuple):
    """One entry: `folder` is where it was (without its own name), `may_purge` whether it is the person's to remove."""

    trash: Trash
    icon: str
    folder: str
    may_restore: bool
    may_purge: bool


@require_safe
def listing(request: HttpRequest, space: str = "") -> HttpResponse:
    """What the person may see of the trash of a space, of their own without a space, or of all; the latest first."""
    wished = Filter.of(request.GET)
    place = _space(request, space)
    seen = _visible(request) if wished.everywhere else _visible(request).filter(space=place)
    found = _rows(request, wished.apply(seen), request.GET.get("after", ""))
    more = len(found) > PAGE
    rows = found[:PAGE]
    context = {
        "space": place,
        "mine": place.owner_id == request.user.pk,
        "current": "trash",
        "rows": rows,
        "more": wished.query(after=seal([rows[-1].trash.pk])) if more else "",
        "days": house.get("files.trash_days"),
        "home": address(place, [], mine=place.owner_id == request.user.pk),
        "may_empty": any(row.may_purge for row in rows) and not wished and not wished.everywhere,
        "empty_url": f"{trash_url(place, request)}empty/",
        "wished": wished,
        "people": people(seen) if rows or wished else [],
        "kinds": kinds_offered(),
        "periods": [(slug, label) for slug, (label, _days) in SINCE.items()],
    }
    return render(request, "files/trash.html", context)


def purge(request: HttpRequest) -> HttpResponse:
    """Remove the entries `trash` for good: GET asks, POST does."""
    ids = numbers((request.POST if request.method == "POST" else request.GET).getlist("trash"))
    rows = list(_visible(request).filter(pk__in=ids).select_related("space", "node"))
    if not rows:
        raise NotFound
    space = rows[0].space
    if request.method != "POST":
        return _ask(request, space, ids=ids, names=[row.node.name for row in rows], count=len(rows))
    for row in rows:
        trashing.purge(request.actor, row)  # type: ignore[attr-defined]
    return changed(request, trash_url(space, request), Toast(_gone(len(rows))))


def empty(request: HttpRequest, space: str = "") -> HttpResponse:
    """Remove all of a space's trash that the person may remove: GET asks, POST does."""
    place = _space(request, space)
    if request.method != "POST":
        allowed = Trash.objects.allowing(request.actor, Right.DELETE).filter(space=place)  # type: ignore[attr-defined]
        return _ask(request, place, ids=[], names=[], count=allowed.count())
    count = 0
    while done := trashing.empty(request.actor, place.pk, limit=MOST):  # type: ignore[attr-defined]
        count += done
        if done < MOST:
            break
    return changed(request, trash_url(place, request), Toast(_gone(count)))


def trash_url(space: Space, request: HttpRequest) -> str:
    """Return the address of a space's trash."""
    if space.owner_id == request.user.pk:
        return reverse("files:trash")
    return reverse("files:space-trash", args=[space.slug])


def _space(request: HttpRequest, slug: str) -> Space:
    """Return the space if the person is in it, or sees something of what was thrown away in it."""
    slug = slug or f"~{request.user.username}"  # type: ignore[union-attr]
    space = Space.objects.filter(slug=slug).first()
    actor = request.actor  # type: ignore[attr-defined]
    if space is None:
        raise NotFound
    inside = actor.can(space, Right.SEE)
    if not inside and not _visible(request).filter(space=space).exists():
        raise NotFound
    if inside:
        request.space = space  # type: ignore[attr-defined]
    return space


def _visible(request: HttpRequest) -> Any:
    return Trash.objects.visible_to(request.actor)  # type: ignore[attr-defined]


def _rows(request: HttpRequest, found: Any, cursor: str) -> list[Row]:
    found = found.with_rights(request.actor)  # type: ignore[attr-defined]
    if (last := unseal(cursor, 1)) is not None:
        if not isinstance(last[0], int):
            raise BadInput
        found = found.filter(pk__lt=last[0])
    found = found.select_related("node", "deleted_by", "space").order_by("-pk")[: PAGE + 1]
    rows = []
    for row in found:
        archived = row.space.archived_at is not None
        may_purge = not archived and bool(row.mask & Right.DELETE)
        rows.append(Row(row, icon_of(row.node), row.path.rpartition("/")[0], not archived, may_purge))
    return rows


def _ask(request: HttpRequest, space: Space, *, ids: list[int], names: list[str], count: int) -> HttpResponse:
    if len(names) == 1:
        title = _("Delete “%(name)s” for good?") % {"name": names[0]}
    else:
        title = ngettext("Delete %(count)d thing for good?", "Delete %(count)d things for good?", count)
        title %= {"count": count}
    back = trash_url(space, request)
    action = reverse("files:purge") if ids else f"{back}empty/"
    context = {"space": space, "current": "trash", "title": title, "ids": ids, "action": action, "back": back}
    return render(request, "files/purge.html", context | {"count": count})


def _gone(count: int) -> str:
    return ngettext("%(count)d thing is gone for good.", "%(count)d things are gone for good.", count) % {
        "count": count
    }
