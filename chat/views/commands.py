"""Commands that one may type, and what is begun with the words of a message."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from chat import queries
from chat.actions import asking, commanding
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.registry.plugin import Beginning
from collab.rights import switches
from collab.rights.actor import Actor


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The commands, as a list of offers: those of the house, and of programs in the `channel`."""
    found = [(one.name, str(one.usage), str(one.help)) for one in commanding.offered(request.actor)]
    if (channel := numerals.whole(request.GET.get("channel", ""))) is not None:
        here = queries.mine(request.actor, channel)
        found += [(one.word, one.usage, one.help or one.name) for one in asking.offered(here.channel)]
    offers = [
        {"value": f"/{word}", "name": f"/{word} {usage}".strip(), "note": note, "initials": "/", "hue": "ardoise"}
        for word, usage, note in sorted(found)
    ]
    return JsonResponse({"found": offers})


def beginnings(actor: Actor) -> list[Beginning]:
    """Return what the actor may begin with words, of the apps that are on for them."""
    return [one for plugin in switches.plugins(actor) for one in plugin.beginnings if one.url(actor, None, "", "")]


@require_safe
def begin(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Go to the form of something that is begun with a message: its first line the title, the rest and the way back."""
    found, one = queries.found(request.actor, pk)
    begun = next((each for each in beginnings(request.actor) if each.slug == slug), None)
    if begun is None or found.deleted_at is not None:
        raise NotFound
    space = None if one.channel.is_between else one.channel.space
    return redirect(begun.url(request.actor, space, *_words(request, found)))


def _words(request: HttpRequest, found: Any) -> tuple[str, str]:
    first, _newline, rest = found.text.strip().partition("\n")
    address = request.build_absolute_uri(reverse("chat:message", args=[found.pk]))
    title = first.strip("# *_>`").strip()
    more = found.text.strip() if len(title) > 200 else rest.strip()
    return title[:200], f"{more}\n\n{address}".strip()
