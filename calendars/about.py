"""What calendars do for a space as a whole, and for a person who takes their data or leaves."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calendars.actions import bequeathing, calling_off, fetching, following, making, shifting
from calendars.models import AppointmentPage, Away, Calendar, CalendarObject, Invitee, Preference, Taking, WorkingHours
from collab.accounts.models import User
from collab.lib.errors import Conflict
from collab.registry.holdings import Holdings
from collab.rights.actor import Actor
from collab.spaces.models import Space

UNDECIDED = gettext_lazy(
    "This person still has calendars of their own. Choose who receives them, or that they are erased."
)


def holdings(space: Space, actor: Actor | None) -> list[str]:
    """Say how many calendars there are that the actor finds; for None all of them, those in the trash too."""
    found = Calendar.objects.filter(space=space)
    count = (found.found_by(actor) if actor is not None else found).count()
    return [ngettext("%(count)d calendar", "%(count)d calendars", count) % {"count": count}] if count else []


def copy(actor: Actor, source: Space, space: Space, *, content: bool = False) -> None:
    """Make calendars of the same names and kinds in a new space: what takes place in them is never copied."""
    found = Calendar.objects.living().visible_to(actor).filter(space=source, acl=source.acl_id)
    for calendar in found.order_by("pk"):
        made = making.make(
            actor, space, calendar.title, components=calendar.components, color=calendar.color,
            description=calendar.description, zone=calendar.zone,
        )  # fmt: skip
        if calendar.fed:
            fetching.copy(calendar, made)


def erase(space: Space) -> None:
    """Delete the calendars of a space, in the transaction that deletes the space."""
    making.erase(list(Calendar.objects.filter(space=space).values_list("pk", flat=True)))


def export(person: User, into: Any) -> None:
    """Put in the person's own calendars as iCalendar files, one for each entry as it was sent, and what they prefer."""
    for calendar in Calendar.objects.living().filter(space__owner=person).order_by("pk"):
        into.folder(calendar.title, about=_("A calendar of yours: each entry is a file that every calendar reads"))
        rows = CalendarObject.objects.filter(calendar=calendar, deleted_at=None).order_by("pk")
        for name, data in rows.values_list("name", "data").iterator(chunk_size=200):
            into.write(f"{calendar.title}/{name}", bytes(data))
    rows = CalendarObject.objects.living().filter(created_by=person).exclude(calendar__space__owner=person)
    visible = set(Calendar.objects.found_by(Actor.of(person)).values_list("pk", flat=True))
    put_in = [
        {"calendar": one.calendar.title, "title": one.summary, "starts": one.starts, "made": one.created_at}
        for one in rows.select_related("calendar").defer("data", "text").order_by("pk").iterator(chunk_size=500)
        if one.calendar_id in visible
    ]
    into.json("put-in.json", put_in, about=_("What you put into calendars of others"))
    prefer = Preference.objects.filter(user=person, calendar__in=visible).order_by("pk")
    known = list(prefer.values("calendar__title", "title", "color", "order", "transparent", "hidden"))
    into.json("preferences.json", known, about=_("Your own names and colours of calendars"))
    invited = [
        {"title": one.event.summary, "starts": one.event.starts, "answer": one.partstat, "comment": one.comment}
        for one in Invitee.objects.filter(user=person, event__deleted_at=None, event__calendar__deleted_at=None)
        .filter(event__stance=CalendarObject.Stance.ORGANIZER)
        .select_related("event").defer("event__data", "event__text").order_by("pk")
        if one.event.secrecy == CalendarObject.Secrecy.PUBLIC
    ]  # fmt: skip
    if invited:
        into.json("invitations.json", invited, about=_("The events to which you are invited, and what you answered"))
    taken = Taking.objects.filter(user=person, shift__event__calendar__in=visible, shift__event__secrecy=0).order_by(
        "pk"
    )
    places = list(taken.values("shift__event__summary", "shift__name", "at", "place", "since"))
    into.json("places.json", places, about=_("Your places in plans of who does what"))
    said = WorkingHours.objects.filter(user=person).values("zone", "spans", "told_to", "declined_shown").first()
    away = list(Away.objects.filter(user=person).values("first", "last", "word"))
    if said is not None or away:
        hours = {"hours": said, "away": away}
        into.json("hours.json", hours, about=_("Your working hours, and when you are away"))


def held(person: User) -> Holdings:
    """Return how much stands in the person's own calendars."""
    return Holdings(entries=bequeathing.held(person))


def forget(person: User, *, heir: User | None, erase: bool, by: User | None) -> None:
    """Let somebody inherit the person's own calendars, or erase them; what they put into others' stays, as nobody's.

    Their places in plans of who does what are given up: whoever waits has them. Visitors who took a time with them
    alone are told that it does not take place. Raises Conflict when neither was said
    and something stands there.
    """
    shifting.forget(person)
    following.host_goes(person)
    pages = AppointmentPage.objects.living().filter(calendar__space__owner=person).values_list("pk", flat=True)
    calling_off.call_off(list(pages), timezone.now(), events=True)  # before somebody inherits what is called off
    if heir is not None:
        bequeathing.hand_over(person, heir, by)
    elif not erase and bequeathing.held(person):
        raise Conflict(UNDECIDED)
    making.erase(list(Calendar.objects.filter(space__owner=person).values_list("pk", flat=True)))
