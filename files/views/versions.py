"""Bringing back an earlier content."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.lib.errors import NotFound
from collab.lib.partials import Toast
from collab.shell.answers import changed
from files import browsing
from files.actions import versions
from files.models import Version


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the version the present content; the toast undoes it with the version that was made of today's."""
    actor = request.actor  # type: ignore[attr-defined]
    version = Version.objects.visible_to(actor).select_related("node__acl").filter(pk=pk, node__trash=None).first()
    if version is None:
        raise NotFound
    entry = versions.restore(actor, version)
    latest = Version.objects.filter(node_id=entry.id).first()
    undo = reverse("files:version-restore", args=[latest.pk]) if latest else ""
    place = browsing.of(actor, entry.id)
    text = _("“%(name)s” is as it was then. The contents of today are kept as a version.") % {"name": entry.name}
    back = f"{place.folder_url or reverse('files:shared')}?open={entry.id}&tab=versions"
    return changed(request, back, Toast(text, undo))
