"""Live properties of homes, calendars and entries (RFC 4791, 5.2; RFC 3744, 5; RFC 6578, 4; Apple's)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calendars import queries
from calendars.dav.entry import Entry
from calendars.dav.kinds import CALENDAR, HOME, LARGEST, OBJECT
from calendars.dav.tokens import etag_of_calendar, token_of
from calendars.models import Source
from calendars.queries import Mine
from collab.dav import principals, properties, relating
from collab.dav.hrefs import href, text
from collab.dav.methods.options import offer
from collab.dav.principals import address, privileges
from collab.dav.properties import Listing, live, plain
from collab.dav.response import http_date
from collab.lib.contentlines import as_text
from collab.rights.right import Right

BASE = "/remote.php/dav/calendars"
COLLATIONS = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")

principals.named(HOME, CALENDAR, OBJECT)
relating.relating(HOME, CALENDAR, OBJECT)
offer("calendar-access")


def home_of(username: str) -> str:
    """Return the address of a person's calendars."""
    return href(BASE, [username], collection=True)


# --- of people


@plain("cal:calendar-home-set", principals.KIND)
def _home_set(row: principals.Person) -> str:
    """Exactly one: Apple's agents pick one at random. That of others is an address where nothing is found."""
    return f"<d:href>{home_of(row.user.username)}</d:href>"


# --- of homes


plain("d:resourcetype", HOME, all=True)(lambda _row: "<d:collection/>")


@live("d:owner", HOME, CALENDAR, OBJECT)
def _owner(listing: Listing) -> Callable[[Any], str | None]:
    """A calendar belongs to a space: to its person, or for a team's to nobody (RFC 3744, 5.1)."""
    user = listing.request.actor.user
    own = f"<d:href>{address(user.username)}</d:href>" if user is not None else ""
    found = getattr(listing.resource, "found", None)

    def value(row: Any) -> str | None:
        mine = row if isinstance(row, Mine) else found
        return own if mine is None or mine.is_own else ""

    return value


@plain("d:current-user-privilege-set", HOME)
def _home_privileges(_row: Any) -> str:
    return privileges("read", "read-acl", "read-current-user-privilege-set", "bind", "unbind", "write-properties")


@live("d:quota-used-bytes", HOME)
def _used(_listing: Listing) -> Callable[[Any], str]:
    """What one's own entries take (RFC 4331, 4); they count against no quota, so none is told as left."""
    return lambda row: str(queries.bytes_of(row.id))


# --- of calendars


@plain("d:resourcetype", CALENDAR, all=True)
def _calendar_type(row: Mine) -> str:
    return "<d:collection/><cal:calendar/>" + ("" if row.is_own else "<cs:shared/>")


plain("d:displayname", CALENDAR, all=True)(lambda row: text(row.title))
plain("cal:calendar-description", CALENDAR)(lambda row: text(row.calendar.description) or None)
plain("ical:calendar-color", CALENDAR)(
    lambda row: None if row.preference is not None and row.preference.color == "" else text(row.color)
)
plain("ical:calendar-order", CALENDAR)(lambda row: None if row.order is None else str(row.order))
plain("cal:calendar-timezone", CALENDAR)(lambda row: text(row.calendar.timezone) or None)
plain("cal:calendar-timezone-id", CALENDAR)(lambda row: text(row.calendar.zone))
plain("cs:getctag", CALENDAR)(lambda row: text(token_of(row)))
plain("d:sync-token", CALENDAR)(lambda row: text(token_of(row)))
plain("d:getetag", CALENDAR)(etag_of_calendar)
plain("cal:max-resource-size", CALENDAR)(lambda _row: str(LARGEST))
plain("cal:min-date-time", CALENDAR)(lambda _row: "00010102T000000Z")
plain("cal:max-date-time", CALENDAR)(lambda _row: "99991230T235959Z")
plain("cal:supported-collation-set", CALENDAR)(
    lambda _row: "".join(f"<cal:supported-collation>{name}</cal:supported-collation>" for name in COLLATIONS)
)
plain("cal:supported-calendar-data", CALENDAR)(
    lambda _row: '<cal:calendar-data content-type="text/calendar" version="2.0"/>'
)


@plain("cal:supported-calendar-component-set", CALENDAR)
def _components(row: Mine) -> str:
    return "".join(f'<cal:comp name="{name}"/>' for name in row.calendar.components)


@plain("cal:schedule-calendar-transp", CALENDAR)
def _transparency(row: Mine) -> str:
    return "<cal:transparent/>" if row.transparent else "<cal:opaque/>"


@plain("d:current-user-privilege-set", CALENDAR)
def _calendar_privileges(row: Mine) -> str:
    return privileges(*held(row))


def held(row: Mine) -> list[str]:
    """Return what the person may do on the calendar, in the words of RFC 3744 and RFC 4791, 6.1.

    Clients look for different ones: for the aggregate `write`, or for its parts. Whoever only reads is not given
    `write-properties`, by which Thunderbird would take the calendar for a writable one; their own name and colour for
    it are theirs to set all the same.
    """
    names = ["cal:read-free-busy", "read-current-user-privilege-set"]
    if row.mask & Right.SEE:
        names += ["read", "read-acl"]
    if row.calendar.space.archived_at is not None:
        return names
    if row.mask & Right.ADD:
        names.append("bind")
    if row.mask & (Right.ADD | Right.EDIT):
        names += ["write-content", "write-properties"]
    if row.mask & (Right.ADD | Right.DELETE):
        names.append("unbind")
    if row.mask & Right.EDIT and row.mask & Right.ADD and row.mask & Right.DELETE:
        names.append("write")
    if row.mask & Right.MANAGE:
        names.append("write-acl")
    return names


# --- of entries


plain("d:resourcetype", OBJECT, all=True)(lambda _row: "")
plain("d:getetag", OBJECT, all=True)(lambda row: row.etag)
plain("d:getcontentlength", OBJECT, all=True)(lambda row: str(row.size) if row.size >= 0 else None)
plain("d:getlastmodified", OBJECT, all=True)(lambda row: http_date(row.mtime))


plain("cal:schedule-tag", OBJECT)(lambda row: f'"{row.schedule_tag}"' if row.schedule_tag and not row.busy else None)


@plain("d:getcontenttype", OBJECT, all=True)
def _content_type(row: Entry) -> str:
    """With the component: iOS and old clients read it from listings."""
    return f"text/calendar; charset=utf-8; component={row.component.lower()}"


@plain("cal:calendar-data", OBJECT)
def _data(row: Entry) -> str | None:
    """Only reports ask for it (RFC 4791, 9.6). A reader of XML would make CR LF one LF: so CR is written out."""
    return None if row.data is None else text(as_text(row.data)).replace("\r", "&#13;")


@live("cs:source", CALENDAR)
def _source(listing: Listing) -> Callable[[Mine], str | None]:
    """Where a web calendar comes from, for who manages it: such addresses are often keys.

    Its type stays that of a calendar, without `cs:subscribed`: programs that know it would fetch the address by
    themselves beside what they sync from here, or not sync it at all.
    """
    rows = [one for one in listing.rows if isinstance(one, Mine) and one.calendar.fed and one.mask & Right.MANAGE]
    known = dict(Source.objects.filter(pk__in=[one.calendar.pk for one in rows]).values_list("pk", "address"))
    return lambda row: f"<d:href>{text(known[row.calendar.pk])}</d:href>" if known.get(row.calendar.pk) else None


@live("d:current-user-privilege-set", OBJECT)
def _entry_privileges(listing: Listing) -> Callable[[Entry], str]:
    found: Mine = listing.resource.found  # type: ignore[attr-defined]
    names = held(found)
    own = privileges(*names)
    if found.mask & Right.EDIT:
        return lambda _row: own
    others = privileges(*(name for name in names if name in {"read", "read-acl", "read-current-user-privilege-set"}))
    return lambda row: own if row.mine else others


properties.absent(HOME, "d:quota-available-bytes")
properties.absent(CALENDAR, "cs:push-transports", "cs:pushkey", "d:quota-available-bytes", "d:quota-used-bytes")
