"""What people are told of bookings: that one waits for them, and what becomes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars import queries
from calendars.actions import booking, shifting
from calendars.models import Answer, CalendarObject, Taking
from collab.registry.plugin import Notice, Told
from collab.rights.actor import Actor


def say_asked(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say of a booking that waits that it does, and of one that was answered meanwhile that it was."""
    told = {}
    for note, event in _booked(actor, notes):
        waits = event.status == booking.PENDING and event.deleted_at is None
        text = _("asks to book %(name)s") if waits else _("asked to book %(name)s, which is settled by now")
        url = reverse("calendars:bookings") if waits else reverse("calendars:book")
        told[note.pk] = Told(0, text % {"name": event.calendar.title}, event.summary or _("(no title)"), url)
    return told


def say_answered(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say what became of a booking: let pass, refused, given back or moved, as it is now."""
    answers = {one.event_id: one for one in Answer.objects.filter(event__in={note.refs[-1] for note in notes})}
    told = {}
    for note, event in _booked(actor, notes):
        answer = answers.get(event.pk)
        if event.deleted_at is not None:
            text = _("gave your booking of %(name)s back")
        elif event.status == booking.CANCELLED:
            text = _("refused your booking of %(name)s")
        elif answer is not None and answer.yes:
            text = _("approved your booking of %(name)s")
        else:
            text = _("changed your booking of %(name)s")
        word = f" (“{answer.word}”)" if answer is not None and answer.word and event.deleted_at is None else ""
        url = reverse("calendars:event", args=[event.pk]) if event.deleted_at is None else reverse("calendars:bookings")
        title = event.summary or _("(no title)")
        told[note.pk] = Told(0, text % {"name": event.calendar.title} + word, title, url)
    return told


def _booked(actor: Actor, notes: list[Any]) -> Iterator[tuple[Any, CalendarObject]]:
    """Yield the notes with the bookings that they are about, as far as the actor sees these."""
    rows = queries.seen(actor).filter(pk__in={note.refs[-1] for note in notes}, calendar__deleted_at=None)
    found = rows.select_related("calendar").defer("data", "text").in_bulk()
    yield from ((note, found[note.refs[-1]]) for note in notes if note.refs[-1] in found)


def say_shift(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say of an event whether one has a place there now, given by somebody or because one became free."""
    mine = Taking.objects.filter(user=actor.user, shift__event__in={note.refs[-1] for note in notes})
    places: dict[int, list[Taking]] = {}
    for one in mine.select_related("shift"):
        places.setdefault(one.shift.event_id, []).append(one)
    told = {}
    for note, event in _booked(actor, notes):
        own = places.get(event.pk, [])
        held = ", ".join(sorted({one.shift.name for one in own if one.place is not None}))
        if held:
            text = _("You have a place (%(name)s)") % {"name": held}
        elif own:
            text = _("You wait for a place")
        else:
            text = _("You have no place any more")
        url = reverse("calendars:shifts", args=[event.pk])
        told[note.pk] = Told(0, text, event.summary or _("(no title)"), url, alone=True)
    return told


NOTICES = (
    Notice(
        shifting.TOLD,
        gettext_lazy("My places in plans of who does what"),
        gettext_lazy("because you take part in it"),
        say=say_shift,
        seen=queries.seen,
    ),
    Notice(
        booking.ASKED,
        gettext_lazy("Bookings that wait for my answer"),
        gettext_lazy("because you manage this calendar"),
        say=say_asked,
        seen=queries.seen,
    ),
    Notice(
        booking.ANSWERED,
        gettext_lazy("What becomes of my bookings"),
        gettext_lazy("because you booked it"),
        say=say_answered,
        seen=queries.seen,
    ),
)
