"""Making calendars, their pages of settings, the trash: what one says of a calendar for oneself, and for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calendars import colours, drawing, exporting, queries, sourcing
from calendars.actions import making
from calendars.forms import zones_offered
from calendars.models import Calendar, Component, Source
from calendars.queries import Mine
from calendars.views import page
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.lib.partials import Toast
from collab.registry import registry
from collab.rights.right import Right
from collab.shell.answers import changed
from collab.spaces.models import Space


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new calendar, of one's own or of a space; a POST makes it."""
    spaces = spaces_of(request)
    if not spaces:
        raise Forbidden(_("You may not make calendars anywhere here: ask a person who manages one of your spaces."))
    wanted = request.POST.get("space") or request.GET.get("space", "")
    space = next((one for one in spaces if wanted in {str(one.pk), one.slug}), spaces[0])
    context = {
        "spaces": spaces,
        "chosen": space,
        "tab": "empty",
        "of_tasks": "tasks" in (request.POST.get("kind"), request.GET.get("kind")),
        "title": "",
        "color": list(colours.OURS)[space.pk % len(colours.OURS)],
    }
    template = "calendars/new_list.html" if context["of_tasks"] else "calendars/new.html"
    if request.method != "POST":
        return draw(request, template, context)
    title, color = request.POST.get("title", ""), request.POST.get("color", "")
    kind = Component.TASK if context["of_tasks"] else Component.EVENT
    try:
        made = making.make(request.actor, space, title, components=[kind], color=color)
    except Refusal as refusal:
        return draw(
            request,
            template,
            context | {"title": title, "color": color, "refused": refusal.message},
            refusal.status,
        )
    toast = Toast(_("“%(name)s” is made. Add something, or share it.") % {"name": made.title}, *state_of(made, "trash"))
    page_of = "calendars:tasks-list" if context["of_tasks"] else "calendars:calendar"
    return changed(request, reverse(page_of, args=[made.pk]), toast)


def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The settings of a calendar; a POST changes those of everybody, or (`own`) those of the person."""
    mine = queries.mine(request.actor, pk)
    if request.actor.can(mine.calendar.space, Right.SEE):
        request.space = mine.calendar.space
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _change(request, mine)
        except Refusal as refusal:
            if refusal.status != 400:
                raise
            context["refused"] = refusal.message
            mine = queries.mine(request.actor, pk)
    context |= sourcing.told(Source.objects.filter(pk=pk).first() if mine.calendar.fed else None)
    archived = mine.calendar.space.archived_at is not None
    context |= {
        "one": mine,
        "calendar": mine.calendar,
        "kind": Calendar.REF_KIND,
        "only_tasks": Component.EVENT not in mine.calendar.components and Component.TASK in mine.calendar.components,
        "may_manage": mine.mask & Right.MANAGE and not archived,
        "share_url": _share_url(mine),
        "custom": "" if mine.calendar.color.lower() in colours.OURS else f"a{mine.calendar.pk}",
        "own_custom": "" if mine.color.lower() in colours.OURS else drawing.hue(mine),
        "zones": zones_offered(mine.calendar.zone),
    }
    return draw(request, "calendars/calendar.html", context, 400 if "refused" in context else 200)


def _change(request: HttpRequest, mine: Mine) -> HttpResponse:
    data, found = request.POST, mine.calendar
    here = reverse("calendars:calendar", args=[found.pk])
    if "own" in data:
        title, color = data.get("title", "").strip(), data.get("color", "")
        making.prefer(
            request.actor,
            found,
            title=title if title and title != found.title else None,
            color=color if color and color != found.color else None,
            hidden="shown" not in data,
            transparent=None if ("busy" in data) != found.transparent else "busy" not in data,
            reminders=None if ("reminds" in data) == mine.is_own else "reminds" in data,
        )
        return changed(request, here, Toast(_("Your own settings are kept.")))
    fields = {name: data[name] for name in ("title", "description", "color", "zone") if name in data}
    making.change(request.actor, found, **fields, transparent="busy" not in data)
    return changed(request, here, Toast(_("“%(name)s” is changed.") % {"name": data.get("title", found.title)}))


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A whole calendar as a file, as far as the person may see it."""
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    stream = exporting.stream(request.actor, queries.mine(request.actor, pk))
    return StreamingHttpResponse(stream, content_type=exporting.MEDIA_TYPE, headers=headers)


@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a calendar up or down among one's own or among the others."""
    mine = queries.mine(request.actor, pk)
    step = -1 if request.POST.get("to") == "up" else 1
    group = [one for one in queries.home(request.actor) if one.is_own == mine.is_own]
    making.arrange(request.actor, group, pk, step)
    return changed(request, reverse("calendars:calendar", args=[pk]))


@require_POST
def state(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Throw a calendar away, or bring it back: each undoes the other."""
    if verb == "trash":
        found = queries.mine(request.actor, pk).calendar
        making.throw_away(request.actor, found)
        text = _("“%(name)s” is in the trash.") % {"name": found.title}
        return changed(request, reverse("calendars:home"), Toast(text, *state_of(found, "restore")))
    if verb != "restore":
        raise NotFound
    thrown = next((one.calendar for one in queries.thrown(request.actor) if one.calendar.pk == pk), None)
    if thrown is None:
        raise NotFound
    making.bring_back(request.actor, thrown)
    text = _("“%(name)s” is back.") % {"name": thrown.title}
    return changed(request, reverse("calendars:calendar", args=[pk]), Toast(text, *state_of(thrown, "trash")))


def state_of(found: Calendar, verb: str) -> tuple[str, dict[str, Any]]:
    """Return what throws the calendar away or brings it back (`verb`), for a toast."""
    return reverse("calendars:state", args=[found.pk, verb]), {}


def _share_url(mine: Mine) -> str:
    """Return where it is said who has access, for those who see the calendar."""
    known = registry.shareable(Calendar.REF_KIND) is not None
    return reverse("shell:share", args=[Calendar.REF_KIND, mine.calendar.pk]) if known and not mine.is_busy_only else ""


def spaces_of(request: HttpRequest) -> list[Space]:
    """Return where the person may make calendars, their own place first."""
    found = (
        Space.objects.allowing(request.actor, Right.ADD).filter(archived_at=None).select_related("acl").order_by("name")
    )
    return sorted(found, key=lambda one: one.owner_id != request.user.pk)


def draw(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Draw a page of calendars beside the column that stands beside all of them."""
    context = page.column(request, page.listed(request), None, timezone.localdate()) | context
    shown = [*context["calendars"], *([context["one"]] if "one" in context else [])]
    rules = drawing.hue_rules(shown)
    if "one" in context:  # its colour for everybody, where the person has another
        hue, chroma = colours.tone(context["one"].calendar.color)
        rules.append(f"[data-hue=a{context['one'].calendar.pk}]{{--hue:{hue};--chroma:{chroma}}}")
    context |= {"style": drawing.style(rules), "palette": colours.OURS.items()}
    return render(request, template, context, status=status)
