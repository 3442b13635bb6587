"""What calendars tell people: that something they asked to be reminded of begins soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calendars import queries
<<<<<<< HEAD
from calendars.actions import notifying, reminding
from calendars.models import CalendarObject
=======
from calendars.actions import booking, reminding
from calendars.models import Answer, CalendarObject
>>>>>>> f4a03f1 (Let rooms and vehicles be booked, with hours, rules and answers, and never twice at a time by whatever door)
from collab.registry.plugin import Notice, Told
from collab.rights.actor import Actor


def seen(actor: Actor) -> Any:
    """Return the entries of which the actor may be told."""
    return queries.seen(actor).living()


def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say of the last entry when it takes place next, and how many others there are."""
    ids = {note.refs[-1] for note in notes}
    found = {one.pk: one for one in seen(actor).filter(pk__in=ids).select_related("calendar").defer("data", "text")}
    told = {}
    for note in notes:
        if (event := found.get(note.refs[-1])) is not None:
            others = len(set(note.refs)) - 1
            url = reverse("calendars:event", args=[event.pk])
            told[note.pk] = Told(0, _when(event, others), event.summary or _("(without title)"), url, alone=True)
    return told


def _when(event: CalendarObject, others: int) -> str:
    at = reminding.next_time(event, timezone.now() - timedelta(hours=1)) or event.starts or event.due
    if at is None:
        text = _("Reminder")
    elif event.all_day:
        day = timezone.localtime(at, timezone=_zone(event)).date()
        text = _("Reminder for %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")}
    else:
        local = timezone.localtime(at)
        text = _("Reminder for %(day)s at %(time)s") % {
            "day": formats.date_format(local, "DATE_FORMAT"), "time": formats.date_format(local, "TIME_FORMAT"),
        }  # fmt: skip
    if others:
        text += " " + ngettext("(and %(count)d other)", "(and %(count)d others)", others) % {"count": others}
    return text


def _zone(event: CalendarObject) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(event.calendar.zone)


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
            text = _("let your booking of %(name)s pass")
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


NOTICES = (
    Notice(
        reminding.SOON,
        gettext_lazy("Reminders of my calendars"),
        gettext_lazy("because a reminder is set on it"),
        say=say,
        seen=seen,
        at_once=True,
    ),
    Notice(
<<<<<<< HEAD
        notifying.INVITED,
        gettext_lazy("Invitations to events"),
        gettext_lazy("because somebody invited you"),
        said=gettext_lazy("invites you to"),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.CHANGED,
        gettext_lazy("Changes of events to which I am invited"),
        gettext_lazy("because you are invited to it"),
        said=gettext_lazy("changed"),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.CANCELLED,
        gettext_lazy("Events that do not take place"),
        gettext_lazy("because you are invited to it"),
        said=gettext_lazy("cancelled"),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.ANSWERED,
        gettext_lazy("Answers to my invitations"),
        gettext_lazy("because you invited them"),
        said=gettext_lazy("answered your invitation to"),
        seen=seen,
        mail=False,
=======
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
>>>>>>> f4a03f1 (Let rooms and vehicles be booked, with hours, rules and answers, and never twice at a time by whatever door)
    ),
)
