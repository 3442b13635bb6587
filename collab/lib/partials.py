"""One template for first load, htmx answer and live push: a view says what changed, this picks the wrapping."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise


@dataclass(frozen=True)
class Toast:
    """A sentence on what was done, and perhaps the form that undoes it (`undo`: address, `fields`: what it posts)."""

    text: str | Promise
    undo: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page it is on (a boosted link asks for a whole page)."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def partial(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    page: str = "",
    back: str = "",
    toast: Toast | None = None,
) -> HttpResponse:
    """Answer a change: the fragment to htmx (its toast out of band), `page` or a redirect to `back` to a plain form."""
    if is_fragment(request):
        answer = render(request, template, context)
        if toast is not None:
            answer.write(toast_fragment(request, toast))
        return answer
    if toast is not None:
        say(request, toast)
    if page and (request.method == "GET" or not back):
        return render(request, page, context)
    return HttpResponseRedirect(back or request.path)


def done(request: HttpRequest, back: str, toast: Toast | None = None) -> HttpResponse:
    """Answer a change after which the whole page is drawn again: go `back`, with a toast there."""
    if toast is not None:
        say(request, toast)
    if is_fragment(request):
        return HttpResponse(headers={"HX-Redirect": back})
    return HttpResponseRedirect(back)


def say(request: HttpRequest, toast: Toast) -> None:
    """Keep a toast for the next page of this person."""
    tags = json.dumps({"undo": toast.undo, "fields": toast.fields}) if toast.undo else ""
    messages.success(request, str(toast.text), extra_tags=tags)


def toasts(request: HttpRequest) -> list[Toast]:
    """Return the toasts kept for this page and forget them. Older messages than the last are final: one at most."""
    found = []
    for message in messages.get_messages(request):
        try:
            kept = json.loads(message.extra_tags or "{}")
        except ValueError:
            kept = {}
        found.append(Toast(message.message, kept.get("undo", ""), kept.get("fields", {})))
    return found[-1:]


def toast_fragment(request: HttpRequest, toast: Toast) -> str:
    """Return the toast as an out-of-band fragment for htmx."""
    return render_to_string("shell/_toasts.html", {"toasts": [toast], "out_of_band": True}, request)


def toast_json(toast: Toast) -> dict[str, Any]:
    """Return the toast for a script that draws it (uploads, drag and drop)."""
    return {**asdict(toast), "text": str(toast.text)}


def dom_id(thing: Any, part: str = "") -> str:
    """Return the stable id of the element that shows this thing: `row-node-412`, `space-3`."""
    name = thing._meta.model_name if hasattr(thing, "_meta") else type(thing).__name__.lower()
    return f"{part}-{name}-{thing.pk}" if part else f"{name}-{thing.pk}"
