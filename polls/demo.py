"""Polls of the demo association: a date, a choice with places, an assembly's secret vote, one that is decided."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from collab.marks.actions import commenting
from collab.rights.actor import Actor
from collab.rights.models import Link
from polls import queries
from polls.actions import answering, deciding, ending, inviting, making
from polls.models import Poll
from polls.slots import Slot

EVENING = (time(18, 30), time(20, 30))


def fill(town: Any) -> None:
    """Let the people of the demo ask each other, and answer."""
    _assembly(town)
    _stands(town)
    _fee(town)
    _logo(town)


def _assembly(town: Any) -> None:
    first = _monday(6)
    slots = [Slot(first + timedelta(days=number), *EVENING) for number in (1, 3, 8)]
    slots.append(Slot(first + timedelta(days=5), time(10), time(12)))
    poll = making.make(
        town.actor("alain"), town.spaces["AdministratifGestion"], Poll.Kind.DATE,
        {"title": "Date de l’assemblée générale", "text": "Environ deux heures, salle des fêtes.",
         "deadline": _noon(5), "proposals": True},
        [making.Wanted(slot) for slot in slots], zone="Europe/Paris", public=True,
    )  # fmt: skip
    inviting.invite(town.actor("alain"), poll, [town.groups[name].principal for name in ("CA", "Bureau")], "")
    _answer(town, poll, jacqueline="yymn", alain="yynm", lucas="nymy", noemie="mynn")
    link = Link.objects.filter(kind=Poll.REF_KIND, object_id=poll.pk).first()
    visitor = Actor.nobody().with_links([link] if link else [])
    given = _given(poll, "myyn")
    answering.answer(visitor, poll, None, given, name="Mme Martin, mairie", word="Pas avant 19 h le mardi", link=link)
    commenting.write(town.actor("jacqueline"), poll, "La salle des fêtes est libre ces quatre jours.")


def _stands(town: Any) -> None:
    words = ("Buvette", "Accueil des équipes", "Table de marque", "Rangement")
    poll = making.make(
        town.actor("mireille"), town.spaces["Sport"], Poll.Kind.CHOICE,
        {"title": "Qui tient quel stand au tournoi ?", "method": Poll.Method.PICK, "limit": 2},
        [making.Wanted(text=word) for word in words],
    )  # fmt: skip
    _answer(town, poll, mireille="nnyn", lucas="ynnn", camille="ynny")


def _fee(town: Any) -> None:
    words = ("Cotisation 2027 à 24 €", "Nouveau règlement intérieur")
    poll = making.make(
        town.actor("alain"), town.spaces["AdministratifGestion"], Poll.Kind.CHOICE,
        {"title": "Votes du conseil d’administration", "method": Poll.Method.MAJORITY, "secret": True},
        [making.Wanted(text=word) for word in words],
    )  # fmt: skip
    _answer(town, poll, jacqueline="yy", alain="ya", camille="ny", noemie="yn", lucas="yy")
    ending.close(town.actor("alain"), poll)


def _logo(town: Any) -> None:
    slots = [Slot(_monday(2) + timedelta(days=number), time(14), time(15, 30)) for number in range(3)]
    poll = making.make(
        town.actor("lucile"), town.spaces["CommExterne"], Poll.Kind.DATE, {"title": "Choisir le nouveau logo ensemble"},
        [making.Wanted(slot) for slot in slots], zone="Europe/Paris",
    )  # fmt: skip
    _answer(town, poll, lucile="yyy", noemie="nym", camille="myn")
    deciding.decide(town.actor("lucile"), poll, queries.options(poll)[1])


def _answer(town: Any, poll: Poll, **answers: str) -> None:
    for username, values in answers.items():
        answering.answer(town.actor(username), poll, None, _given(poll, values))


def _given(poll: Poll, values: str) -> dict[str, str]:
    return {str(option.pk): value for option, value in zip(queries.options(poll), values, strict=True)}


def _monday(weeks: int) -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _noon(days: int) -> datetime:
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)
