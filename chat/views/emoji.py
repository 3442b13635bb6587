"""Signs of the house: choosing them, making them, their pictures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import emoji
from chat.actions import preferring, signing
from chat.models import Emoji
from chat.views import showing
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast
from collab.shell.answers import changed, wants_json


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The signs of the house, for a script as data; a POST makes one of a picture."""
    refused, status, name = "", 200, ""
    if request.method == "POST":
        name, sent = request.POST.get("name", ""), request.FILES.get("picture")
        try:
            if sent is None:
                refused, status = _("Choose a picture first."), 400
            else:
                made = signing.make(request.actor, name, sent)
                undo = reverse("chat:emoji-act", args=[made.pk, "remove"])
                return changed(request, reverse("chat:emoji"), Toast(_("“%s” can be used now.") % made, undo))
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            refused, status = str(refusal.message), refusal.status
    found = list(Emoji.objects.standing().defer("content").select_related("made_by")[: signing.MOST])
    if wants_json(request) and not refused:
        own = [{"name": one.name, "src": emoji.address(one)} for one in found]
        tones = [["", _("skin tone as drawn")], *([tone, emoji.tone_label(tone)] for tone in emoji.TONES)]
        return JsonResponse(
            {"found": own, "tone": preferring.tone(request.actor), "tones": tones, "toneLabel": _("Skin tone")}
        )
    context = showing.column(request) | {
        "rows": [(one, emoji.address(one), signing.may_remove(request.actor, one)) for one in found],
        "may_make": signing.may_make(request.actor), "refused": refused, "typed": name,
    }  # fmt: skip
    return render(request, "chat/emoji.html", context, status=status)


@require_POST
def tone(request: HttpRequest) -> HttpResponse:
    """Choose the tone of skin in which I write signs of people."""
    preferring.choose_tone(request.actor, request.POST.get("tone", ""))
    return HttpResponse(status=204)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a sign away, or bring it back."""
    one = get_object_or_404(Emoji.objects.defer("content"), pk=pk)
    here, undo = reverse("chat:emoji"), reverse("chat:emoji-act", args=[pk, "restore"])
    if verb == "remove":
        signing.remove(request.actor, one)
        return changed(request, here, Toast(_("“%s” is gone.") % one, undo))
    if verb == "restore":
        signing.bring_back(request.actor, one)
        return changed(request, here, Toast(_("“%s” can be used now.") % one))
    raise NotFound


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def picture(request: HttpRequest, name: str, mark: str) -> HttpResponse:
    """The picture of a sign, for whoever is signed in."""
    one = get_object_or_404(Emoji.objects.standing(), name=name, mark=mark)
    return HttpResponse(bytes(one.content), content_type="image/png")
