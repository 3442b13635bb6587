"""People whom a task may be given to: those who see its list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from calendars.actions import telling
from calendars.ical.todos import Assignee
from calendars.models import Calendar
from calendars.tasklists import quick
from collab.accounts.models import User
from collab.dav.principals import address
from collab.profiles import portraits
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.whom import people

OFFERED = 8
MOST = 20
"""So many people may be named at once."""


@dataclass
class Named:
    """`people`: who are meant and see the list; `blind`: who do not see it; `unknown`: names of nobody."""

    people: list[User] = field(default_factory=list)
    blind: list[User] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def who(actor: Actor, calendar: Calendar) -> QuerySet[User]:
    """Return those who see the list, as far as the actor may find them, by name."""
    seeing = explain.people_with(calendar.acl_id, Right.SEE)
    return people(actor).filter(pk__in=list(seeing)).order_by("display_name", "pk")


def named(actor: Actor, calendar: Calendar, names: Iterable[str]) -> Named:
    """Return who is meant by these names: user names, whole names, first names, “Name (user name)”. Two queries."""
    wanted = list(names)[:MOST]
    found = Named()
    if not wanted:
        return found
    by_id = {one.pk: one for one in who(actor, calendar)}
    seeing = [(pk, one.username, str(one)) for pk, one in by_id.items()]
    others: list[tuple[int, str, str]] | None = None
    for name in wanted:
        pk = quick.person(_username(name), seeing)
        if pk is not None:
            found.people.append(by_id[pk])
            continue
        if others is None:
            near = people(actor).exclude(pk__in=list(by_id))
            others = [(one.pk, one.username, str(one)) for one in near[:2000]]
        if (pk := quick.person(_username(name), others)) is not None:
            found.blind.append(User.objects.get(pk=pk))
        else:
            found.unknown.append(name)
    return found


def _username(name: str) -> str:
    """Return the user name of “Alain Durand (alain)”, or the name as it is."""
    head, bracket, rest = name.rpartition("(")
    return rest.rstrip(") ") if bracket and head.strip() else name


def offered(actor: Actor, calendar: Calendar, typed: str) -> list[dict[str, Any]]:
    """Return those who see the list and whose name holds what was typed, as the picker of people takes them."""
    typed = " ".join(typed.split())[:100]
    if not typed or not typed.isprintable():
        return []
    found = who(actor, calendar).filter(Q(display_name__unaccent__icontains=typed) | Q(username__istartswith=typed))
    return [
        {
            "value": value(one), "name": str(one), "note": str(one.get_rank_display()), "hue": one.hue,
            "initials": one.initials, "picture": portraits.address(actor, one), "group": False,
        }
        for one in found[:OFFERED]
    ]  # fmt: skip


def value(one: User) -> str:
    """Return what the picker writes for a person."""
    return f"{one} ({one.username})"


def assignee(one: User) -> Assignee:
    """Return how somebody stands in a task: by their principal's address, since the house shows nobody's mail."""
    return Assignee(address(one.username), str(one))


def by_address(addresses: Collection[str]) -> dict[str, User]:
    """Return {address: person} of the people of the house among these. Two queries."""
    ids = telling.known(addresses)
    users = User.objects.in_bulk(list(ids.values())) if ids else {}
    return {one: users[pk] for one, pk in ids.items() if pk in users}
