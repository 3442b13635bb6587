"""My groups: what each gives me, and the door to those I manage."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from collab.accounts.models import User
from collab.shell import giving

SHOWN = 50


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The groups I am in, those I manage first, with the spaces and things that each gives me."""
    me: User = request.user  # type: ignore[assignment]
    size = Count("group__memberships", Q(group__memberships__user__is_active=True))
    memberships = me.memberships.select_related("group").annotate(people=size)
    rows = [
        (membership, giving.by_group(me, request.actor, membership.group))  # type: ignore[attr-defined]
        for membership in memberships.order_by("-is_manager", "group__name")[:SHOWN]
    ]
    return render(request, "shell/settings/groups.html", {"rows": rows})
