"""Whom a form means to invite: people, groups as one or each of their members, those of a space, addresses of mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calendars import addresses
from calendars.ical.attending import OPTIONAL, Wanted
from calendars.models import CalendarObject, Invitee
from collab.accounts import addressees
from collab.accounts.models import User
from collab.groups.models import Group
from collab.lib.errors import BadInput
from collab.rights import explain, whom
from collab.rights.actor import Actor
from collab.shell.members import principal_named
from collab.spaces.models import Space

MOST = 500
"""So many people and addresses are invited to one event at most."""
MOST_NAMES = 100


@dataclass(frozen=True)
class Guest:
    """One who is to be invited: a person, a group as one, or a name and an address; `optional`: welcome, not needed."""

    user: User | None = None
    group: Group | None = None
    name: str = ""
    email: str = ""
    optional: bool = False

    @property
    def key(self) -> tuple[str, Any]:
        """What two that mean the same have in common."""
        if self.user is not None:
            return "user", self.user.pk
        if self.group is not None:
            return "group", self.group.pk
        return "mail", self.email

    def __str__(self) -> str:
        return str(self.user or self.group or self.name or self.email)

    @property
    def typed(self) -> str:
        """How the picker writes it."""
        if self.user is not None:
            return f"{self.user} ({self.user.username})"
        return str(self.group or self.email)


def typed(data: Any, name: str) -> list[str]:
    """Return the names that a picker sent: its chips, and what was left in its field."""
    found = [*data.getlist(f"{name}-chip"), *data.get(name, "").replace(";", ",").split(",")]
    return list(dict.fromkeys(" ".join(one.split()) for one in found if one.strip()))


def read(
    actor: Actor, needed: Sequence[str], optional: Sequence[str], *, unfold: bool = True, space: Space | None = None
) -> list[Guest]:
    """Return whom these names mean, each once, the needed ones first.

    `unfold`: the members of groups instead of these; `space`: all who see it are meant, too. Raises BadInput for what
    is no name and no address, and for too many.
    """
    if len(needed) + len(optional) > MOST_NAMES:
        raise BadInput(_("At most %(count)d names at a time: make a group for more.") % {"count": MOST_NAMES})
    found: dict[tuple[str, Any], Guest] = {}
    for names, welcome in ((needed, False), (optional, True)):
        for name in names:
            for guest in _meant(actor, name, unfold=unfold, optional=welcome):
                found.setdefault(guest.key, guest)
    if space is not None:
        for user in explain.audience(space).filter(is_active=True).order_by("display_name", "pk")[: MOST + 1]:
            guest = Guest(user=user)
            found.setdefault(guest.key, guest)
    if len(found) > MOST:
        raise BadInput(_("At most %(count)d people are invited to one event.") % {"count": MOST})
    return list(found.values())


def _meant(actor: Actor, name: str, *, unfold: bool, optional: bool) -> list[Guest]:
    if "@" in name:
        (one,) = addressees.parse(name)[:1]
        if not one.email:
            raise BadInput(_("“%(written)s” is no address: correct it.") % {"written": one.written[:80]})
        return [Guest(name=one.name, email=one.email, optional=optional)]
    principal = principal_named(name)
    user, group = principal.user, principal.group
    if user is not None and whom.people(actor).filter(pk=user.pk).exists():
        return [Guest(user=user, optional=optional)]
    if group is not None and whom.groups(actor).filter(pk=group.pk).exists():
        if not unfold and not group.everyone:
            return [Guest(group=group, optional=optional)]
        return [Guest(user=one, optional=optional) for one in members([group])[: MOST + 1]]
    raise BadInput(_("Nobody here is called “%(name)s”. Choose a person or a group in the list.") % {"name": name[:80]})


def members(groups: Iterable[Group]) -> list[User]:
    """Return the active people of these groups, by name."""
    reach = explain.people_of({one.principal.pk for one in groups})
    ids = {pk for people in reach.values() for pk in people}
    return list(User.objects.filter(pk__in=ids).order_by("display_name", "pk"))


def wanted(found: Iterable[Guest]) -> list[Wanted]:
    """Return them as they are written into an event."""
    rows = []
    for one in found:
        if one.user is not None:
            rows.append(Wanted(addresses.address_of(one.user), str(one.user), one.optional))
        elif one.group is not None:
            rows.append(Wanted(addresses.of_group(one.group), str(one.group), one.optional, is_group=True))
        else:
            rows.append(Wanted(addresses.written(one.email), one.name, one.optional))
    return rows


def of_event(event: CalendarObject, at: str = "") -> list[Guest]:
    """Return who is invited to an event, or to one time of it: as one chose them, members of groups left out.

    Three queries, however many.
    """
    rows = list(Invitee.objects.filter(event=event, recurrence_id__in=["", at]).select_related("user").order_by("pk"))
    own = {one.address for one in rows if at and one.recurrence_id == at}
    groups = addresses.group_ids({one.address for one in rows if one.kind == "GROUP"})
    named = Group.objects.in_bulk(list(groups.values())) if groups else {}
    inside = {user.pk for user in members(named.values())} if named else set()
    found: dict[tuple[str, Any], Guest] = {}
    for row in rows:
        if (own and row.recurrence_id != at) or (row.user_id in inside):
            continue
        optional = row.role.upper() == OPTIONAL
        group = named.get(groups.get(row.address, 0))
        if group is not None:
            guest = Guest(group=group, optional=optional)
        elif row.user is not None:
            guest = Guest(user=row.user, optional=optional)
        elif addresses.is_mail(row.address):
            guest = Guest(name=row.name, email=row.address, optional=optional)
        else:
            continue
        found.setdefault(guest.key, guest)
    return list(found.values())


def same(one: Iterable[Guest], other: Iterable[Guest]) -> bool:
    """Whether the same are invited, needed or not."""
    return {(guest.key, guest.optional) for guest in one} == {(guest.key, guest.optional) for guest in other}


def people(found: Iterable[Guest]) -> tuple[list[User], list[User]]:
    """Return the people whose time is asked for, those of groups too: who is needed, and who is welcome besides."""
    needed: dict[int, User] = {}
    optional: dict[int, User] = {}
    for one in found:
        into = optional if one.optional else needed
        for user in [one.user] if one.user is not None else members([one.group]) if one.group is not None else []:
            into.setdefault(user.pk, user)
    return list(needed.values()), [user for pk, user in optional.items() if pk not in needed]
