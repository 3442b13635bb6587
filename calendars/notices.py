"""What calendars tell people: that something they asked to be reminded of begins soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calendars import queries
from calendars.actions import notifying, reminding
from calendars.models import CalendarObject
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
    ),
)
