"""Events with people invited, as devices write them, always some days ahead; and the post that carries what is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from calendars.actions import delivering
from calendars.models import CalendarObject, Delivery
from collab.accounts.models import User
from tests.calendars.caldav import HEAD, TAIL, home
from tests.dav.client import Client
from tests.dav.conftest import device

DAY = (datetime.now(UTC) + timedelta(days=10)).replace(hour=9, minute=0, second=0, microsecond=0)


def at(days: int = 0, hours: int = 0) -> str:
    return f"{DAY + timedelta(days=days, hours=hours):%Y%m%dT%H%M%SZ}"


def mailto(who: User | str) -> str:
    return f"mailto:{who if isinstance(who, str) else who.email}"


def attendee(who: User | str, partstat="NEEDS-ACTION", **params) -> str:
    more = "".join(f";{key.replace('_', '-')}={value}" for key, value in params.items())
    return f"ATTENDEE;CN={str(who).partition('@')[0]};PARTSTAT={partstat};RSVP=TRUE{more}:{mailto(who)}"


def organizer(who: User | str, **params) -> str:
    more = "".join(f";{key.replace('_', '-')}={value}" for key, value in params.items())
    return f"ORGANIZER{more}:{mailto(who)}"


def part(
    *lines: str, uid="meet@test", starts: str | None = None, ends: str | None = None, summary="Budget"
) -> list[str]:
    return [
        "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{starts or at()}",
        f"DTEND:{ends or at(hours=1)}", f"SUMMARY:{summary}", *lines, "END:VEVENT",
    ]  # fmt: skip


def event(*lines: str, others: tuple[list[str], ...] = (), **how) -> bytes:
    """An event whose lines name who is invited; `others`: further parts of it."""
    inside = part(*lines, **how)
    for one in others:
        inside += one
    return "\r\n".join([*HEAD, *inside, *TAIL]).encode()


def post() -> int:
    """Let the post come to everybody, until nothing is under way."""
    count = 0
    Delivery.objects.filter(state="waiting").update(due_at=DAY - timedelta(days=20))
    while done := delivering.deliver_due():
        count += done
        Delivery.objects.filter(state="waiting", tries=0).update(due_at=DAY - timedelta(days=20))
        if not Delivery.objects.filter(state="waiting", tries=0).exists():
            break
    return count


def copy_of(who: User, uid="meet@test") -> CalendarObject | None:
    """The person's own copy of an event."""
    return CalendarObject.objects.living().filter(calendar__space__owner=who, uid=uid).first()


def text(found: CalendarObject | None) -> str:
    """Its lines, unfolded."""
    assert found is not None
    return bytes(CalendarObject.objects.get(pk=found.pk).data).decode().replace("\r\n ", "")


def partstat(found: CalendarObject | None, who: User | str, which="") -> str:
    """What an event says that somebody answered."""
    assert found is not None
    address = who if isinstance(who, str) else who.email
    return CalendarObject.objects.get(pk=found.pk).invitees.get(address=address, recurrence_id=which).partstat


def phone(who: User) -> Client:
    """A device of the person, with their calendars made."""
    found = device(who)
    found.propfind(home(found), ["d:displayname"])
    return found


def path(client: Client, name="meet.ics", calendar="personal") -> str:
    return f"{home(client)}{calendar}/{name}"
