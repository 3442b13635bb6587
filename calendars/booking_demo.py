"""What the demo association books: a room, its minibus, places at its tournament; and times that it gives visitors."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from calendars import appointing, opening, roles
from calendars.actions import appointing as taking
from calendars.actions import arranging, hosting, making, offering, shifting
from calendars.actions.shifting import Wanted
from calendars.ical import writing
from calendars.ical.repeats import Repeat
from calendars.models import AppointmentPage, Bookable, Calendar, CalendarObject, Shift
from collab.accounts.models import User
from collab.groups.models import Group
from collab.rights import actions as rights
from collab.rights import links
from collab.rights.actor import Actor
from collab.rights.right import READER, RESPONDENT

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
    _visits(town)


def _visits(town: Any) -> None:
    """Let visitors take a time with one of two, in turn; one did."""
    mireille = town.actor("mireille")
    calendar = making.make(mireille, town.spaces["Sport"], "Rendez-vous", color="#3d6b8c", zone="Europe/Paris")
    fields: dict[str, Any] = {
        "title": "Découvrir nos activités", "place": "Secrétariat, 12 rue des Tilleuls", "lengths": [30, 60],
        "text": "Une demi-heure pour choisir une activité et préparer votre inscription.", "notice": 0, "ahead": 60,
        "rotates": True, "questions": [{"text": "Quelle activité vous tente ?", "needed": False}],
    }  # fmt: skip
    hosts = list(User.objects.filter(username__in=("mireille", "lucas")))
    page = hosting.make(mireille, calendar, hosts, fields)
    link = links.make_link(mireille, page, RESPONDENT.mask)
    page = AppointmentPage.objects.select_related("space", "acl", "calendar__space", "created_by").get(pk=page.pk)
    visitor = Actor.nobody().with_links([link])
    for at, _hosts in appointing.slots(page, 30, _monday(1), 5)[2:3]:
        taking.take(
            visitor, page, at, 30, name="Claire Fontaine", email="claire@example.org", zone="",
            answers=["La marche nordique"], link=link,
        )  # fmt: skip


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
