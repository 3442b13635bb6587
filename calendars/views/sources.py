"""Calendars that come from elsewhere: added by an address or from the list of ready-made ones, and fetched now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calendars import colours, looking, queries
from calendars.actions import fetching
from calendars.models import Calendar, Source
from calendars.ready.places import GROUPS
from calendars.sourcing import EVERY
from calendars.views import calendars as pages
from collab.events import jobs
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.rights.right import Right
from collab.shell.answers import changed, under_way
from collab.spaces.models import Space

WORK = "calendars.views.sources.work"


def web(request: HttpRequest) -> HttpResponse:
    """GET asks for the address of a calendar of the web; POST looks what is there and makes a calendar of it."""
    spaces, chosen = _where(request)
    context: dict[str, Any] = {
        "spaces": spaces, "chosen": chosen, "every": EVERY, "source": Source(), "tab": "web",
        "address": request.POST.get("address", ""), "title": request.POST.get("title", ""),
    }  # fmt: skip
    if request.method != "POST":
        return pages.draw(request, "calendars/new_web.html", context)
    try:
        options = _options(request)
        context["source"] = Source(**options)
        address = looking.address_of(request.POST.get("address", ""))
        looked = looking.look(address, seconds=fetching.PATIENCE)
        made = fetching.subscribe(
            request.actor, chosen, address, looked, title=context["title"], color=_color(chosen), **options
        )
    except looking.Trouble as trouble:
        return pages.draw(request, "calendars/new_web.html", context | {"refused": looking.TROUBLES[trouble.word]}, 400)
    except Refusal as refusal:
        return pages.draw(request, "calendars/new_web.html", context | {"refused": refusal.message}, refusal.status)
    here = reverse("calendars:calendar", args=[made.pk])
    feed = looked.feed
    if feed is not None and len(feed) > fetching.AT_ONCE:
        title = _("“%(name)s” is fetched") % {"name": made.title}
        ref = (Calendar.REF_KIND, made.pk)
        return under_way(request, jobs.start(WORK, request.user.pk, title=title, ref=ref, back=here, calendar=made.pk))
    fetching.refresh(made.source, looked)
    return changed(
        request, here, Toast(_("“%(name)s” is here.") % {"name": made.title}, *pages.state_of(made, "trash"))
    )


def ready(request: HttpRequest) -> HttpResponse:
    """GET lists public and school holidays; POST adds one."""
    spaces, chosen = _where(request)
    context: dict[str, Any] = {"spaces": spaces, "chosen": chosen, "groups": GROUPS, "tab": "ready"}
    context["key"] = request.POST.get("key", "")
    if request.method != "POST":
        return pages.draw(request, "calendars/new_ready.html", context)
    try:
        made = fetching.add_ready(request.actor, chosen, context["key"], color=_color(chosen))
    except looking.Trouble as trouble:
        refused = looking.TROUBLES[trouble.word]
        return pages.draw(request, "calendars/new_ready.html", context | {"refused": refused}, 400)
    except Refusal as refusal:
        return pages.draw(request, "calendars/new_ready.html", context | {"refused": refusal.message}, refusal.status)
    toast = Toast(_("“%(name)s” is here.") % {"name": made.title}, *pages.state_of(made, "trash"))
    return changed(request, reverse("calendars:home"), toast)


@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch it now: at once where it is small, else as a job."""
    found = queries.mine(request.actor, pk).calendar
    here = reverse("calendars:calendar", args=[pk])
    if found.members > fetching.AT_ONCE:
        request.actor.require(found, Right.MANAGE)
        title = _("“%(name)s” is fetched") % {"name": found.title}
        ref = (Calendar.REF_KIND, pk)
        return under_way(request, jobs.start(WORK, request.user.pk, title=title, ref=ref, back=here, calendar=pk))
    source = fetching.again(request.actor, found)
    text = looking.TROUBLES[source.trouble] if source.trouble else _("It is fetched: all is as it is there.")
    return changed(request, here, Toast(text))


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another address, interval, or other things left out."""
    found = queries.mine(request.actor, pk).calendar
    here = reverse("calendars:calendar", args=[pk])
    source = fetching.change(
        request.actor, found, looking.address_of(request.POST.get("address", "")), **_options(request)
    )
    title = _("“%(name)s” is fetched") % {"name": found.title}
    ref = (Calendar.REF_KIND, source.pk)
    return under_way(request, jobs.start(WORK, request.user.pk, title=title, ref=ref, back=here, calendar=source.pk))


def work(progress: jobs.Progress) -> dict[str, Any] | None:
    """Fetch one calendar; begun again, it goes on with what is not there yet."""
    source = Source.objects.select_related("calendar__space").filter(pk=progress.arguments["calendar"]).first()
    if source is None:
        raise NotFound
    fetching.refresh(source)
    if source.trouble:
        raise BadInput(looking.TROUBLES[source.trouble])
    source.calendar.refresh_from_db(fields=["members"])
    count = source.calendar.members
    text = ngettext("%(count)d entry is there.", "%(count)d entries are there.", count) % {"count": count}
    return {"text": text, "url": reverse("calendars:home"), "label": _("Open the calendars")}


def _options(request: HttpRequest) -> dict[str, Any]:
    """Return what the form says of a source. Raises BadInput."""
    every = request.POST.get("every", "")
    if every not in dict(EVERY):
        raise BadInput
    return {
        "every": int(every) if every else None,
        "without_alarms": "alarms" not in request.POST,
        "without_tasks": "tasks" not in request.POST,
        "without_attachments": "attachments" not in request.POST,
    }


def _where(request: HttpRequest) -> tuple[list[Space], Space]:
    """Return where the person may make calendars, and which place the form names. Raises Forbidden."""
    spaces = pages.spaces_of(request)
    if not spaces:
        raise Forbidden(_("You may not make calendars anywhere here: ask a person who manages one of your spaces."))
    wanted = request.POST.get("space") or request.GET.get("space", "")
    return spaces, next((one for one in spaces if wanted in {str(one.pk), one.slug}), spaces[0])


def _color(space: Space) -> str:
    """Return a colour that is not that of most calendars there."""
    taken = Calendar.objects.living().filter(space=space).count()
    return list(colours.OURS)[(space.pk + taken) % len(colours.OURS)]
