"""Calendars of the demo association: what the sports section does, the board's dates that all may read, one's own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from calendars import booking_demo
from calendars.actions import fetching, making, storing
from calendars.ical import writing
from calendars.ical.moments import Moment
from calendars.ical.repeats import Repeat
from calendars.models import Calendar, Component
from calendars.tasklists import demo as tasks
from collab.groups.models import Group
from collab.rights import actions as rights
from collab.rights.right import READER

PARIS = ZoneInfo("Europe/Paris")


def fill(town: Any) -> None:
    """Let the people of the demo meet."""
    _sport(town)
    _board(town)
    _own(town)
    tasks.fill(town)
    booking_demo.fill(town)


def _sport(town: Any) -> None:
    mireille = town.actor("mireille")
    calendar = making.make(mireille, town.spaces["Sport"], "Activités sportives", color="#b5541c", zone="Europe/Paris")
    weekly = (
        ("Gymnastique douce", 0, (10, 0), 60, "Salle des fêtes"),
        ("Badminton", 1, (18, 30), 90, "Gymnase Jean-Jaurès"),
        ("Marche nordique", 3, (9, 0), 120, "Départ place de l’église"),
        ("Football, équipe loisir", 4, (19, 0), 90, "Stade municipal"),
    )
    for title, day, at, minutes, place in weekly:
        _put(mireille, calendar, title, _monday(-4) + timedelta(days=day), time(*at), minutes, place,
             repeat=Repeat("WEEKLY", days=(day,)))  # fmt: skip
    text = "Buvette, accueil et table de marque : voir le **sondage** des stands."
    _put(
        mireille, calendar, "Tournoi de Noël", _monday(2) + timedelta(days=5), time(9), 540, "Gymnase Jean-Jaurès", text
    )


def _board(town: Any) -> None:
    """What the board fixes everybody may read, and nobody else writes."""
    alain = town.actor("alain")
    calendar = making.make(
        alain, town.spaces["AdministratifGestion"], "Dates du conseil d’administration", color="#5b4a9c",
        zone="Europe/Paris",
    )  # fmt: skip
    for weeks in (-3, 1, 5):
        _put(alain, calendar, "Conseil d’administration", _monday(weeks) + timedelta(days=1), time(18), 120, "Salle 2")
    _put(alain, calendar, "Assemblée générale", _monday(9) + timedelta(days=5), time(10), 150, "Salle des fêtes")
    _put(alain, calendar, "Fermeture du secrétariat", _monday(3) + timedelta(days=3), None, 5 * 1440, "")
    rights.share(alain, calendar, Group.objects.get(everyone=True).principal, READER.mask)
    with translation.override("fr"):
        holidays = fetching.add_ready(alain, calendar.space, "school/A", color="#5f6a73")
    rights.share(alain, holidays, Group.objects.get(everyone=True).principal, READER.mask)


def _own(town: Any) -> None:
    jacqueline = town.actor("jacqueline")
    making.furnish(jacqueline)
    calendar = Calendar.objects.get(space=jacqueline.user.personal_space, name="personal")
    _put(jacqueline, calendar, "Dentiste", timezone.localdate() + timedelta(days=2), time(14, 30), 45, "")
    tasks = Calendar.objects.get(space=jacqueline.user.personal_space, name="tasks")
    for title, days in (("Imprimer les cartes d’adhérent", 3), ("Réserver la salle des fêtes", 10)):
        due = Moment(timezone.localdate() + timedelta(days=days), None, "")
        _store(jacqueline, tasks, Component.TASK, writing.Changes(says={"SUMMARY": title}, times=(None, due)))


def _put(
    actor: Any, calendar: Calendar, title: str, day: date, at: time | None, minutes: int, place: str, text: str = "",
    repeat: Repeat | None = None,
) -> None:  # fmt: skip
    says = {"SUMMARY": title, "LOCATION": place, "DESCRIPTION": text}
    if at is None:
        times = Moment(day, None, ""), Moment(day + timedelta(minutes=minutes), None, "")
    else:
        starts = datetime.combine(day, at)
        times = writing.zoned(starts, PARIS), writing.zoned(starts + timedelta(minutes=minutes), PARIS)
    _store(actor, calendar, Component.EVENT, writing.Changes(says=says, times=times, repeat=repeat))


def _store(actor: Any, calendar: Calendar, kind: str, changes: writing.Changes) -> None:
    data = writing.new(kind, changes, now=timezone.now())
    name = f"demo-{calendar.pk}-{calendar.seq}.ics"
    storing.put(actor, calendar, name, data)


def _monday(weeks: int) -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
