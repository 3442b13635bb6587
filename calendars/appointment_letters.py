"""Mail to who took a time: it is kept, moved or cancelled, with the event as a file and their personal link."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calendars import addresses
from calendars.ical import itip, writing
from calendars.models import Appointment, Component
from collab.accounts import languages, mails
from collab.rights import letters, links
from collab.rights.models import Letter


def asked(found: Appointment) -> None:
    """Ask whether the address is theirs: the time counts once they pressed the link."""
    _post(found, "asked")


def kept(found: Appointment) -> None:
    """Confirm it."""
    _post(found, "kept")


def moved(found: Appointment) -> None:
    """Tell when it is now."""
    _post(found, "moved")


def cancelled(found: Appointment) -> None:
    """Tell that it does not take place."""
    _post(found, "cancelled")


def when(found: Appointment) -> str:
    """“1 December 2026, 9:00 – 9:30 (Europe/Paris)”, on the clock of who took it."""
    zone = ZoneInfo(found.zone)
    starts, ends = (timezone.localtime(at, zone) for at in (found.starts, found.ends))
    day = formats.date_format(starts, pgettext("Django date format", "l j F Y"))
    name = found.zone.replace("_", " ")
    return f"{day}, {starts.hour}:{starts.minute:02d} – {ends.hour}:{ends.minute:02d} ({name})"


def until(found: Appointment) -> str:
    """Return until when it waits to be confirmed, on the clock of who took it; "" where it counts."""
    if found.expires_at is None:
        return ""
    at = timezone.localtime(found.expires_at, ZoneInfo(found.zone))
    return f"{at.hour}:{at.minute:02d}"


def file(found: Appointment, method: str = "") -> bytes:
    """Return it as iCalendar, for the calendar of who took it; with a `method` of iTIP, as a message to that.

    It comes from the house, which shows nobody's address: published, then cancelled (RFC 5546, 3.2.1 and 4.1.3).
    """
    page, zone = found.page, ZoneInfo(found.zone)
    begins, ends = (writing.on_clock(at, zone) for at in (found.starts, found.ends))
    status = "CANCELLED" if found.cancelled_at is not None else "CONFIRMED"
    says = {"SUMMARY": page.title, "LOCATION": page.place, "STATUS": status}
    changes = writing.Changes(
        says={name: value for name, value in says.items() if value},
        times=(begins, ends),
        edits=(partial(_from, found),),
    )
    data = writing.new(Component.EVENT, changes, now=timezone.now(), uid=found.uid)
    return itip.message(method, data, timezone.now()) if method else data


def _from(found: Appointment, event: Any) -> bool:
    """Say who organizes it, and the how manieth word on it this is."""
    event.put("SEQUENCE", str(found.sequence))
    event.put("ORGANIZER", addresses.written(addresses.house()), (("CN", (mails.house(),)),))
    return False


def address_of(found: Appointment) -> str:
    """Return the whole address of the personal link, "" where the public link above it is gone."""
    if found.link is None:
        return ""
    token = links.box().decrypt(bytes(found.sealed)).decode()
    return settings.URL + reverse("shell:link-part", args=[links.token_for_mail(found.link), token])


def _post(found: Appointment, kind: str) -> None:
    """Write it, as far as mail leaves at all: who types addresses floods nobody (`letters.may_post`).

    That it does not take place is said when all else was said too often: somebody would come in vain.
    """
    if not letters.can_post() or not letters.may_post(found.email, 20 if kind == "cancelled" else 10):
        return
    with translation.override(languages.fit(found.language)):
        page = found.page
        facts = {"title": page.title}
        subject, text = {
            "asked": (
                _("Confirm your appointment: %(title)s"),
                _("This time is held for you. It is yours once you open the address below and confirm it there."),
            ),
            "kept": (_("Your appointment: %(title)s"), _("Your appointment is kept.")),
            "moved": (_("Moved: %(title)s"), _("Your appointment has another time now.")),
            "cancelled": (_("Cancelled: %(title)s"), _("Your appointment does not take place.")),
        }[kind]
        about = {
            "text": text, "title": page.title, "when": when(found), "place": page.place,
            "url": address_of(found) if kind != "cancelled" else "", "asked": kind == "asked",
            "cancelled": kind == "cancelled", "until": until(found),
        }  # fmt: skip
        method = "CANCEL" if kind == "cancelled" else "PUBLISH"
        attached = ("appointment.ics", f"text/calendar; method={method}", file(found, method).decode())
        name = " ".join((subject % facts).split())
        letters.post(Letter.Kind.OTHER, found.email, name, "calendars/email/appointment", about,
                     attached=None if kind == "asked" else attached)  # fmt: skip
