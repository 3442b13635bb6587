"""Events and tasks found by words: their titles, places, texts and people, as far as one sees them whole."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from calendars import telling
from calendars.models import Calendar, CalendarObject, Component
from collab.lib.markdown import bare
from collab.lib.routes import reverse
from collab.registry.plugin import Text
from collab.registry.searching import Command, Search, Shown, Written, page
from collab.rights.actor import Actor

KINDS = (Component.EVENT, Component.TASK)


def found_by(actor: Actor) -> Any:
    """Return the living events and tasks that the actor sees whole."""
    return telling.seen_events(actor).filter(deleted_at=None, calendar__deleted_at=None, component__in=KINDS)


def everything() -> Any:
    """Return all events and tasks there are."""
    return CalendarObject.objects.filter(component__in=KINDS)


def write(ids: list[int]) -> dict[int, Written]:
    """Return what the index keeps of these entries."""
    rows = CalendarObject.objects.filter(pk__in=ids).select_related("calendar").defer("data")
    return {
        one.pk: Written(one.summary, one.calendar.space_id, one.starts or one.due or one.changed_at, _body(one))
        for one in rows
    }


def _body(one: CalendarObject) -> str:
    """Its words without the title, which stands above them."""
    return bare(f"{one.text}\n".removeprefix(f"{one.summary}\n").strip())


def show(actor: Actor, ids: list[int]) -> dict[int, Shown]:
    """Return how a list of results draws them: with the day on which they begin, or are due."""
    rows = CalendarObject.objects.select_related("calendar__space", "changed_by").defer("data", "text")
    return {
        pk: Shown(
            one.summary or "…",
            telling.address(one),
            "tasks" if one.component == Component.TASK else "calendar",
            one.calendar.title,
            one.calendar.space.slug,
            str(one.changed_by or ""),
            one.starts or one.due,
            archived=one.calendar.space.archived_at is not None,
        )
        for pk, one in rows.in_bulk(ids).items()
    }


def new(actor: Any, space: Any) -> str:
    """Return where an event is begun."""
    return reverse("calendars:event-new") if actor.user is not None else ""


def tasks(actor: Any, space: Any) -> str:
    """Return where tasks stand, of the space one is in."""
    if actor.user is None:
        return ""
    return reverse("calendars:tasks-space", args=[space.slug]) if space is not None else reverse("calendars:tasks")


def book(actor: Any, space: Any) -> str:
    """Return where one looks for what is free, for whom there is something."""
    if actor.user is None:
        return ""
    return reverse("calendars:book") if Calendar.objects.living().visible_to(actor).exclude(books=0).exists() else ""


_LABEL: Text = _("Events and tasks")
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
    words=("event", "événement", "agenda", "calendar", "task", "tâche", "todo"),
    at=page("calendars:event", "calendars:task"),
)
COMMANDS = (
    Command(_("New event"), "calendar", new),
    Command(_("Tasks"), "tasks", tasks),
    Command(_("Book a room or a vehicle"), "key", book),
)
