"""What calendars tell people: that something they asked to be reminded of begins soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calendars import booking_notices, queries, telling
from calendars.actions import calling, notifying, reminding
from calendars.actions.telling import known as known_people
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
            url = telling.address(event)
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


def _saying(text: Any, *, alone: bool = False) -> Callable[[Actor, list[Any]], dict[int, Told]]:
    """Return what says one sentence, with the title of the last entry that may be seen, and how many others are."""

    def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
        ids = {pk for note in notes for pk in note.refs}
        found = seen(actor).filter(pk__in=ids).select_related("calendar").defer("data", "text").in_bulk()
        told = {}
        for note in notes:
            tasks = [found[pk] for pk in dict.fromkeys(note.refs) if pk in found]
            if tasks:
                others, name = len(tasks) - 1, tasks[-1].summary or _("(without title)")
                said = str(text)
                if others:
                    more = ngettext("(and %(count)d other)", "(and %(count)d others)", others) % {"count": others}
                    said = f"{said} {more}"
                told[note.pk] = Told(0, said, name, telling.address(tasks[-1]), alone=alone)
        return told

    return say


def given(space_id: int, changes: list[Any]) -> Iterator[tuple[int, Any]]:
    """Yield the people to whom a task was given."""
    for change in changes:
        if change.ref_kind == CalendarObject.REF_KIND:
            yield from ((person, change) for person in (change.after or {}).get("people", ()))


def finished(space_id: int, changes: list[Any]) -> Iterator[tuple[int, Any]]:
    """Yield those who put a task in that somebody ticked off, and those it is for. Two queries."""
    done = {change.ref_id: change for change in changes if change.kind == "event-done"}
    if not done:
        return
    rows = list(CalendarObject.objects.filter(pk__in=list(done)).values_list("pk", "created_by_id", "assignees"))
    known = known_people({address for _pk, _by, addresses in rows for address in addresses})
    for pk, by, addresses in rows:
        people = {by, *(known[one] for one in addresses if one in known)} - {None}
        yield from ((person, done[pk]) for person in sorted(people))


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
        say=_saying(gettext_lazy("invites you to")),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.CHANGED,
        gettext_lazy("Changes of events to which I am invited"),
        gettext_lazy("because you are invited to it"),
        say=_saying(gettext_lazy("changed the event")),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.CANCELLED,
        gettext_lazy("Events that do not take place"),
        gettext_lazy("because you are invited to it"),
        say=_saying(gettext_lazy("cancelled the event")),
        seen=seen,
        at_once=True,
    ),
    Notice(
        notifying.ANSWERED,
        gettext_lazy("Answers to my invitations to events"),
        gettext_lazy("because you invited them"),
        say=_saying(gettext_lazy("answered your invitation to")),
        seen=seen,
        mail=False,
    ),
    Notice(
        "calendars.given",
        gettext_lazy("Tasks that are given to me"),
        gettext_lazy("because this task is for you"),
        whom=given,
        say=_saying(gettext_lazy("gave you the task")),
    ),
    Notice(
        "calendars.done",
        gettext_lazy("Tasks of mine that others tick off"),
        gettext_lazy("because you put this task in, or it is for you"),
        whom=finished,
        say=_saying(gettext_lazy("ticked off")),
        mail=False,
        push=False,
    ),
    Notice(
        calling.DUE,
        gettext_lazy("Tasks that are due"),
        gettext_lazy("because this task is for you"),
        say=_saying(gettext_lazy("This is to be done now"), alone=True),
        seen=seen,
    ),
    *booking_notices.NOTICES,
)
