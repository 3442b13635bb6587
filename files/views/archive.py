"""Several things, or a folder, as one ZIP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collab.lib.errors import NotFound
from collab.shell.answers import numbers
from files import archives, browsing, queries
from files.entry import Entry
from files.views.content import guards, release_connection


@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest) -> HttpResponseBase:
    """The things named `id`: one file as it is, anything else as a ZIP of what the person sees."""
    ids = numbers((request.POST if request.method == "POST" else request.GET).getlist("id"))
    found = queries.entries(request.actor, ids)  # type: ignore[attr-defined]
    entries = [found[pk] for pk in ids if pk in found]
    if not entries:
        raise NotFound
    if len(entries) == 1 and not entries[0].is_folder:
        return HttpResponseRedirect(reverse("files:content", args=[entries[0].id]))
    root = next((browsing.of(request.actor, entry.id).name for entry in entries if entry.is_root), "")  # type: ignore[attr-defined]
    name = entries[0].name or root if len(entries) == 1 else _together(request, entries)
    return serve(request, archives.collect(request.actor, entries, root=root), name)  # type: ignore[attr-defined]


def _together(request: HttpRequest, entries: list[Entry]) -> str:
    """Return the name of the folder that the things lie in, as far as they lie in one that the person sees."""
    folders = {entry.parent_id for entry in entries}
    folder = folders.pop() if len(folders) == 1 else None
    if folder is None:
        return _("Files")
    try:
        return browsing.of(request.actor, folder).name  # type: ignore[attr-defined]
    except NotFound:
        return _("Files")


def serve(request: HttpRequest, items: list[archives.Item], name: str) -> HttpResponseBase:
    """Answer with the members as “name.zip”, streamed."""
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type="application/zip")
    else:
        release_connection()
        response = StreamingHttpResponse(archives.stream(items), content_type="application/zip")
    if not any(item.photo for item in items):  # of those some may be left out on their way
        response["Content-Length"] = str(archives.length(items))
    guards(response, f"{name}.zip")
    return response
