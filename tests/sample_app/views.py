"""Pages of the sample: find, act, answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from tests.sample_app.models import Whiteboard


def boards(request: HttpRequest, space: str = "") -> HttpResponse:
    """All boards that the person may see, or those of one space."""
    found = Whiteboard.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    return render(request, "sample_app/boards.html", {"boards": found.filter(space__slug=space) if space else found})


def board(request: HttpRequest, pk: int) -> HttpResponse:
    """One board."""
    found = get_object_or_404(Whiteboard.objects.visible_to(request.actor), pk=pk)  # type: ignore[attr-defined]
    return render(request, "sample_app/boards.html", {"boards": [found]})
