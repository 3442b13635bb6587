"""What devices set on a calendar: when they make it (RFC 4791, 5.3.1; RFC 5689), and by PROPPATCH.

Name, colour, order and transparency are each person's own on a calendar of others; on one's own calendar the first two
are the calendar's. What else devices store stays theirs as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from django.db import transaction
from django.utils.translation import gettext as _

from calendars.actions import making
from calendars.dav.kinds import CALENDAR
from calendars.ical import zones
from calendars.models import Calendar, Preference
from collab.dav import dead
from collab.dav.properties import NAMESPACES, Protected, settable
from collab.dav.tree import Resource
from collab.lib import contentlines
from collab.lib.errors import BadInput, Forbidden
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

CALDAV, APPLE = NAMESPACES["cal"], NAMESPACES["ical"]
KIND = "{DAV:}resourcetype"
COMPONENTS = f"{{{CALDAV}}}supported-calendar-component-set"
_KINDS = {"{DAV:}collection", f"{{{CALDAV}}}calendar"}
_HIGHEST = 1 << 31


def wanted(properties: Sequence[Element]) -> dict[str, Element] | None:
    """Return {name: element} of what a new calendar shall have, None where something else is to be made."""
    found = {one.tag: one for one in properties}
    kind = found.pop(KIND, None)
    kinds = {child.tag for child in kind} if kind is not None else set()
    return found if f"{{{CALDAV}}}calendar" in kinds and kinds <= _KINDS else None


@transaction.atomic
def make(actor: Actor, space: Space, name: str, asked: dict[str, Element]) -> Calendar:
    """Make a calendar with these properties; all of them, or nothing is made."""
    asked = dict(asked)
    components = asked.pop(COMPONENTS, None)
    title = text_of(asked.pop("{DAV:}displayname", None)) or name
    kinds = [child.get("name", "").upper() for child in components] if components is not None else making.BOTH
    calendar = making.make(actor, space, title[:200], name=name, components=kinds)
    preference = making.prefer(actor, calendar)
    for tag, element in asked.items():
        if tag in _SETTERS:
            _SETTERS[tag](actor, calendar, True, element)
        elif tag.startswith("{DAV:}"):
            raise Protected
        else:
            dead.store((Preference.REF_KIND, preference.pk), element)
    return calendar


def text_of(element: Element | None) -> str:
    """Return the text of an element, "" where there is none."""
    return "".join(element.itertext()).strip() if element is not None else ""


def _name(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    if own and element is not None:
        making.change(actor, calendar, title=text_of(element)[:200])
    else:
        making.prefer(actor, calendar, title=text_of(element)[:200] or None)


def _color(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    """Taken off, devices are told of none (vdirsyncer asks so); pages go on with the calendar's own."""
    if own and element is not None:
        making.change(actor, calendar, color=text_of(element))
        making.prefer(actor, calendar, color=None)
    else:
        making.prefer(actor, calendar, color=text_of(element))


def _order(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    said = text_of(element)
    try:
        order = int(said) if said else None
    except ValueError:
        order = _HIGHEST
    if order is not None and abs(order) >= _HIGHEST:
        raise BadInput(_("The order is not a number."))
    making.prefer(actor, calendar, order=order)


def _transparent(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    said = None if element is None else element.find(f"{{{CALDAV}}}transparent") is not None
    if own:
        making.change(actor, calendar, transparent=bool(said))
    else:
        making.prefer(actor, calendar, transparent=said)


def _description(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    making.change(actor, calendar, description=text_of(element))


def _timezone(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    """A VTIMEZONE (RFC 4791, 5.2.2): kept as given, and the zone that it names, where we know it."""
    said = text_of(element)
    zone = zone_in(said) if said else None
    making.change(actor, calendar, timezone=said, zone=zone or calendar.zone)


def zone_in(said: str) -> str | None:
    """Return the IANA name of the zone that a VTIMEZONE names, None where it names none that is known."""
    for calendar in contentlines.read(said.encode()).components("VCALENDAR"):
        for zone in calendar.components("VTIMEZONE"):
            if found := getattr(zones.named(zone.value("TZID")), "key", None):
                return str(found)
    return None


def _timezone_id(actor: Actor, calendar: Calendar, own: bool, element: Element | None) -> None:
    making.change(actor, calendar, zone=text_of(element), timezone="")


_SETTERS: dict[str, Any] = {
    "{DAV:}displayname": _name,
    f"{{{CALDAV}}}calendar-description": _description,
    f"{{{CALDAV}}}calendar-timezone": _timezone,
    f"{{{CALDAV}}}calendar-timezone-id": _timezone_id,
    f"{{{CALDAV}}}schedule-calendar-transp": _transparent,
    f"{{{APPLE}}}calendar-color": _color,
    f"{{{APPLE}}}calendar-order": _order,
}
_SHARED = {_name, _color, _order, _transparent}


def _register(tag: str, set_it: Any) -> None:
    @settable(tag, CALENDAR)
    def _set(resource: Resource, element: Element | None) -> None:
        found: Any = resource.row
        own = found.is_own and bool(found.mask & Right.MANAGE)
        if set_it not in _SHARED and not found.mask & Right.MANAGE:
            raise Forbidden
        set_it(resource.request.actor, found.calendar, own, element)


_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
for _tag, _setter in _SETTERS.items():
    _uri, _brace, _local = _tag[1:].partition("}")
    _register(f"{_PREFIXES[_uri]}:{_local}", _setter)
