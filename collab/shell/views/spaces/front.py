"""The front page of a space: its picture, what managers wrote, its tools; and writing it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from collab.activity import stream
from collab.activity.scope import Scope
from collab.lib import markdown, numerals
from collab.lib.errors import BadInput, NotFound, Refusal, TooLarge
from collab.lib.partials import Toast, done
from collab.rights import switches
from collab.rights.right import Right
from collab.shell.home import page
from collab.shell.space_forms import FrontForm
from collab.shell.views.spaces.frame import find, frame
from collab.spaces import actions
from collab.spaces.actions.covering import MOST
from collab.spaces.models import Cover, Space

_LATELY = 5
_UNDONE = 1500
"""Characters: a longer text does not fit in what is kept for an undo."""
_ROUND = 100_000
"""What a form adds around a picture, at most."""
_DRAINED = 60 * 10**6
"""Bytes of a picture straight from a camera, at most: they are read and dropped, so that the sentence arrives."""


@login_required
@require_safe
def front(request: HttpRequest, pk: int) -> HttpResponse:
    """Picture, purpose, what managers wrote, the space's tools as large rows, what apps show, and what happened."""
    space = find(request, pk)
    apps = list(switches.plugins(request.actor))
    widgets = sorted((one for plugin in apps for one in plugin.space_widgets), key=lambda one: one.order)
    context = {
        "tools": [(tool, tool.url(space)) for plugin in apps for tool in plugin.space_tools],
        "text": markdown.render(space.front) if space.front else "",
        "blocks": list(page.blocks(request, widgets)),
        "lines": stream.page(request.actor, Scope(space=space.pk), size=_LATELY).lines,
        "own": (Space.REF_KIND, space.pk),
    }
    return render(request, "shell/space/front.html", frame(request, space) | context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of the front page, with a look at it before it is saved; and the picture."""
    space = _managed(request, pk)
    form = FrontForm(request.POST or None, initial={"front": space.front})
    preview = ""
    if request.method == "POST" and form.is_valid():
        if "preview" not in request.POST:
            before = space.front
            actions.edit(request.actor, space, front=form.cleaned_data["front"])
            toast = Toast(_("The front page is saved."))
            if len(before) < _UNDONE:
                toast = Toast(toast.text, request.path, {"front": before})
            return done(request, reverse("shell:space", args=[space.pk]), toast)
        preview = markdown.render(form.cleaned_data["front"])
    return _write_page(request, space, form, preview=preview, status=400 if form.errors else 200)


@login_required
@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, for those who see the space; asked again each time, answered “unchanged” mostly."""
    space = find(request, pk)
    etag = f'"{space.cover_etag}"'
    if not space.cover_etag:
        raise NotFound
    response = get_conditional_response(request, etag=etag)
    if response is None:
        row = Cover.objects.filter(space=space).first()
        if row is None:
            raise NotFound
        response = HttpResponse(bytes(row.image), content_type=row.media_type)
    response["ETag"] = etag
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"
    return response


@csrf_exempt
def put_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a new picture, or the present one off. What is too large is refused before any of it is kept."""
    length = numerals.whole(request.META.get("CONTENT_LENGTH") or "0")
    if length is not None and length <= MOST + _ROUND:
        answer: HttpResponse = _put_cover(request, pk)
        return answer
    too_large = TooLarge(_("This picture is too large. Choose one of at most %(count)d MB.") % {"count": MOST // 10**6})
    if length is None or length > _DRAINED:
        raise too_large
    space = _managed(request, pk)
    while request.read(2**16):
        pass  # a browser hears the answer only once it has sent all: until then the front takes it for a broken line
    form = FrontForm(initial={"front": space.front})
    return _write_page(request, space, form, error=str(too_large.message), status=too_large.status)


@csrf_protect
@login_required
@require_http_methods(["POST"])
def _put_cover(request: HttpRequest, pk: int) -> HttpResponse:
    space = _managed(request, pk)
    back = reverse("shell:space-front-edit", args=[space.pk])
    if request.POST.get("remove"):
        actions.uncover(request.actor, space)
        return done(request, back, Toast(_("The picture is gone.")))
    try:
        sent = request.FILES.get("picture")
        if sent is None:
            raise BadInput(_("Choose a picture first."))
        actions.cover(request.actor, space, sent.file)
    except Refusal as refusal:
        form = FrontForm(initial={"front": space.front})
        return _write_page(request, space, form, error=str(refusal.message), status=refusal.status)
    return done(request, back, Toast(_("The picture is on the front page.")))


def _managed(request: HttpRequest, pk: int) -> Space:
    space = find(request, pk)
    request.actor.require(space, Right.MANAGE)
    return space


def _write_page(
    request: HttpRequest, space: Space, form: FrontForm, *, preview: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = frame(request, space) | {
        "form": form,
        "preview": preview,
        "cover_error": error,
        "most": MOST // 10**6,
    }
    return render(request, "shell/space/write.html", context, status=status)
