"""The gallery: pictures by month as one long page, in folders, in albums; each on a page of its own, full screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from collab.lib.errors import BadInput, NotFound
from collab.rights.right import Right
from files import browsing, queries
from files.browsing import Place
from files.gallery import albums, finding
from files.gallery.finding import Block, Scope, Shot
from files.models import Preview
from files.views import photo_facts

FIRST = 60
"""So many pictures at least stand in the page itself; the others come as they are scrolled to."""


class Cell(NamedTuple):
    """A picture as it is drawn: its page, its small picture; `withheld`: it is not for publication."""

    id: int
    url: str
    src: str
    name: str
    film: bool
    withheld: bool = False


@dataclass(frozen=True)
class Where:
    """A gallery at its address: `page(shot)` is that of one picture, `src(shot, size)` that of its picture,
    `play(shot)` and `file(shot)` those of its bytes, "" where there are none to be had."""

    scope: Scope
    url: str
    page: Callable[[Shot], str]
    src: Callable[[Shot, str], str]
    file: Callable[[Shot], str]
    play: Callable[[Shot], str]

    def cells(self, shots: list[Shot]) -> list[Cell]:
        return [
            Cell(
                shot.id,
                self.page(shot),
                self.src(shot, "small"),
                shot.name,
                shot.film and self.play(shot) != "",
                shot.withheld,
            )
            for shot in shots
        ]


class Drawn(NamedTuple):
    """A block of the page: `cells` are in it, or come when it is scrolled to."""

    block: Block
    cells: list[Cell]


class Month(NamedTuple):
    """The blocks of one month; `day` is its first day."""

    key: str
    day: date
    number: int
    blocks: list[Drawn]


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All pictures that I see, by month."""
    where = own(Scope(request.actor), reverse("files:gallery"), lambda pk: reverse("files:photo", args=[pk]))  # type: ignore[attr-defined]
    return show(request, where, "files/gallery/gallery.html", {"current": "gallery", "tab": "dates"})


@require_safe
def folder(request: HttpRequest, folder: int) -> HttpResponse:
    """The pictures of one folder."""
    place, where = _in_folder(request, folder)
    return show(request, where, "files/gallery/gallery.html", {"current": "gallery", "tab": "folders", "place": place})


@require_safe
def folders(request: HttpRequest) -> HttpResponse:
    """The folders that hold pictures."""
    actor = request.actor  # type: ignore[attr-defined]
    after = finding.read(request.GET.get("after", ""))
    found = finding.folders(actor, after)
    paths = browsing.paths([one.id for one in found])
    shown = [
        (one, paths[one.id].label(actor), f"{reverse('files:preview', args=[one.cover, 'small'])}?v={one.blob_id}")
        for one in found[: finding.FOLDERS] if one.id in paths
    ]  # fmt: skip
    more = finding.written(found[finding.FOLDERS - 1].key) if len(found) > finding.FOLDERS else ""
    context = {"current": "gallery", "tab": "folders", "folders": shown, "more": more, "first": after is None}
    return render(request, "files/gallery/folders.html", context)


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """One picture of all, with those before and after it."""
    where = own(Scope(request.actor), reverse("files:gallery"), lambda pk: reverse("files:photo", args=[pk]))  # type: ignore[attr-defined]
    return picture(request, where, pk, "files/gallery/photo.html", {"current": "gallery"})


@require_safe
def photo_in_folder(request: HttpRequest, folder: int, pk: int) -> HttpResponse:
    """One picture of a folder."""
    place, where = _in_folder(request, folder)
    return picture(request, where, pk, "files/gallery/photo.html", {"current": "gallery", "place": place})


def show(request: HttpRequest, where: Where, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a gallery, from a month or a block of it on; or, for a script, the cells of one block."""
    if request.GET.get("part") == "cells":
        first, last = (finding.read(request.GET.get(name, "")) for name in ("from", "until"))
        if first is None or last is None:
            raise BadInput
        cells = where.cells(finding.between(where.scope, first, last))
        return render(request, "files/gallery/_cells.html", {"cells": cells, "choosing": "choose" in request.GET})
    blocks = finding.blocks(where.scope)
    start = _start(blocks, request)
    drawn, more = _drawn(where, blocks, start)
    return render(request, template, context | {
        "where": where, "months": _months(drawn), "more": more, "count": sum(block.number for block in blocks),
        "from_first": start == 0,
    } | _choosing(request, where))  # fmt: skip


def _choosing(request: HttpRequest, where: Where) -> dict[str, Any]:
    """What choosing pictures needs: the albums into which they may go."""
    if "choose" not in request.GET or where.scope.actor.user is None:
        return {}
    may = albums.seen(where.scope.actor).allowing(where.scope.actor, Right.ADD)
    return {"choosing": True, "albums": may[: albums.MOST]}


def picture(request: HttpRequest, where: Where, pk: int, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw the page of one picture; or, for a script, what is said of it. Raises NotFound."""
    shot = finding.one(where.scope, pk)
    if shot is None:
        raise NotFound
    drawn = Preview.objects.filter(blob_id=shot.blob_id, how="film" if shot.film else "picture").first()
    context |= {
        "where": where, "shot": shot, "facts": photo_facts.of(shot, drawn), "large": where.src(shot, "large"),
        "file": where.file(shot), "play": where.play(shot) if shot.film else "",
    }  # fmt: skip
    context["may_mark"] = _may_mark(where, shot)
    if "place" not in context and where.scope.actor.user is not None:
        context["path"] = browsing.paths([shot.id]).get(shot.id)
        context["path_label"] = context["path"].folder(where.scope.actor) if context["path"] else ""
    if request.GET.get("part") == "film" and context["play"]:
        return HttpResponseRedirect(context["play"])
    if request.GET.get("part") == "facts":
        return render(request, "files/gallery/_facts.html", context)
    before, after = finding.beside(where.scope, shot.key)
    context |= {"before": where.page(before) if before else "", "after": where.page(after) if after else ""}
    return render(request, template, context)


def _may_mark(where: Where, shot: Shot) -> bool:
    """Whether who looks may say that the picture is not for publication."""
    if where.scope.published or where.scope.actor.user is None:
        return False
    entry = queries.entry(where.scope.actor, shot.id)
    return entry is not None and bool(entry.mask & Right.EDIT)


def own(scope: Scope, url: str, page: Callable[[int], str]) -> Where:
    """The gallery of somebody who is signed in."""
    return Where(
        scope, url, lambda shot: page(shot.id),
        lambda shot, size: f"{reverse('files:preview', args=[shot.id, size])}?v={shot.blob_id}",
        lambda shot: reverse("files:content", args=[shot.id]), lambda shot: reverse("files:play", args=[shot.id]),
    )  # fmt: skip


def _in_folder(request: HttpRequest, folder: int) -> tuple[Place, Where]:
    place = browsing.of(request.actor, folder)  # type: ignore[attr-defined]
    if not place.here.is_folder:
        raise NotFound
    if place.in_space:
        request.space = place.space  # type: ignore[attr-defined]
    url = reverse("files:gallery-folder", args=[folder])
    scope = Scope(request.actor, folder=folder)  # type: ignore[attr-defined]
    return place, own(scope, url, lambda pk: reverse("files:photo-in-folder", args=[folder, pk]))


def _start(blocks: list[Block], request: HttpRequest) -> int:
    """Return the number of the block from which the page is drawn."""
    month, first = request.GET.get("month", ""), finding.read(request.GET.get("from", ""))
    if first is not None:
        return next((number for number, block in enumerate(blocks) if block.last <= first), max(0, len(blocks) - 1))
    return next((number for number, block in enumerate(blocks) if block.month <= month), 0) if month else 0


def _drawn(where: Where, blocks: list[Block], start: int) -> tuple[list[Drawn], str]:
    """Fill the blocks from `start` on until there are enough; return all, and where a page without script goes on."""
    filled, end = 0, start
    while end < len(blocks) and filled < FIRST:
        filled += blocks[end].number
        end += 1
    shots = finding.between(where.scope, blocks[start].first, blocks[end - 1].last, filled + FIRST) if filled else []
    cells = dict(zip((shot.key for shot in shots), where.cells(shots), strict=True))
    drawn = [
        Drawn(block, [cell for key, cell in cells.items() if block.first >= key >= block.last])
        if start <= number < end else Drawn(block, [])
        for number, block in enumerate(blocks)
    ]  # fmt: skip
    return drawn, blocks[end].start if end < len(blocks) else ""


def _months(drawn: list[Drawn]) -> list[Month]:
    found: dict[str, list[Drawn]] = {}
    for one in drawn:
        found.setdefault(one.block.month, []).append(one)
    return [
        Month(key, date(int(key[:4]), int(key[5:7]), 1), sum(one.block.number for one in blocks), blocks)
        for key, blocks in found.items()
    ]
