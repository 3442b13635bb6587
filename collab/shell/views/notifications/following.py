"""Follow, normal, mute: on a page of the house, or by the link of a mail, which works without signing in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from collab.accounts import languages
from collab.accounts.models import User
from collab.accounts.throttle import Throttle
from collab.lib.addresses import client_address
from collab.lib.errors import NotFound
from collab.lib.partials import Toast, is_fragment, partial
from collab.notifications import actions, levels, tokens
from collab.notifications.models import Level, Reach
from collab.registry import registry
from collab.rights import switches
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell import bell, following


@login_required
@require_http_methods(["GET", "POST"])
def level(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Choose how much one hears of a thing; each choice undoes the other. GET draws the control, alone or as a page."""
    actor = request.actor  # type: ignore[attr-defined]
    thing = registry.thing(kind, pk) if switches.is_kind_on(kind, actor) else None
    if thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    if request.method == "GET":
        declared = registry.shareable(kind)
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here.path or (declared.url(thing, actor) if declared is not None else "/")
        context = {"control": following.of(actor, levels.whole(thing)), "next": back}
        return render(
            request, "shell/_follow.html" if is_fragment(request) else "shell/notifications/level.html", context
        )
    before = actions.set_level(actor, thing, request.POST.get("level", ""))
    control = following.of(actor, levels.whole(thing))
    toast = Toast(
        control.toast,
        reverse("shell:notifications-level", args=[kind, pk]),
        {"level": before, "next": bell.back(request)},
    )
    context = {"control": control, "next": bell.back(request)}
    if not is_fragment(request) or "list" in request.POST:
        return following.redrawn(request, toast)
    return partial(request, "shell/_follow.html", context, toast=toast)


@login_not_required
@never_cache
@csrf_exempt  # the token says who; nobody's session counts here
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Hear less of one place: GET shows the button, POST does it. Its name is told to who may still see it."""
    try:
        person_id, kind, object_id, wanted = tokens.read_stop(_knock(request, token))
        person = _person(person_id)
    except NotFound:
        raise _wrong(request, token) from None
    with translation.override(languages.fit(person.language)):
        thing, declared = registry.thing(kind, object_id), registry.shareable(kind)
        seen = thing is not None and declared is not None and Actor.of(person).can(thing, Right.SEE)
        context = {
            "name": str(declared.title(thing)) if seen and declared else "",
            "follows": wanted == Level.NORMAL,
            "done": request.method == "POST",
        }
        if request.method == "POST":
            actions.hear_less(person.pk, kind, object_id, wanted)
        return render(request, "shell/notifications/stop.html", context)


@login_not_required
@never_cache
@csrf_exempt  # RFC 8058: the mail program of the person posts, without their session
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more mail: GET shows the button, POST does it at once; the same page takes it back."""
    try:
        person = _person(tokens.read_unsubscribe(_knock(request, token)))
    except NotFound:
        raise _wrong(request, token) from None
    with translation.override(languages.fit(person.language)):
        if request.method == "POST":
            again = request.POST.get("again") == "1"
            actions.prefer(person, mail=Reach.Mail.DAILY if again else Reach.Mail.NEVER)
        reach = Reach.objects.filter(person=person).first() or Reach(person=person)
        context: dict[str, Any] = {"never": reach.mail == Reach.Mail.NEVER, "done": request.method == "POST"}
        return render(request, "shell/notifications/unsubscribe.html", context)


def _knock(request: HttpRequest, token: str) -> str:
    Throttle().check("digest", "", client_address(request.META))
    return token


def _wrong(request: HttpRequest, token: str) -> NotFound:
    Throttle().fail("digest", "", client_address(request.META), secret=token)
    return NotFound(tokens.GONE)


def _person(pk: int) -> User:
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise NotFound(_("This account is closed."))
    return person
