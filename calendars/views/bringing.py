"""A file of another program brought into a calendar: at once when it is small, else as a job with its progress."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calendars import drawing, queries
from calendars.actions import importing
from calendars.actions.importing import Report, There
from calendars.ical.splitting import Split
from calendars.models import Calendar
from calendars.queries import Mine
from calendars.views import page
from collab.events import jobs
from collab.lib.errors import BadInput, Refusal, TooLarge
from collab.lib.partials import Toast, done
from collab.rights.actor import Actor
from collab.shell.answers import under_way

WORK = "calendars.views.bringing.work"
LARGEST = 50 << 20
"""Bytes of a file."""
AT_ONCE = 100
"""So many entries are put in while one waits."""
WAYS = {
    There.SKIP: gettext_lazy("Leave them as they are"),
    There.REPLACE: gettext_lazy("Replace them by those of the file"),
    There.COPY: gettext_lazy("Put those of the file beside them"),
}


def bring(request: HttpRequest) -> HttpResponse:
    """GET asks which file goes into which calendar; POST brings it in."""
    refused = ""
    mine = [one for one in queries.home(request.actor) if one.may_add]
    if request.method == "POST":
        try:
            return _brought(request, mine)
        except Refusal as refusal:
            refused = str(refusal.message)
    context = page.column(request, page.listed(request), None, timezone.localdate())
    context["style"] = drawing.style(drawing.hue_rules(context["calendars"]))
    context |= {
        "choices": mine, "ways": WAYS.items(), "refused": refused,
        "chosen": request.POST.get("calendar") or request.GET.get("calendar", ""),
        "way": request.POST.get("there", There.SKIP),
    }  # fmt: skip
    return render(request, "calendars/bring.html", context, status=400 if refused else 200)


def _brought(request: HttpRequest, mine: list[Mine]) -> HttpResponse:
    """Bring the sent file in, or begin to. Raises Refusal."""
    chosen = next((one for one in mine if str(one.calendar.pk) == request.POST.get("calendar")), None)
    sent = request.FILES.get("file")
    if chosen is None or request.POST.get("there", There.SKIP) not in There.__members__.values():
        raise BadInput
    if sent is None:
        raise BadInput(_("Choose a file."))
    if (sent.size or 0) > LARGEST:
        raise TooLarge(_("This file is larger than 50 MB. Export fewer years at a time."))
    there = There(request.POST.get("there", There.SKIP))
    data = sent.read()
    try:
        found = Split(data)
    except BadInput:
        raise BadInput(_("This is no calendar file (.ics or .vcs), or it is damaged.")) from None
    home = reverse("calendars:home")
    if len(found) > AT_ONCE:
        kept = importing.keep(request.actor, chosen.calendar, data, there)
        title = _("“%(file)s” comes into “%(calendar)s”") % {"file": (sent.name or "")[:80], "calendar": chosen.title}
        ref = (Calendar.REF_KIND, chosen.calendar.pk)
        return under_way(request, jobs.start(WORK, request.user.pk, title=title, ref=ref, back=home, brought=kept.pk))
    report = importing.bring(request.actor, chosen.calendar, found, there)
    return done(request, home, Toast(said(report)))


def work(progress: jobs.Progress) -> dict[str, Any] | None:
    """Bring the kept file in, step by step; begun again, what is in already is not put in twice."""
    actor = Actor.of(progress.job.actor)
    report = importing.bring_kept(actor, progress.arguments["brought"])
    return {"text": said(report), "url": reverse("calendars:home"), "label": _("Open the calendars")}


def said(report: Report) -> str:
    """Say what became of the entries, and why some could not be brought in."""
    parts = [ngettext("%(count)d entry came in.", "%(count)d entries came in.", report.added) % {"count": report.added}]
    if count := report.replaced:
        parts.append(ngettext("%(count)d was replaced.", "%(count)d were replaced.", count) % {"count": count})
    if count := report.skipped:
        parts.append(
            ngettext("%(count)d was there already.", "%(count)d were there already.", count) % {"count": count}
        )
    if count := report.refused:
        text = ngettext("%(count)d could not be brought in:", "%(count)d could not be brought in:", count)
        parts.append(text % {"count": count})
    parts += [f"“{title}”: {why}" for title, why in report.failed[:10]]
    return " ".join(parts)
