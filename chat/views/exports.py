"""Pages on which a channel, or all that one manages, is taken out as an archive."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import packing, queries
from chat.actions import exporting
from chat.models import Export
from chat.queries import Mine
from chat.views import showing
from chat.views.channel import head
from collab.lib.errors import Forbidden, NotFound
from collab.lib.partials import Toast, done, is_fragment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """What the archive holds and how far it is; a POST begins to make it. Without a number: of all that I manage."""
    one = _found(request, pk)
    here = _address(one, "export")
    if request.method == "POST":
        exporting.ask(request.actor, one, with_files=bool(request.POST.get("files")))
        return done(request, here)
    found = exporting.of(request.user, one.channel if one else None)  # type: ignore[arg-type]
    if found is not None and found.file and not exporting.is_theirs(request.actor, found):
        found = None
    context: dict[str, Any] = {
        "export": found, "here": here,
        "download": _address(one, "export-download"), "discard": _address(one, "export-discard"),
        "days": exporting.KEPT.days, "one": one,
    }  # fmt: skip
    if is_fragment(request):
        return render(request, "chat/_export.html", context)
    context |= showing.column(request, pk) | (head(request, one) if one is not None else {"all": _managed(request)})
    return render(request, "chat/export.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, pk: int = 0) -> HttpResponse | FileResponse:
    """The archive; nobody has another's, and who may take the channel out no longer has none."""
    one = _found(request, pk)
    found = exporting.of(request.user, one.channel if one else None)  # type: ignore[arg-type]
    if found is None or not found.file:
        raise NotFound(exporting.GONE)
    if not exporting.is_theirs(request.actor, found):
        raise Forbidden(exporting.NO_LONGER)
    return _send(request, found, one)


@require_POST
def discard(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Delete the archive before its day."""
    one = _found(request, pk)
    exporting.discard(request.user, one.channel if one else None)  # type: ignore[arg-type]
    return done(request, _address(one, "export"), Toast(_("The archive is deleted. The messages are all still here.")))


def _found(request: HttpRequest, pk: int) -> Mine | None:
    if not pk:
        return None
    one = queries.mine(request.actor, pk)
    exporting.require_may(request.actor, one)
    return one


def _address(one: Mine | None, name: str) -> str:
    return reverse(f"chat:{name}", args=[one.channel.pk]) if one is not None else reverse(f"chat:{name}-all")


def _managed(request: HttpRequest) -> dict[str, Any]:
    found = packing.managed(request.actor)
    return {"count": found.count(), "some": list(found.select_related("space")[:20])}


def _send(request: HttpRequest, found: Export, one: Mine | None) -> HttpResponse | FileResponse:
    day = timezone.localtime(found.ready_at)
    title = one.title if one is not None else pgettext("name of an archive", "channels")
    if request.headers.get("X-Sendfile-Type") == "X-Accel-Redirect" and exporting.accel(found):
        exporting.open_file(found).close()
        answer: Any = HttpResponse(headers={"X-Accel-Redirect": exporting.accel(found)})
    else:
        answer = FileResponse(exporting.open_file(found))
        answer["Content-Length"] = str(found.size)
    answer["Content-Type"] = "application/zip"
    answer["Content-Disposition"] = content_disposition_header(True, f"{slugify(title) or 'chat'}-{day:%Y-%m-%d}.zip")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer  # type: ignore[no-any-return]
