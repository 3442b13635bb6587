"""Rows or pictures: how a person wants lists of files, kept with the account and so the same on every device."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from collab.shell.actions import prefer
from collab.shell.answers import changed

ROWS, GRID = "rows", "grid"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice, and go back to the list."""
    lists = GRID if request.POST.get("lists") == GRID else ROWS
    if request.user.lists != lists:  # type: ignore[union-attr]
        prefer(request.user, lists=lists)  # type: ignore[arg-type]
    return changed(request, reverse("files:home"))


def is_grid(request: HttpRequest) -> bool:
    """Whether lists are drawn as pictures for this person."""
    return getattr(request.user, "lists", ROWS) == GRID
