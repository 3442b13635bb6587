"""Planning who does what at an event; taking a place, leaving it; whoever waits longest moves up by themselves.

Everything happens under the lock of the space, which gives the last place to exactly one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from calendars.actions.common import hold
from calendars.actions.holding import hold_space
from calendars.models import CalendarObject, Shift, Taking
from calendars.roles import Sight, booking, held, may_change, sight
from collab.accounts.models import User
from collab.events import notices
from collab.events.log import record
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right

TOLD = "calendars.shift"
MOST, MOST_PLACES = 30, 500
"""So many roles has an event at most, so many places a role."""


@dataclass(frozen=True)
class Wanted:
    """A role as a form says it; `pk` 0 for a new one."""

    pk: int
    name: str
    places: int


@transaction.atomic
def plan(actor: Actor, found: CalendarObject, wanted: Sequence[Wanted]) -> None:
    """Let an event have these roles, in this order. Needs to be allowed to change it.

    More places let those who wait move up. Raises Conflict where people would lose theirs, BadInput.
    """
    _organise(actor, found)
    names = [" ".join(one.name.split()) for one in wanted]
    if len(wanted) > MOST or any(not 1 <= one.places <= MOST_PLACES for one in wanted):
        raise BadInput(_("An event has at most %(roles)d roles, each with 1 to %(places)d places.")
                       % {"roles": MOST, "places": MOST_PLACES})  # fmt: skip
    if any(not name or len(name) > 100 or not name.isprintable() for name in names):
        raise BadInput(_("Give each role a name of at most 100 letters."))
    if len({name.casefold() for name in names}) < len(names):
        raise BadInput(_("Two roles have the same name."))
    known = {one.pk: one for one in Shift.objects.filter(event=found)}
    if {one.pk for one in wanted} - {0} - known.keys():
        raise NotFound
    kept = {one.pk for one in wanted}
    for pk, shift in known.items():
        if pk not in kept:
            if shift.takings.exists():
                raise Conflict(_("“%(name)s” has people: take them out first.") % {"name": shift.name})
            shift.delete()
    for one in wanted:  # names may change places: each steps aside first
        if one.pk:
            Shift.objects.filter(pk=one.pk).update(name=f"\n{one.pk}")
    for order, (one, name) in enumerate(zip(wanted, names, strict=True)):
        shift = known.get(one.pk) or Shift(event=found)
        if shift.pk and shift.takings.filter(place__gt=one.places).exists():
            raise Conflict(_("More people than that have a place as “%(name)s”: take some out first.") % {"name": name})
        shift.name, shift.places, shift.order = name, one.places, order
        shift.save()
        for at in set(shift.takings.filter(place=None).values_list("at", flat=True)):
            _move_up(actor, found, shift, at)
    _note(actor, found, "shift-plan")


@transaction.atomic
def take(actor: Actor, found: CalendarObject, shift: int, at: str, person: User | None = None) -> Taking:
    """Take a place at one time, or wait for one where none is free; for `person`, who must see the event, by whoever
    may change it. Taken already, it stays as it is."""
    user = _who(actor, found, person)
    if person is not None and user.pk not in explain.people_with(found.calendar.acl_id, Right.SEE):
        raise BadInput(_("%(name)s does not see this event. Share the calendar first.") % {"name": user})
    role = _shift(found, shift)
    there = role.takings.filter(at=at, user=user).first()
    if there is not None:
        return there
    made = Taking.objects.create(shift=role, at=at, user=user, place=_free(role, at))
    _note(actor, found, "shift-take")
    if user != actor.user:
        _tell(actor, found, user.pk)
    return made


@transaction.atomic
def leave(actor: Actor, found: CalendarObject, shift: int, at: str, person: User | None = None) -> None:
    """Give a place up, or stop waiting; who waits longest has it then, and is told. Raises NotFound for none."""
    user = _who(actor, found, person)
    role = _shift(found, shift)
    gone, _each = role.takings.filter(at=at, user=user).delete()
    if not gone:
        raise NotFound
    _move_up(actor, found, role, at)
    _note(actor, found, "shift-leave")
    if user != actor.user:
        _tell(actor, found, user.pk)


@transaction.atomic
def forget(person: User) -> None:
    """Let somebody who leaves the house give up all places; those who wait move up."""
    rows = Taking.objects.filter(user=person).select_related("shift__event__calendar")
    for one in rows.order_by("shift__event__calendar__space", "pk"):
        hold_space(one.shift.event.calendar.space_id)  # an archived one too
        one.delete()
        _move_up(Actor.nobody(), one.shift.event, one.shift, one.at)


def _organise(actor: Actor, found: CalendarObject) -> None:
    mask = hold(actor, found.calendar, Right.SEE)
    mask = booking(held(mask, fed=found.calendar.fed), found.calendar.books)
    seen = sight(mask, actor.user, found.secrecy, found.created_by_id)
    if seen is not Sight.WHOLE or not may_change(mask, actor.user, found.created_by_id):
        raise Forbidden(_("Only who can change this event says who does what."))


def _who(actor: Actor, found: CalendarObject, person: User | None) -> User:
    """Return whose place it is: one's own needs no more than to see the event, another's to be allowed to change it."""
    if actor.user is None:
        raise Forbidden
    if person is not None and person != actor.user:
        _organise(actor, found)
        return person
    mask = hold(actor, found.calendar, Right.SEE)
    if sight(mask, actor.user, found.secrecy, found.created_by_id) is not Sight.WHOLE:
        raise Forbidden
    return actor.user


def _shift(found: CalendarObject, pk: int) -> Shift:
    role = Shift.objects.filter(pk=pk, event=found, event__deleted_at=None).first()
    if role is None:
        raise NotFound
    return role


def _free(role: Shift, at: str) -> int | None:
    """Return the first place that nobody has, None where all are taken."""
    held = set(role.takings.filter(at=at, place__isnull=False).values_list("place", flat=True))
    return next((place for place in range(1, role.places + 1) if place not in held), None)


def _move_up(actor: Actor, found: CalendarObject, role: Shift, at: str) -> None:
    for one in role.takings.filter(at=at, place=None):
        one.place = _free(role, at)
        if one.place is None:
            return
        one.save(update_fields=["place"])
        _tell(actor, found, one.user_id)


def _tell(actor: Actor, found: CalendarObject, person: int) -> None:
    by = actor.user.pk if actor.user is not None else None
    if person != by:
        notices.tell(TOLD, [person], (CalendarObject.REF_KIND, found.pk), actor_id=by)


def _note(actor: Actor, found: CalendarObject, kind: str) -> None:
    by = actor.user.pk if actor.user is not None else None
    after = {"calendar": found.calendar_id}
    record(found.calendar.space_id, kind, (CalendarObject.REF_KIND, found.pk), by, after=after)
