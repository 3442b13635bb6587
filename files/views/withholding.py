"""The mark “not for publication” on pictures, from the gallery, the viewer and the panel."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput
from collab.lib.partials import Toast
from collab.shell.answers import changed, numbers
from files.actions import withholding as actions


@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Put the mark on pictures (`withheld` is 1), or take it off (0); the other undoes it."""
    wanted = request.POST.get("withheld", "")
    if wanted not in {"0", "1"}:
        raise BadInput
    fresh = actions.mark(request.actor, numbers(request.POST.getlist("id")), withheld=wanted == "1")  # type: ignore[attr-defined]
    if wanted == "1":
        text = ngettext(
            "%(count)d picture is not for publication: no public link shows it.",
            "%(count)d pictures are not for publication: no public link shows them.",
            len(fresh),
        )
    else:
        text = ngettext(
            "%(count)d picture may be published again.", "%(count)d pictures may be published again.", len(fresh)
        )
    fields = {"id": ",".join(map(str, fresh)), "withheld": "0" if wanted == "1" else "1"}
    toast = Toast(text % {"count": len(fresh)}, reverse("files:withhold") if fresh else "", fields)
    return changed(request, reverse("files:gallery"), toast)
