"""Many deletions in one go: what went, and the one button that brings all of it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.events import jobs
from collab.lib.errors import BadInput, NotFound
from collab.lib.paging import PAGE, seal, unseal
from collab.lib.partials import Toast, done
from collab.rights.actor import Actor
from collab.shell.answers import under_way
from files import bursts
from files.actions import bursts as acts
from files.browsing import address
from files.models import Burst
from files.views.rows import icon_of

WORK = "files.views.bursts.work"


def burst(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what was thrown away and is in the trash still; POST brings it back to its place."""
    actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, pk)
    home = _home(actor, found)
    if request.method == "POST":
        if bursts.entries(found).count() > acts.LARGE:
            title = _("What was thrown away comes back")
            ref = (bursts.REF_KIND, pk)
            back = reverse("files:burst", args=[pk])
            return under_way(request, jobs.start(WORK, request.user.pk, title=title, ref=ref, back=back, burst=pk))
        return done(request, reverse("files:burst", args=[pk]), Toast(_words(*acts.restore(actor, found))))
    rows = _rows(actor, found, request.GET.get("after", ""))
    context = {
        "burst": found,
        "sentence": bursts.sentence(found, actor),
        "rows": [(row, icon_of(row.node), row.path.rpartition("/")[0]) for row in rows[:PAGE]],
        "more": f"?after={seal([rows[PAGE - 1].pk])}" if len(rows) > PAGE else "",
        "home": home,
        "others": [(one.pk, bursts.sentence(one, actor), one.begun_at) for one in bursts.lately(actor, but=pk)],
        "current": "trash",
        "mine": found.space.owner_id == request.user.pk,
    }
    return render(request, "files/burst.html", context)


def work(progress: jobs.Progress) -> dict[str, Any] | None:
    """Bring it back as a job; begun again, it goes on with what is left."""
    actor = Actor.of(progress.job.actor)
    found = _find(actor, progress.arguments["burst"])
    text = _words(*acts.restore(actor, found, progress.tell))
    return {"text": text, "url": _home(actor, found), "label": _("Open the files")}


def _find(actor: Actor, pk: int) -> Burst:
    found: Burst | None = bursts.seen(actor).select_related("space", "person").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _rows(actor: Actor, found: Burst, cursor: str) -> list[Any]:
    rows = bursts.entries(found).visible_to(actor)
    if (last := unseal(cursor, 1)) is not None:
        if type(last[0]) is not int or abs(last[0]) >= 2**62:
            raise BadInput
        rows = rows.filter(pk__lt=last[0])
    return list(rows.select_related("node").order_by("-pk")[: PAGE + 1])


def _home(actor: Actor, found: Burst) -> str:
    return address(found.space, [], mine=actor.user is not None and found.space.owner_id == actor.user.pk)


def _words(back: int, refused: int) -> str:
    text = ngettext("%(count)d thing is back.", "%(count)d things are back.", back) % {"count": back}
    if refused:
        left = ngettext(
            "%(count)d could not be brought back: it stays in the trash.",
            "%(count)d could not be brought back: they stay in the trash.",
            refused,
        )
        text += " " + left % {"count": refused}
    return text
