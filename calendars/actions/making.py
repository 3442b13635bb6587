"""Making a calendar, changing what it says of itself, throwing it away and bringing it back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars.actions import calling_off, inviting, zoning
from calendars.actions.common import color_of, description_of, hold, tell, title_of, zone_of
from calendars.models import AppointmentPage, Calendar, Component, Preference
from calendars.refusals import MustBeNull, NotHere
from collab.lib.errors import BadInput, Conflict, TooLarge
from collab.lib.text import check_name
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import Right
from collab.spaces.models import Space

if TYPE_CHECKING:
    from calendars.queries import Mine

KEPT = timedelta(days=30)
"""How long what was thrown away can be brought back."""
MOST = 200
"""So many calendars lie in one space at most."""
BOTH = (Component.EVENT, Component.TASK)
RESERVED = "shared-"
"""Names in a person's home that begin so are those of calendars which lie elsewhere."""
SPECIAL = frozenset({"inbox", "outbox", "notifications", "trashbin"})
FIELDS = {"title": title_of, "description": description_of, "color": color_of, "zone": zone_of}


@transaction.atomic
def make(
    actor: Actor, space: Space, title: str, *, name: str = "", components: Sequence[str] = BOTH, **fields: Any
) -> Calendar:
    """Make a calendar in the space. Needs ADD there. Raises Forbidden, BadInput, MustBeNull, NotHere, TooLarge.

    `name`: its segment in addresses, chosen by a device; `fields`: as for `change`.
    """
    space.hold()
    actor.forget()
    actor.require(space, Right.ADD)
    kinds = [kind for kind in Component.values if kind in components]
    if not kinds or len(kinds) != len(set(components)):
        raise BadInput(_("A calendar takes events, tasks or notes."))
    there = Calendar.objects.living().filter(space=space)
    if name and there.filter(name=name).exists():
        raise MustBeNull
    if name and (name.startswith(RESERVED) or name in SPECIAL or check_name(name) != name):
        raise NotHere
    if there.count() >= MOST:
        raise TooLarge(_("There are too many calendars here already."))
    calendar = Calendar(space=space, acl=space.acl, name=name or secrets.token_hex(8), components=kinds)
    calendar.created_by = actor.user
    calendar.zone = _zone(actor)
    _set(calendar, {"title": title, **fields})
    calendar.save()
    tell(actor, calendar, "calendar-make", title=calendar.title)
    return calendar


@transaction.atomic
def change(actor: Actor, calendar: Calendar, **fields: Any) -> None:
    """Change its title, description, color, zone, timezone (a VTIMEZONE) or whether it is transparent. Needs MANAGE."""
    hold(actor, calendar, Right.MANAGE)
    before = {name: getattr(calendar, name) for name in fields}
    _set(calendar, fields)
    if any(getattr(calendar, name) != value for name, value in before.items()):
        calendar.save()
        if before.get("zone", calendar.zone) != calendar.zone:
            zoning.move(calendar, before["zone"], calendar.zone)
        tell(actor, calendar, "calendar-change", title=calendar.title)


@transaction.atomic
def throw_away(actor: Actor, calendar: Calendar) -> None:
    """Put the calendar with all its entries into the trash; who is invited to what is still to come is told, and
    visitors who have an appointment in it.

    Needs MANAGE.
    """
    hold(actor, calendar, Right.MANAGE)
    inviting.calendar_goes(actor, calendar)
    calendar.deleted_at = timezone.now()
    calling_off.call_off(_pages([calendar.pk]), calendar.deleted_at, events=False)
    calendar.save(update_fields=["deleted_at"])
    tell(actor, calendar, "calendar-trash", title=calendar.title)


@transaction.atomic
def bring_back(actor: Actor, calendar: Calendar) -> None:
    """Take the calendar out of the trash; where its name is taken, it gets another. Needs MANAGE."""
    calendar.space.hold()
    actor.forget()
    actor.require(calendar, Right.MANAGE)
    calendar.refresh_from_db()
    if calendar.deleted_at is None:
        raise Conflict
    if Calendar.objects.living().filter(space=calendar.space_id, name=calendar.name).exists():
        calendar.name = secrets.token_hex(8)
    gone, calendar.deleted_at = calendar.deleted_at, None
    calendar.save(update_fields=["deleted_at", "name"])
    calling_off.give_again(_pages([calendar.pk]), gone)
    tell(actor, calendar, "calendar-restore", title=calendar.title)


@transaction.atomic
def erase(ids: Collection[int]) -> None:
    """Delete calendars for good, with their entries, circles and links."""
    pages = list(AppointmentPage.objects.filter(calendar__in=ids).values_list("pk", flat=True))
    calling_off.call_off(pages, timezone.now(), events=False)
    Calendar.objects.filter(pk__in=ids).delete()
    forget_things(AppointmentPage.REF_KIND, pages)
    forget_things(Calendar.REF_KIND, ids)


def forget_old() -> int:
    """Delete the calendars that were thrown away long ago. Returns how many."""
    old = list(Calendar.objects.filter(deleted_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)[:100])
    erase(old)
    return len(old)


@transaction.atomic
def prefer(actor: Actor, calendar: Calendar, **fields: Any) -> Preference:
    """Note what one person makes of a calendar: its title, color, order, transparent, hidden. None: as it says itself.
    A color of "" too, but devices that keep colours are told of none.

    Needs only that they find it. Raises BadInput.
    """
    if fields.get("title") is not None:
        fields["title"] = title_of(fields["title"])
    if fields.get("color"):
        fields["color"] = color_of(fields["color"])
    found, _made = Preference.objects.update_or_create(user=actor.user, calendar=calendar, defaults=fields)
    return found


@transaction.atomic
def hide(actor: Actor, found: Iterable[Mine], hidden: Mapping[int, bool]) -> None:
    """Note which of these calendars of theirs one person hides ({id: whether}); needs only that they find them."""
    for one in found:
        if one.hidden != hidden[one.calendar.pk]:
            prefer(actor, one.calendar, hidden=hidden[one.calendar.pk])


@transaction.atomic
def arrange(actor: Actor, group: Sequence[Mine], pk: int, step: int) -> None:
    """Move one of the calendars among these, as one person has them in their order, a step up (-1) or down."""
    order = [one.calendar for one in group]
    place = next(number for number, one in enumerate(order) if one.pk == pk)
    order.insert(max(0, min(place + step, len(order) - 1)), order.pop(place))
    for number, one in enumerate(order):
        prefer(actor, one, order=number)


def furnish(actor: Actor) -> bool:
    """Give a person who has no calendar yet one for events and one for tasks, named in their language; tell if so."""
    space = getattr(actor.user, "personal_space", None)
    if space is None or Calendar.objects.filter(space=space).exists():
        return False
    with transaction.atomic():
        space.hold()
        if Calendar.objects.filter(space=space).exists():
            return True
        make(actor, space, _("Personal"), name="personal", components=[Component.EVENT])
        make(actor, space, _("Tasks"), name="tasks", components=[Component.TASK], color="#2e7d4f")
    return True


def _pages(ids: Collection[int]) -> list[int]:
    """Return the pages of appointments of calendars that were not thrown away themselves."""
    return list(AppointmentPage.objects.filter(calendar__in=ids, deleted_at=None).values_list("pk", flat=True))


def _set(calendar: Calendar, fields: dict[str, Any]) -> None:
    """Put the fields on the calendar, checked."""
    for name, value in fields.items():
        setattr(calendar, name, FIELDS[name](value) if name in FIELDS else value)


def _zone(actor: Actor) -> str:
    own = actor.user.time_zone if actor.user is not None else ""
    return own or timezone.get_default_timezone_name()
