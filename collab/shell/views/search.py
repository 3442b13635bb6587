"""The page of the search, and what the box of Ctrl K shows: the same results by the same function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from collab.lib import numerals
from collab.rights.actor import Actor
from collab.search import finding, kinds, language
from collab.search.finding import Found
from collab.search.language import Query
from collab.shell import destinations
from collab.shell.context import Shell
from collab.spaces.models import Space

IN_BOX = 7
_OFFERED, _OFFERED_AT_ONCE = 4, 14
_MOST_PLACES, _MOST_PEOPLE = 12, 8
_DATES = (
    ("7d", gettext_lazy("Last 7 days")),
    ("30d", gettext_lazy("Last 30 days")),
    ("365d", gettext_lazy("Last 12 months")),
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as a link."""

    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True)
class Menu:
    """A filter to click on: what it is about, what is chosen, what can be."""

    label: str | Promise
    chosen: str | Promise
    choices: list[Choice]


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The search as a page: one line of text, filters as links, results page by page; no script is needed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = _typed(request)
    found = finding.find(actor, text, after=request.GET.get("after", ""))
    shell = Shell(request)
    context = {
        "found": found,
        "q": str(found.query),
        "menus": _menus(actor, shell, found),
        "bare": _address(Query(found.query.terms)) if found.query.filters and found.query.terms else "",
        "more": _address(found.instead if found.swapped and found.instead else found.query, after=found.next)
        if found.next
        else "",
        "instead": _address(found.instead) if found.instead else "",
        "first": "after" not in request.GET,
        "latest": [] if found.query else finding.latest(actor, 10),
    }
    return render(request, "shell/search.html", context)


@login_required
@require_safe
def box(request: HttpRequest) -> HttpResponse:
    """What the box shows for the text typed so far; for none, what changed last, what one can begin, all places."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = _typed(request)
    if (number := numerals.whole(request.GET.get("space", ""))) is not None:
        request.space = Space.objects.visible_to(actor).filter(pk=number).first()  # type: ignore[attr-defined]
    offers = destinations.offered(request, Shell(request))
    found = finding.find(actor, text, limit=IN_BOX)
    context = {
        "found": found,
        "q": text,
        "places": destinations.matching(offers, text)[:_OFFERED] if text else offers[:_OFFERED_AT_ONCE],
        "latest": [] if text else finding.latest(actor),
        "all": f"{reverse('shell:search')}?{urlencode({'q': text})}",
    }
    return render(request, "shell/_found.html", context)


def _typed(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[: 2 * language.LONGEST]


def _address(query: Query | None, **more: str) -> str:
    return f"{reverse('shell:search')}?{urlencode({'q': str(query or ''), **more})}"


def _menus(actor: Actor, shell: Shell, found: Found) -> list[Menu]:
    """Return the filters that change something, each value as the address of the same search with it."""
    query = found.query
    menus = [
        _menu(query, "app", _("Everything"), _apps(actor)),
        _menu(query, "type", _("All types"), _types(actor)),
        _menu(query, "in", _("Everywhere"), _places(actor, shell, found)),
        _menu(query, "by", _("Anybody"), _people(found)),
        _menu(query, "after", _("At any time"), list(_DATES)),
    ]
    menus += [
        _menu(query, operator, _("Any label"), offered)
        for operator, offered in _own(actor).items() if operator not in language.BUILT_IN
    ]  # fmt: skip
    return [menu for menu in menus if len(menu.choices) > 1]


def _menu(query: Query, operator: str, all_of_it: str, values: list[tuple[str, Any]]) -> Menu:
    chosen = query.value(operator)
    named = dict(values)
    if chosen and chosen not in named:
        values = [(chosen, chosen), *values]
    choices = [Choice(all_of_it, _address(query.having(operator, "")), not chosen)]
    choices += [Choice(label, _address(query.having(operator, value)), value == chosen) for value, label in values]
    return Menu(all_of_it, named.get(chosen, chosen), choices)


def _own(actor: Actor) -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for _plugin, search in kinds.of(actor):
        for operator, offered in (search.choices() if search.choices else {}).items():
            found.setdefault(operator, []).extend(offered)
    return found


def _types(actor: Actor) -> list[tuple[str, Any]]:
    return _own(actor).get("type", [])


def _apps(actor: Actor) -> list[tuple[str, Any]]:
    """Return apps by their own names; kinds of the house by what they are."""
    return [
        (plugin.slug, plugin.name) if plugin.urls else (search.kind, search.label)
        for plugin, search in kinds.of(actor)
    ]  # fmt: skip


def _places(actor: Actor, shell: Shell, found: Found) -> list[tuple[str, Any]]:
    """Return one's own, the spaces, and the folders in which something was found."""
    mine = [("mine", _("My files"))] if actor.user is not None and not actor.user.is_guest else []
    spaces = [(space.slug, space.name) for space in shell.spaces[:_MOST_PLACES]]
    folders = {hit.shown.inside: hit.shown.place for hit in found.hits if "/" in hit.shown.inside}
    return [*mine, *spaces, *list(folders.items())[:_MOST_PLACES]]


def _people(found: Found) -> list[tuple[str, Any]]:
    """Return oneself, and who changed what was found."""
    names = dict.fromkeys(hit.shown.by for hit in found.hits if hit.shown.by)
    return [("me", _("Me")), *((name, name) for name in list(names)[:_MOST_PEOPLE])]
