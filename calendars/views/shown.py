"""Which calendars one looks at: a choice that acts at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from calendars import queries
from calendars.actions import making
from collab.shell.answers import changed, numbers


@require_POST
def shown(request: HttpRequest) -> HttpResponse:
    """Show those of the calendars in the form that are ticked, and hide its others."""
    listed = set(numbers(request.POST.getlist("listed"), needed=False))
    ticked = set(numbers(request.POST.getlist("show"), needed=False))
    wanted = {pk: pk not in ticked for pk in listed}
    making.hide(request.actor, [one for one in queries.home(request.actor) if one.calendar.pk in listed], wanted)
    return changed(request, reverse("calendars:home"))
