"""The lists of tasks: my own and those of spaces, those that fill themselves, as a list or in columns."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calendars import drawing
from calendars.models import CalendarObject
from calendars.queries import Mine
from calendars.tasklists import people, queries, rows
from calendars.tasklists.rows import Row
from calendars.views import page, task
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.spaces.models import Space

LANE = 100
"""So many tasks stand in one column; what was done lately counts first."""
_LANES = tuple(rows.STATUSES)


@require_safe
def home(request: HttpRequest, which: str = "all") -> HttpResponse:
    """A list that fills itself, of all lists that the person sees."""
    if which not in queries.SMART:
        raise NotFound
    found = queries.lists(request.actor)
    asked = queries.smart(request.actor, queries.rows(request.actor, found), which)
    return _draw(request, found, asked, which=which, title=str(queries.SMART[which][0]))


@require_safe
def in_space(request: HttpRequest, space: str) -> HttpResponse:
    """All tasks of the lists of one space."""
    here = page.space_of(request, space)
    found = queries.lists(request.actor)
    own = [one for one in found if one.calendar.space_id == here.pk]
    wanted = queries.rows(request.actor, own)
    asked = queries.finished(wanted) if "done" in request.GET else queries.undone(wanted)
    return _draw(request, found, asked, which="", title=here.name, here=here, shown=own)


@require_safe
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list, its tasks in their order with what lies below them."""
    found = queries.lists(request.actor)
    mine = next((one for one in found if one.calendar.pk == pk), None)
    if mine is None:
        raise NotFound
    wanted = queries.rows(request.actor, [mine])
    asked = queries.finished(wanted) if "done" in request.GET else queries.undone(wanted)
    return _draw(request, found, asked, which="", title=mine.title, mine=mine, shown=[mine])


@require_safe
def who(request: HttpRequest, pk: int) -> JsonResponse:
    """Names that what was typed may mean, among those who see the list."""
    mine = next((one for one in queries.lists(request.actor) if one.calendar.pk == pk), None)
    if mine is None or not mine.may_add:
        raise NotFound
    return JsonResponse({"found": people.offered(request.actor, mine.calendar, request.GET.get("q", ""))})


def _draw(
    request: HttpRequest, found: list[Mine], asked: Any, *, which: str, title: str, mine: Mine | None = None,
    here: Space | None = None, shown: list[Mine] | None = None,
) -> HttpResponse:  # fmt: skip
    shown = found if shown is None else shown
    is_done = which == "done" or "done" in request.GET
    sort = request.GET.get("sort", "")
    sort = sort if sort in queries.SORTS else ""
    lanes = request.GET.get("view") == "lanes" and not is_done
    context: dict[str, Any] = column(request, found, which, mine, here)
    more = ""
    if lanes:
        context["lanes"] = _lanes(request, shown, asked, which)
    else:
        order = "done" if is_done else sort or ("" if mine is not None else "due")
        tree = mine is not None and not is_done and not sort
        listed = queries.page(queries.tops(asked) if tree else asked, order, request.GET.get("after", ""))
        more = listed.more
        if tree:
            under = queries.below([one.pk for one in listed.rows])
            context["rows"] = rows.nest(
                request.actor, listed.rows, list(asked.filter(pk__in=list(under))), found, under
            )
        else:
            context["rows"] = rows.draw(request.actor, listed.rows, found)
            rows.name_parents(context["rows"])
        context["tree"] = tree
    into = [one for one in shown if one.may_add] or ([] if here or mine else [one for one in found if one.may_add])
    opened = request.GET.get("open", "")
    context |= {
        "typed": request.GET.get("line", "")[:300],
        "title": title, "which": which, "one": mine, "here": here, "is_done": is_done, "sort": sort,
        "sorts": [("", _("In their own order") if mine else _("By date"))]
        + [(slug, label) for slug, label in queries.SORTS.items() if mine or slug != "due"],
        "is_lanes": lanes, "selecting": "select" in request.GET and not lanes,
        "into": into[0] if into else None, "more": _with(request, after=more) if more else "",
        "as_list": _with(request, view="", open=""), "as_lanes": _with(request, view="lanes", open=""),
        "select_url": _with(request, select="1", open=""), "back": _with(request, select="", open=""),
        "base": _with(request, open=""),
        "may_change_any": any(one.may_add for one in shown), "topics": page.topics(request, shown),
        "moves": [one for one in found if one.may_add],
        "priorities": rows.PRIORITIES, "statuses": rows.STATUSES.items(),
        "style": drawing.style(drawing.hue_rules(found)),
        "in_list": mine is not None,
    }  # fmt: skip
    if (pk := numerals.whole(opened)) is not None:
        context |= task.panel(request, pk, context["base"], found)
    return render(request, "calendars/tasks.html", context)


def _lanes(request: HttpRequest, shown: list[Mine], asked: Any, which: str) -> list[dict[str, Any]]:
    """Return the columns: what is to be done by its state, and what was done last."""
    todo = list(queries.page(asked, "" if len(shown) == 1 else "due", "").rows)
    over: list[CalendarObject] = []
    if which in {"", "all"}:
        over = queries.page(queries.finished(queries.rows(request.actor, shown)), "done", "").rows[:LANE]
    drawn = rows.draw(request.actor, [*todo, *over], shown)
    rows.name_parents(drawn)
    by_status: dict[str, list[Row]] = {status: [] for status in _LANES}
    for one in drawn:
        by_status[one.status].append(one)
    return [
        {"status": status, "label": rows.STATUSES[status], "rows": by_status[status]}
        for status in _LANES
        if by_status[status] or status != "CANCELLED"
    ]


def column(
    request: HttpRequest, found: list[Mine], which: str = "", mine: Mine | None = None, here: Space | None = None
) -> dict[str, Any]:
    """Return what stands beside every page of tasks: lists that fill themselves, and lists in their places."""
    others = sorted(
        (one for one in found if not one.is_own),
        key=lambda one: (one.calendar.space.name.casefold(), one.calendar.space_id),
    )
    places = [
        (each[0].calendar.space, each)
        for _pk, group in groupby(others, lambda one: one.calendar.space_id)
        if (each := list(group))
    ]
    counts = queries.counts(request.actor, found)
    return {
        "smart": [
            (slug, label, icon, counts.get(slug, 0), slug == which) for slug, (label, icon) in queries.SMART.items()
        ],
        "own_lists": [one for one in found if one.is_own],
        "places": places,
        "chosen": mine.calendar.pk if mine is not None else 0,
        "here": here,
        "full_path": request.get_full_path(),
        "today": timezone.localdate(),
    }  # fmt: skip


def address(which: str) -> str:
    """Return where a list that fills itself stands."""
    return reverse("calendars:tasks") if which == "all" else reverse("calendars:tasks-smart", args=[which])


def _with(request: HttpRequest, **other: str) -> str:
    """Return the address of this page with something else asked; "" takes it out."""
    fields = {name: request.GET[name] for name in ("view", "sort", "done", "select", "open") if name in request.GET}
    asked = {name: value for name, value in (fields | other).items() if value}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path
