"""Events found by words: their titles, places, texts and people, as far as one sees them whole."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calendars import telling
from calendars.models import CalendarObject, Component
from collab.registry.plugin import Text
from collab.registry.searching import Command, Search, Shown, Written
from collab.rights.actor import Actor


def found_by(actor: Actor) -> Any:
    """Return the living events that the actor sees whole."""
    return telling.seen_events(actor).filter(deleted_at=None, calendar__deleted_at=None, component=Component.EVENT)


def everything() -> Any:
    """Return all events there are."""
    return CalendarObject.objects.filter(component=Component.EVENT)


def write(ids: list[int]) -> dict[int, Written]:
    """Return what the index keeps of these events."""
    rows = CalendarObject.objects.filter(pk__in=ids).select_related("calendar").defer("data")
    return {one.pk: Written(one.summary, one.calendar.space_id, one.starts or one.changed_at, one.text) for one in rows}


def show(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """Return how a list of results draws them: with the day on which they begin."""
    rows = CalendarObject.objects.select_related("calendar__space", "changed_by").defer("data", "text")
    return {
        pk: Shown(
            one.summary or "…",
            reverse("calendars:event", args=[pk]),
            "calendar",
            one.calendar.title,
            one.calendar.space.slug,
            str(one.changed_by or ""),
            one.starts,
            archived=one.calendar.space.archived_at is not None,
        )
        for pk, one in rows.in_bulk(ids).items()
    }


def new(actor: Any, space: Any) -> str:
    """Return where an event is begun."""
    return reverse("calendars:event-new") if actor.user is not None else ""


_LABEL: Text = _("Events")
SEARCH = Search(
    CalendarObject.REF_KIND,
    label=_LABEL,
    icon="calendar",
    objects=found_by,
    show=show,
    name="summary",
    space="calendar__space",
    by="changed_by",
    everything=everything,
    write=write,
    words=("event", "événement", "agenda", "calendar"),
)
COMMANDS = (Command(_("New event"), "calendar", new),)
