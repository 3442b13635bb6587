"""The block of the home page, which comes after the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from calendars import widgets
from collab.lib.partials import is_fragment


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What takes place today, for the home page; asked for by itself, the day in the calendar."""
    if is_fragment(request):
        return HttpResponse(widgets.today(request))
    return HttpResponseRedirect(f"{reverse('calendars:home')}?view=day")
