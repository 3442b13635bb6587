"""A device that speaks CalDAV with the house, and the entries it keeps."""

from __future__ import annotations

from tests.dav.client import NS, Client

NS.update(
    cal="urn:ietf:params:xml:ns:caldav", cs="http://calendarserver.org/ns/", ical="http://apple.com/ns/ical/",
)  # fmt: skip

HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN")
TAIL = ("END:VCALENDAR", "")


def event(uid="one@test", summary="Réunion", starts="20261201T180000", ends="20261201T193000", *more, zone=""):
    """An event as bytes, with CRLF; `more` are further lines of it."""
    mark = f";TZID={zone}" if zone else ""
    lines = [
        *HEAD, "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261126T120000Z",
        f"DTSTART{mark}:{starts}", f"DTEND{mark}:{ends}", f"SUMMARY:{summary}", *more, "END:VEVENT", *TAIL,
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def todo(uid="todo@test", summary="Buy paper", *more):
    """A task as bytes."""
    lines = [
        *HEAD, "BEGIN:VTODO", f"UID:{uid}", "DTSTAMP:20261126T120000Z", f"SUMMARY:{summary}", *more, "END:VTODO", *TAIL,
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def home(client: Client) -> str:
    """The address of the person's calendars."""
    return f"/remote.php/dav/calendars/{client.username}/"


def privileges(answer, href=None) -> set[str]:
    """What the person may do there, by the names of RFC 3744."""
    found = answer.props(href)[200]["{DAV:}current-user-privilege-set"]
    return {one[0].tag.rpartition("}")[2] for one in found}
