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


SPACES = 'xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav"'
BOTH = "<d:getetag/><cal:calendar-data/>"


def multiget(client: Client, path: str, hrefs, props=BOTH, **headers):
    """Ask for the entries at these addresses."""
    named = "".join(f"<d:href>{one}</d:href>" for one in hrefs)
    body = f"<cal:calendar-multiget {SPACES}><d:prop>{props}</d:prop>{named}</cal:calendar-multiget>"
    return client("REPORT", path, body, **headers)


def sync(client: Client, path: str, token="", limit="", props="<d:getetag/><d:getcontenttype/>", **headers):
    """Ask what changed since a token."""
    asked = f"<d:limit><d:nresults>{limit}</d:nresults></d:limit>" if limit else ""
    body = (
        f"<d:sync-collection {SPACES}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>{asked}"
        f"<d:prop>{props}</d:prop></d:sync-collection>"
    )
    return client("REPORT", path, body, **headers)


def query(client: Client, path: str, inside="", props="<d:getetag/>", kind="VEVENT", **headers):
    """Ask for the entries of a kind that fit a filter."""
    fits = f'<cal:comp-filter name="{kind}">{inside}</cal:comp-filter>' if kind else inside
    body = (
        f"<cal:calendar-query {SPACES}><d:prop>{props}</d:prop><cal:filter>"
        f'<cal:comp-filter name="VCALENDAR">{fits}</cal:comp-filter></cal:filter></cal:calendar-query>'
    )
    return client("REPORT", path, body, Depth="1", **headers)


def told(answer) -> dict[str, int]:
    """{last name of each address: status} of a Multi-Status."""
    assert answer.status == 207, answer.body
    found = {}
    for one in answer.xml.iterfind("d:response", NS):
        status = one.findtext("d:status", None, NS) or one.findtext("d:propstat/d:status", None, NS)
        found[one.findtext("d:href", None, NS).rstrip("/").rpartition("/")[2]] = int(status.split()[1])
    return found


def token(answer) -> str:
    """The token that goes on behind an answer."""
    return answer.xml.findtext("d:sync-token", None, NS)


def data_of(answer) -> list[bytes]:
    """The calendar data of all responses, in their order."""
    return [one.text.encode() for one in answer.xml.iter("{urn:ietf:params:xml:ns:caldav}calendar-data")]
