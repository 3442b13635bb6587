"""The rights board: of the whole house for administrators, of one space for those who share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, done, toast_json
from collab.registry import registry
from collab.rights import board_changes
from collab.rights.board_changes import Clash, Ref, Refused, Wanted
from collab.rights.models import Principal
from collab.rights.right import Right
from collab.shell.answers import under_way
from collab.shell.board import asking, export, telling, words, working
from collab.shell.board import columns as things
from collab.shell.board import page as pages
from collab.shell.board.columns import Column, Scope
from collab.shell.board.rows import ADDED
from collab.shell.members import principal_named
from collab.shell.views.administration.gate import administrators
from collab.spaces.models import Space

View = Callable[[HttpRequest, Scope], HttpResponse]


def _both(view: View) -> tuple[Callable[..., HttpResponse], Callable[..., HttpResponse]]:
    """Return the view for the house and the one for a space."""

    @administrators
    def house(request: HttpRequest) -> HttpResponse:
        return view(request, Scope(request.actor))  # type: ignore[attr-defined]

    @login_required
    def space(request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        found = Space.objects.visible_to(actor).team().filter(pk=pk).first()
        if found is None:
            raise NotFound(_("This space is not here, or is not shared with you."))
        actor.require(found, Right.SHARE)
        request.space = found  # type: ignore[attr-defined]
        return view(request, Scope(actor, found))

    return house, space


@require_safe
def _page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The table; with `row` or `thing` the list of one; with `person` that person is added."""
    wish = pages.read(request.GET)
    wrong = ""
    if typed := request.GET.get("person", "").strip():
        try:
            principal = principal_named(typed[:200])
            if principal.user_id:
                query = wish.query(added=(*wish.added, principal.pk)[-ADDED:])
            else:  # groups are rows already: show this one
                query = wish.query(rows=str(principal))
            return HttpResponseRedirect(f"{_address(scope)}?{query}")
        except BadInput as refusal:
            wrong = str(refusal.message)
    return _draw(request, scope, wish=wish, wrong=wrong, typed=typed, status=400 if wrong else 200)


@require_POST
def _preview(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Who would gain and who would lose: the words alone for the script, the page with them for a plain form."""
    wanted = asking.changes(request.POST)
    told = telling.told(wanted, _columns(scope, wanted))
    if _by_script(request):
        return render(request, "shell/board/_told.html", {"told": told, "limit": telling.LISTED})
    return _draw(request, scope, wanted=wanted, told=told)


@require_POST
def _save(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Make all the changes or none. With `before`, bring back what an act had changed."""
    undoing = "before" in request.POST
    wanted = asking.unpack(request.POST["before"]) if undoing else asking.changes(request.POST)
    if not wanted:
        raise BadInput(_("Nothing is changed yet: choose a right first."))
    columns = _columns(scope, wanted)
    told = telling.told(wanted, columns)
    try:
        if first := working.large(wanted):
            back = _back(request, scope)
            door = _address(scope, "save")
            job = working.begin(scope, wanted, first, columns, undoing=undoing, board=back, door=door)
            return under_way(request, job)
        made = board_changes.change(scope.actor, wanted)
    except (Clash, Refused) as refusal:
        return _refused(request, scope, wanted, refusal, columns)
    if undoing:
        toast = Toast(_("The earlier rights are back."))
    else:
        toast = Toast(told.saved, _address(scope, "save"), {"before": asking.pack(made)})
    if _by_script(request):
        return JsonResponse({"toast": toast_json(toast)})
    return done(request, _back(request, scope), toast)


@require_safe
def _export(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The page as a file for a spreadsheet."""
    found = pages.open_board(scope, pages.read(request.GET))
    answer = HttpResponse(export.as_csv(found.rows, found.columns, found.cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="collab-rights.csv"'
    return answer


house_page, space_page = _both(_page)
house_preview, space_preview = _both(_preview)
house_save, space_save = _both(_save)
house_export, space_export = _both(_export)


def _draw(
    request: HttpRequest,
    scope: Scope,
    *,
    wish: pages.Filter | None = None,
    wanted: list[Wanted] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    wish = wish or pages.read(data)
    kept = {asking.key(one.place): one.mask for one in wanted or ()}
    context = more | {
        "scope": scope,
        "space": scope.space,
        "wish": wish,
        "manages": scope.space is not None and scope.actor.can(scope.space, Right.MANAGE),
        "pinned": scope.space is not None and scope.space.pins.filter(user=request.user).exists(),
        "frame": "shell/space/base.html" if scope.space else "shell/administration/base.html",
        "here": _address(scope),
        "preview": _address(scope, "preview"),
        "save": _address(scope, "save"),
        "export": _address(scope, "export"),
        "limit": telling.LISTED,
    }
    if listed := pages.open_list(scope, wish, data, kept):
        return render(request, "shell/board/list.html", context | {"listed": listed}, status=status)
    context |= {
        "board": pages.open_board(scope, wish),
        "ladder": pages.ladder(),
        "legend": [(f"level-{step}", words.VERBS[slug]) for step, slug in words.LEGEND],
        "kinds": _kinds(),
    }
    return render(request, "shell/board/page.html", context, status=status)


def _kinds() -> list[tuple[str, str]]:
    names = {item.kind: str(plugin.name) for plugin in registry.plugins() for item in plugin.shareables}
    return [(item.kind, names[item.kind]) for item in registry.shareables() if item.apart or item.kind == "space"]


def _columns(scope: Scope, wanted: list[Wanted]) -> dict[Ref, Column]:
    found = things.find(scope, {one.ref for one in wanted})
    if any(one.ref not in found for one in wanted):
        raise NotFound(_("One of these things is no longer there, or not shared with you. Reload the page."))
    return found


def _refused(
    request: HttpRequest, scope: Scope, wanted: list[Wanted], refusal: Refusal, columns: dict[Ref, Column]
) -> HttpResponse:
    """Say which cells stood in the way, and why; nothing was changed."""
    scope.actor.forget()
    names = _names(wanted)
    problems: dict[str, str] = {}
    if isinstance(refusal, Clash):
        asked = {one.place: one for one in wanted}
        for place, now in refusal.now.items():
            said = {
                "who": names.get(place[2], ""), "thing": columns[place[:2]].full,
                "now": words.spelled(int(now.mask)) if now.mask else words.verb(0),
                "mine": words.spelled(asked[place].mask) if asked[place].mask else words.verb(0),
            }  # fmt: skip
            problems[asking.key(place)] = _("%(who)s on “%(thing)s”: now “%(now)s”; you chose “%(mine)s”.") % said
    elif isinstance(refusal, Refused):
        for place, reason in refusal.reasons.items():
            said = {"who": names.get(place[2], ""), "thing": columns[place[:2]].full, "reason": reason}
            problems[asking.key(place)] = _("%(who)s on “%(thing)s”: %(reason)s") % said
    if _by_script(request):
        body = {"detail": str(refusal.message), "status": refusal.status, "fields": problems}
        return JsonResponse(body, status=refusal.status, content_type="application/problem+json")
    return _draw(
        request, scope, wanted=wanted, problems=list(problems.values()), detail=refusal.message, status=refusal.status
    )


def _names(wanted: list[Wanted]) -> dict[int, str]:
    found = Principal.objects.select_related("user", "group").filter(pk__in={one.principal for one in wanted})
    return {one.pk: str(one) for one in found}


def _back(request: HttpRequest, scope: Scope) -> str:
    """Return the list that the plain form was on, else the board."""
    parts = [urlencode({name: value}) for name in ("row", "thing") if (value := request.POST.get(name, "")[:40])]
    query = "&".join(filter(None, [*parts, pages.read(request.POST).query()]))
    return f"{_address(scope)}?{query}" if query else _address(scope)


def _address(scope: Scope, verb: str = "") -> str:
    name = f"rights-{verb}" if verb else "rights"
    if scope.space is None:
        return reverse(f"shell:administration-{name}")
    return reverse(f"shell:space-{name}", args=[scope.space.pk])


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
