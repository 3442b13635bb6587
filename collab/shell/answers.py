"""How changes are answered: JSON to a script, a page with a toast to a plain form; the numbers that forms send."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from collab.events.models import Job
from collab.lib import numerals
from collab.lib.errors import BadInput
from collab.lib.partials import Toast, done, toast_json

MOST = 1000
"""How many things one form may name."""


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which draws the answer itself."""
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def changed(request: HttpRequest, back: str, toast: Toast | None = None, **data: Any) -> HttpResponse:
    """Answer a change: its toast and `data` to a script, the page it came from (or `back`) to a form."""
    if wants_json(request):
        return JsonResponse({"toast": toast_json(toast) if toast else None, **data})
    return done(request, came_from(request, back), toast)


def under_way(request: HttpRequest, job: Job) -> HttpResponse:
    """Answer what has become a job: go to where one sees how far it is, a script by its `url`."""
    address = reverse("shell:job", args=[job.pk])
    return JsonResponse({"url": address}, status=202) if wants_json(request) else done(request, address)


def came_from(request: HttpRequest, back: str) -> str:
    """Return the page named by the form's `next`, if it is one of ours, else `back`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if ours else back


def numbers(values: list[str], *, needed: bool = True) -> list[int]:
    """Return ids sent by a form, each once, in their order. Raises BadInput for none, too many, or no numbers."""
    found = list(dict.fromkeys(numerals.required(part) for value in values for part in value.split(",") if part))
    if needed and not found:
        raise BadInput(_("Nothing is selected. Select something first."))
    if len(found) > MOST:
        raise BadInput(_("This is too much at once. Select fewer things."))
    return [int(part) for part in found]
