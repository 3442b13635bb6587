"""The landing page with figures, the spaces of everybody, and how the house is."""

from __future__ import annotations

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from collab.accounts.models import User
from collab.groups.models import Group
from collab.rights import explain
from collab.rights.right import Right
from collab.shell import health
from collab.shell.views.administration.gate import administrators
from collab.spaces.models import Space


@administrators
def landing(request: HttpRequest) -> HttpResponse:
    """People, groups, spaces, room taken, and whether all is well."""
    context = {
        "people": User.objects.filter(is_active=True).count(),
        "disabled": User.objects.filter(is_active=False).count(),
        "groups": Group.objects.named().count(),
        "spaces": Space.objects.team().living().count(),
        "used": Space.objects.aggregate(total=Sum("used"))["total"] or 0,
        "checks": health.checks(),
    }
    return render(request, "shell/administration/landing.html", context)


@administrators
def spaces(request: HttpRequest) -> HttpResponse:
    """All team spaces, archived ones too. Listing one gives no right to open it."""
    visible = set(Space.objects.visible_to(request.actor).values_list("pk", flat=True))  # type: ignore[attr-defined]
    rows = [
        (space, len(explain.people_with(space.acl_id, Right.SEE)), space.pk in visible)
        for space in Space.objects.team().select_related("created_by").order_by("archived_at", "name")[:500]
    ]
    return render(request, "shell/administration/spaces.html", {"rows": rows})


@administrators
def health_page(request: HttpRequest) -> HttpResponse:
    """Each part of the house, with a figure and, where needed, what to do."""
    return render(request, "shell/administration/health.html", {"checks": health.checks()})
