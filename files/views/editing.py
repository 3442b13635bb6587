"""The page on which a text is read and written, alone or together; without script a form that loses nothing."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from collab.lib import markdown
from collab.lib.errors import BadInput, Conflict, Forbidden, Stale, TooLarge
from collab.lib.partials import Toast, say
from collab.rights import explain
from collab.rights.right import Right
from collab.shell.answers import wants_json
from files import browsing, editing
from files.actions import drafting, saving
from files.browsing import Place
from files.models import Node
from files.together import plain

TOOLS = (
    ("bold", "bold", gettext_lazy("Bold"), "Ctrl B"),
    ("italic", "italic", gettext_lazy("Italic"), "Ctrl I"),
    ("heading", "hash", gettext_lazy("Heading"), ""),
    ("list", "list", gettext_lazy("List"), ""),
    ("tasks", "tasks", gettext_lazy("Checklist"), "Ctrl Enter"),
    ("quote", "quote", gettext_lazy("Quotation"), ""),
    ("link", "link", gettext_lazy("Link"), ""),
)
"""What the bar above a Markdown text does: (verb of the script, icon, name, keys)."""

PHRASES = {
    "Find": gettext_lazy("Find"), "Replace": gettext_lazy("Replace with"), "next": gettext_lazy("next"),
    "previous": gettext_lazy("previous"), "all": gettext_lazy("all"), "match case": gettext_lazy("match case"),
    "regexp": gettext_lazy("pattern"), "by word": gettext_lazy("whole words"), "replace": gettext_lazy("replace"),
    "replace all": gettext_lazy("replace all"), "close": gettext_lazy("close"),
    "current match": gettext_lazy("current match"), "on line": gettext_lazy("on line"),
    "replaced match on line $": gettext_lazy("replaced on line $"),
    "replaced $ matches": gettext_lazy("replaced $ times"), "Go to line": gettext_lazy("Go to line"),
    "go": gettext_lazy("go"),
}  # fmt: skip
"""What the editor says in its search, in the person's language."""


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text as the file has it now; take the one that a form sends."""
    actor = request.actor  # type: ignore[attr-defined]
    place = browsing.of(actor, pk)
    if place.here.is_folder:
        return HttpResponseRedirect(place.url)
    if request.method != "POST":  # what a form sends joins what others are writing
        saving.flush(pk)
        place = browsing.of(actor, pk)
    try:
        text = drafting.text_of(place.here)
    except (Conflict, TooLarge) as refusal:
        return _page(request, place, {"no_text": refusal.message}, refusal.status)
    if request.method == "POST":
        return _save(request, place, text)
    return _page(request, place, {"text": text})


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the Markdown that is sent, as the file's readers would see it."""
    browsing.of(request.actor, pk)  # type: ignore[attr-defined]
    text = request.POST.get("text", "")
    return render(request, "files/_prose.html", _drawn(text))


def _save(request: HttpRequest, place: Place, now: str) -> HttpResponse:
    """Store what the form holds; beside the file when somebody saved meanwhile, and show the difference."""
    if not place.can(Right.EDIT):
        raise Forbidden(_why_not(place))
    mine = request.POST.get("text")
    if mine is None:
        raise BadInput
    if len(mine.encode()) > plain.MOST:
        raise TooLarge(plain.TOO_LONG)
    mine = mine.replace("\r\n", "\n")
    try:
        kept = editing.store(request.actor, place, mine, request.POST.get("etag", ""))  # type: ignore[attr-defined]
    except Stale:
        if wants_json(request):
            raise
        found = {"text": mine, "unsaved": True, "lines": editing.difference(now, mine)}
        return _page(request, place, found, Stale.status)
    if wants_json(request):
        return JsonResponse({"copy": kept.copy})
    if kept.copy:
        found = {"text": now, "copy": kept.copy, "copy_id": kept.entry.id, "lines": editing.difference(now, mine)}
        return _page(request, place, found, Stale.status)
    say(request, Toast(_("“%(name)s” is saved.") % {"name": place.here.name}))
    return HttpResponseRedirect(reverse("files:edit", args=[place.here.id]))


def _page(request: HttpRequest, place: Place, found: dict[str, Any], status: int = 200) -> HttpResponse:
    if place.in_space:
        request.space = place.space  # type: ignore[attr-defined]
    is_markdown = editing.is_markdown(place.here)
    may = place.can(Right.EDIT)
    context = {
        "place": place,
        "current": "mine" if place.mine else "space" if place.in_space and not place.space.is_personal else "shared",
        "may_write": may,
        "why_not": "" if may else _why_not(place),
        "markdown": is_markdown,
        "tools": TOOLS if is_markdown else (),
        "back": f"{place.folder_url or reverse('files:shared')}?open={place.here.id}",
        "phrases": json.dumps({said: str(words) for said, words in PHRASES.items()}),
    }
    if is_markdown and "text" in found:
        context |= _drawn(found["text"])
    return render(request, "files/edit.html", context | found, status=status)


def _drawn(text: str) -> dict[str, Any]:
    return {"prose": markdown.render(text), "cut": len(text) > markdown.MOST}


def _why_not(place: Place) -> str:
    if place.space.archived_at:
        return _("This space is archived: it can be read, not changed.")
    return explain.reason(Node.objects.select_related("acl").get(pk=place.here.id), Right.EDIT)
