"""What happened to calendars and to what is in them, in sentences, for those who see it whole."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars.models import Calendar, CalendarObject, Component
from collab.events.models import Change
from collab.lib.routes import reverse
from collab.registry import registry
from collab.registry.plugin import Gather, Told, Verbs
from collab.rights.actor import Actor
from collab.rights.right import Right

_CALENDAR: dict[str, Any] = {
    "calendar-make": gettext_lazy("made this calendar"),
    "calendar-change": gettext_lazy("changed this calendar"),
    "calendar-trash": gettext_lazy("threw this calendar away"),
    "calendar-restore": gettext_lazy("brought this calendar back"),
    "calendar-offer": gettext_lazy("let people book this calendar"),
    "calendar-withdraw": gettext_lazy("ended the booking of this calendar"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
_EVENT: dict[str, Any] = {
    "event-make": gettext_lazy("put this into a calendar"),
    "event-change": gettext_lazy("changed this in a calendar"),
    "event-done": gettext_lazy("ticked this off"),
    "event-trash": gettext_lazy("took this out of a calendar"),
    "event-restore": gettext_lazy("brought this back into a calendar"),
    "shift-plan": gettext_lazy("planned who does what at this"),
    "shift-take": gettext_lazy("took a place in this"),
    "shift-leave": gettext_lazy("gave a place in this up"),
}


def seen_calendars(actor: Actor) -> Any:
    """Return the calendars whose entries the actor sees, thrown away or not."""
    return Calendar.objects.visible_to(actor)


def seen_events(actor: Actor) -> Any:
    """Return the entries that the actor sees whole, thrown away or not: rights and secrecy inside the query."""
    visible = CalendarObject.objects.visible_to(actor)
    own = Q(created_by=actor.user.pk) if actor.user is not None else Q(pk__in=[])
    managed = Q(pk__in=CalendarObject.objects.allowing(actor, Right.MANAGE).exclude(secrecy=0).values("pk"))
    return visible.filter(Q(secrecy=CalendarObject.Secrecy.PUBLIC) | own | managed)


def tell_calendars(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of calendars into sentences, leaving out those of calendars that the actor does not see."""
    found = seen_calendars(actor).select_related("space").in_bulk({change.ref_id for change in changes})
    told = []
    for change in changes:
        if change.kind == "calendar-fed":  # nobody did it, and it happens every few hours
            continue
        if (one := found.get(change.ref_id)) is not None:
            url = reverse("calendars:calendar", args=[one.pk]) if one.deleted_at is None else ""
            told.append(Told(change.seq, _sentence(_CALENDAR, change), one.title, url))
    return told


def tell_events(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of entries into sentences, leaving out what the actor does not see whole."""
    found = seen_events(actor).select_related("calendar").defer("data", "text")
    rows = found.in_bulk({change.ref_id for change in changes})
    told = []
    for change in changes:
        if (one := rows.get(change.ref_id)) is None:
            continue
        living = one.deleted_at is None and one.calendar.deleted_at is None
        url = address(one) if living else ""
        where = place(one) if living else ""
        told.append(
            Told(
                change.seq,
                _sentence(_EVENT, change),
                one.summary or _("(no title)"),
                url,
                place=one.calendar.title,
                place_url=where,
            )
        )
    return told


def address(one: CalendarObject) -> str:
    """Return the page of an entry."""
    return reverse("calendars:task" if one.component == Component.TASK else "calendars:event", args=[one.pk])


def place(one: CalendarObject) -> str:
    """Return the page on which an entry stands among others."""
    if one.component == Component.TASK:
        return reverse("calendars:tasks-list", args=[one.calendar_id])
    return reverse("calendars:home")


def above(ids: list[int]) -> dict[int, list[tuple[str, int]]]:
    """Return {id of an entry: its calendar}."""
    rows = CalendarObject.objects.filter(pk__in=ids).values_list("pk", "calendar_id")
    return {pk: [(Calendar.REF_KIND, calendar)] for pk, calendar in rows}


def _sentence(known: dict[str, Any], change: Change) -> str:
    if change.kind in known:
        return str(known[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said


_ALIKE = Gather(alike=("ref",))
VERBS = (
    Verbs(
        Calendar.REF_KIND,
        tell_calendars,
        seen_calendars,
        gathers=dict.fromkeys(("share", "unshare", "link"), _ALIKE),
        forgets=dict.fromkeys(
            (
                "calendar-make",
                "calendar-change",
                "calendar-trash",
                "calendar-restore",
                "calendar-offer",
                "calendar-withdraw",
            ),
            ("title",),
        ),
    ),
    Verbs(
        CalendarObject.REF_KIND,
        tell_events,
        seen_events,
        above=above,
        gathers={
            "event-change": _ALIKE,
            "event-make": Gather("after.calendar"),
            "event-trash": Gather("after.calendar"),
        },
        forgets=dict.fromkeys(_EVENT, ("title",)),
    ),
)
