"""Properties of the inbox, the outbox and messages (RFC 6638, 2 and 9; RFC 7953, 7.2), and the reports on the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from calendars import queries
from calendars.actions import receiving
from calendars.actions.delivering import landing, open_message
from calendars.dav import mailboxes, wanted
from calendars.dav.kinds import INBOX, MESSAGE, OUTBOX
from calendars.dav.mailboxes import Inbox, Row
from calendars.dav.properties import home_of
from calendars.dav.settings import text_of
from calendars.ical import filters, matching
from calendars.ical.refusals import InvalidFilter
from collab.accounts.languages import zone_of
from collab.dav import multistatus, principals, relating
from collab.dav.hrefs import segment, text
from collab.dav.methods.options import offer
from collab.dav.principals import address, privileges
from collab.dav.properties import Listing, live, plain, settable
from collab.dav.reports import report
from collab.dav.request import names_of, path_of
from collab.dav.response import http_date
from collab.dav.tree import Resource
from collab.lib.contentlines import as_text
from collab.lib.errors import BadInput, Refusal

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

principals.named(INBOX, OUTBOX, MESSAGE)
relating.relating(INBOX, OUTBOX, MESSAGE)
offer("calendar-auto-schedule", "calendar-availability")


# --- of people


@plain("cal:schedule-inbox-URL", principals.KIND)
def _inbox(row: principals.Person) -> str:
    return f"<d:href>{home_of(row.user.username)}inbox/</d:href>"


@plain("cal:schedule-outbox-URL", principals.KIND)
def _outbox(row: principals.Person) -> str | None:
    return f"<d:href>{home_of(row.user.username)}outbox/</d:href>" if row.is_self else None


# --- of the mailboxes

plain("d:resourcetype", INBOX, all=True)(lambda _row: "<d:collection/><cal:schedule-inbox/>")
plain("d:resourcetype", OUTBOX, all=True)(lambda _row: "<d:collection/><cal:schedule-outbox/>")
plain("d:displayname", INBOX, all=True)(lambda _row: "Inbox")
plain("d:displayname", OUTBOX, all=True)(lambda _row: "Outbox")
plain("d:owner", INBOX, OUTBOX, MESSAGE)(
    lambda row: f"<d:href>{address(row.user.username)}</d:href>" if hasattr(row, "user") else None
)
plain("cs:getctag", INBOX)(lambda row: mailboxes.tag(row.id))
plain("d:current-user-privilege-set", INBOX)(
    lambda _row: privileges(
        "read",
        "unbind",
        "write-properties",
        "read-current-user-privilege-set",
        "cal:schedule-deliver",
        "cal:schedule-deliver-invite",
        "cal:schedule-deliver-reply",
        "cal:schedule-query-freebusy",
    )
)
plain("d:current-user-privilege-set", OUTBOX)(
    lambda _row: privileges(
        "read",
        "read-current-user-privilege-set",
        "cal:schedule-send",
        "cal:schedule-send-invite",
        "cal:schedule-send-reply",
        "cal:schedule-send-freebusy",
    )
)
plain("cal:supported-calendar-component-set", INBOX, OUTBOX)(lambda _row: '<cal:comp name="VEVENT"/>')


@live("cal:schedule-default-calendar-URL", INBOX)
def _default(listing: Listing) -> Callable[[Any], str | None]:
    def value(row: Any) -> str | None:
        found = landing(row.user)
        return f"<d:href>{home_of(row.user.username)}{segment(found.name)}/</d:href>" if found is not None else None

    return value


@settable("cal:schedule-default-calendar-URL", INBOX)
def _set_default(resource: Resource, element: Element | None) -> None:
    href = element.findtext("{DAV:}href", "").strip() if element is not None else ""
    if not href:
        return receiving.land_in(resource.request.actor, None)
    parts = names_of(path_of(href, resource.request.header("Host")))
    return receiving.land_in(resource.request.actor, queries.in_home(resource.request.actor, parts[-1]).calendar)


@plain("cal:calendar-availability", INBOX)
def _availability(row: Any) -> str | None:
    said = receiving.availability_of(row.user)
    return text(said).replace("\r", "&#13;") if said else None


@settable("cal:calendar-availability", INBOX)
def _set_availability(resource: Resource, element: Element | None) -> None:
    receiving.say_availability(resource.request.actor, text_of(element))


plain("cs:calendar-availability", INBOX)(_availability)
settable("cs:calendar-availability", INBOX)(_set_availability)

# --- of messages

plain("d:resourcetype", MESSAGE, all=True)(lambda _row: "")
plain("d:getetag", MESSAGE, all=True)(lambda row: row.etag)
plain("d:getcontentlength", MESSAGE, all=True)(lambda row: str(row.size))
plain("d:getlastmodified", MESSAGE, all=True)(lambda row: http_date(int(row.made.timestamp())))
plain("d:getcontenttype", MESSAGE, all=True)(lambda _row: "text/calendar; charset=utf-8; component=vevent")
plain("cal:calendar-data", MESSAGE)(lambda row: _words(row.data))
plain("d:current-user-privilege-set", MESSAGE)(
    lambda _row: privileges("read", "unbind", "read-current-user-privilege-set")
)


def _words(data: bytes | None) -> str | None:
    """Return the bytes as a report shows them; a list of what is there has none (RFC 4791, 9.6)."""
    return text(as_text(data)).replace("\r", "&#13;") if data is not None else None


def _answered(request: Request, root: Any, rows: Iterable[Row | str]) -> Response:
    resource = request.resource
    asked = wanted.read(request, root)
    render = multistatus.renderer(MESSAGE, asked.asked, Listing(request, resource, ()), [])

    def pieces() -> Iterable[str]:
        for row in rows:
            if isinstance(row, str):
                yield multistatus.status_only(text(row), "404 Not Found")
            else:
                yield render(resource.href + segment(row.name), row)

    return multistatus.streamed(iter(pieces()), wanted.headers(asked))


@report(f"{{{wanted.CALDAV}}}calendar-multiget", INBOX)
def multiget(request: Request, root: Any) -> Response:
    """Answer each address with the message there, or with 404."""
    assert isinstance(request.resource, Inbox)
    hrefs = dict.fromkeys("".join(one.itertext()).strip() for one in root.findall("{DAV:}href"))
    names = {href: _name(request, href) for href in hrefs}
    there = {one.name: one for one in mailboxes.listed(request.resource.user.pk).filter(name__in=set(names.values()))}

    def rows() -> Iterator[Row | str]:
        yield from (href for href, name in names.items() if name not in there)
        yield from mailboxes.with_bytes(there[name] for name in dict.fromkeys(names.values()) if name in there)

    return _answered(request, root, rows())


def _name(request: Request, href: str) -> str:
    try:
        parts = names_of(path_of(href, request.header("Host")).removeprefix(request.base + "/"))
    except Refusal:
        return ""
    return parts[-1] if parts[:-1] == request.resource.parts else ""


@report(f"{{{wanted.CALDAV}}}calendar-query", INBOX)
def query(request: Request, root: Any) -> Response:
    """Answer with the messages that fit the filter."""
    assert isinstance(request.resource, Inbox)
    condition = root.find(f"{{{wanted.CALDAV}}}filter")
    if condition is None:
        raise InvalidFilter
    fits = filters.read_filter(condition)
    user = request.resource.user
    rows = mailboxes.with_bytes(mailboxes.listed(user.pk)[: mailboxes.MOST])
    return _answered(request, root, (row for row in rows if _fits(row, fits, zone_of(user))))


def _fits(row: Row, fits: filters.CompFilter, zone: ZoneInfo) -> bool:
    try:
        return matching.matches(open_message(row.data or b""), fits, zone)
    except (Refusal, BadInput):
        return False
