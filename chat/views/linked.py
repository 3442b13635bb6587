"""Cards of what messages link to, and channels to link to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from chat import linking
from chat.models import Channel, Preview
from collab.lib import numerals

OFFERED = 8


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """What the links of these messages lead to, as whoever asks may see it: {message: HTML}, one answer for a page."""
    asked = (numerals.whole(one) for one in request.GET.get("of", "").split(","))
    ids = [one for one in asked if one is not None]
    found = linking.find(request.actor, ids)
    return JsonResponse({pk: render_to_string("chat/_cards.html", {"linked": one}) for pk, one in found.items()})


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Which channels the letters after a “#” may mean: those that one finds, as a list of offers."""
    typed = " ".join(request.GET.get("q", "").split())[:60]
    found = Channel.objects.open().rooms().visible_to(request.actor).filter(title__unaccent__icontains=typed)
    rows = found.select_related("space").order_by("title", "pk")[:OFFERED]
    return JsonResponse({"found": [_offer(one) for one in rows], "note": ""})


@require_safe
@cache_control(private=True, max_age=86_400)
def picture(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The picture of a page of the web, as we drew it, for who was told its address by a message."""
    found = get_object_or_404(Preview.objects.exclude(picture=None), pk=pk)
    if not constant_time_compare(mark, found.mark):
        raise Http404
    return HttpResponse(bytes(found.picture), content_type="image/webp")


def _offer(one: Channel) -> dict[str, str]:
    name = "".join(f"\\{sign}" if sign in r"\`*_[]<>~!" else sign for sign in one.title)
    value = f"[#{name}](/chat/{one.pk}/)"
    return {
        "value": value,
        "name": one.title,
        "note": one.space.name,
        "initials": "#",
        "hue": one.space.hue or "ardoise",
    }
