"""What the demo association books: a room and its minibus, and who does what at its tournament."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendars import opening, roles
from calendars.actions import arranging, making, offering, shifting
from calendars.actions.shifting import Wanted
from calendars.ical import writing
from calendars.ical.repeats import Repeat
from calendars.models import Bookable, Calendar, CalendarObject, Shift
from collab.accounts.models import User
from collab.groups.models import Group
from collab.rights import actions as rights
from collab.rights.right import READER

PARIS = ZoneInfo("Europe/Paris")


def fill(town: Any) -> None:
    """Let everybody book the room, and ask for the minibus; let people take places at the tournament."""
    alain, mireille = town.actor("alain"), town.actor("mireille")
    room = making.make(alain, town.spaces["AdministratifGestion"], "Salle 2", color="#2e7d4f", zone="Europe/Paris")
    hours = opening.to_store(dict.fromkeys(range(6), (8 * 60, 22 * 60)))
    rules: dict[str, Any] = {"hours": hours, "capacity": 30, "equipment": "Vidéoprojecteur, cuisine", "longest": 720}
    offering.offer(alain, room, roles.EVERYBODY, kind=Bookable.Kind.ROOM, **rules)
    bus = making.make(alain, town.spaces["AdministratifGestion"], "Minibus", color="#8a4b2a", zone="Europe/Paris")
    rules = {"capacity": 9, "equipment": "Attelage, siège enfant", "approval": True, "longest": 3 * 1440, "after": 30}
    offering.offer(alain, bus, roles.EVERYBODY, kind=Bookable.Kind.VEHICLE, **rules)
    for calendar in (room, bus):
        rights.share(alain, calendar, Group.objects.get(everyone=True).principal, READER.mask)
    _book(mireille, room, "Réunion de la section sport", _monday(1) + timedelta(days=1), time(18), 120)
    _book(town.actor("jacqueline"), room, "Atelier mémoire", _monday(1) + timedelta(days=3), time(14), 120, weeks=6)
    _book(alain, room, "Préparation de l’assemblée générale", _monday(2) + timedelta(days=2), time(18, 30), 150)
    _book(mireille, bus, "Match à Castres", _monday(1) + timedelta(days=5), time(8), 600)
    asked = _book(town.actor("lucas"), bus, "Matériel du tournoi", _monday(2) + timedelta(days=4), time(17), 180)
    offering.answer(alain, asked, asked.etag, yes=True, word="Pensez à faire le plein.")
    _plan(town)


def _plan(town: Any) -> None:
    mireille = town.actor("mireille")
    found = CalendarObject.objects.select_related("calendar__space", "calendar__acl").get(summary="Tournoi de Noël")
    wanted = (("Table de marque", 2), ("Buvette", 3), ("Conduire le minibus", 1))
    shifting.plan(mireille, found, [Wanted(0, name, places) for name, places in wanted])
    shifts = {one.name: one.pk for one in Shift.objects.filter(event=found)}
    for name, people in (("Buvette", ("mireille", "lucas")), ("Conduire le minibus", ("mireille", "lucas"))):
        for who in people:
            person = User.objects.get(username=who)
            shifting.take(mireille, found, shifts[name], "", person if person != mireille.user else None)


def _book(
    actor: Any, calendar: Calendar, title: str, day: date, at: time, minutes: int, weeks: int = 0
) -> CalendarObject:
    starts = datetime.combine(day, at)
    times = writing.zoned(starts, PARIS), writing.zoned(starts + timedelta(minutes=minutes), PARIS)
    repeat = Repeat("WEEKLY", days=(day.weekday(),), count=weeks) if weeks else None
    changes = writing.Changes(says={"SUMMARY": title}, times=times, repeat=repeat)
    return arranging.make(actor, calendar, changes)


def _monday(weeks: int) -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
