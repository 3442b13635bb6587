"""Mail to who took a time: it is kept, moved or cancelled, with the event as a file and their personal link."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calendars.ical import writing
from calendars.models import Appointment, Component
from collab.accounts import languages
from collab.rights import letters, links
from collab.rights.models import Letter


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


def file(found: Appointment) -> bytes:
    """Return it as iCalendar, for the calendar of who took it."""
    page, zone = found.page, ZoneInfo(found.zone)
    begins, ends = (writing.zoned(at.astimezone(zone).replace(tzinfo=None), zone) for at in (found.starts, found.ends))
    status = "CANCELLED" if found.cancelled_at is not None else "CONFIRMED"
    says = {"SUMMARY": page.title, "LOCATION": page.place, "STATUS": status}
    changes = writing.Changes(says={name: value for name, value in says.items() if value}, times=(begins, ends))
    return writing.new(Component.EVENT, changes, now=timezone.now(), uid=found.uid)


def address_of(found: Appointment) -> str:
    """Return the whole address of the personal link, "" where the public link above it is gone."""
    if found.link is None:
        return ""
    token = links.box().decrypt(bytes(found.sealed)).decode()
    return settings.URL + reverse("shell:link-part", args=[links.token_for_mail(found.link), token])


def _post(found: Appointment, kind: str) -> None:
    """Write it, as far as mail leaves at all: who types addresses floods nobody (`letters.may_post`)."""
    if not letters.can_post() or not letters.may_post(found.email):
        return
    with translation.override(languages.fit(found.language)):
        page = found.page
        facts = {"title": page.title}
        subject, text = {
            "kept": (_("Your appointment: %(title)s"), _("Your appointment is kept.")),
            "moved": (_("Moved: %(title)s"), _("Your appointment has another time now.")),
            "cancelled": (_("Cancelled: %(title)s"), _("Your appointment does not take place.")),
        }[kind]
        about = {
            "text": text, "title": page.title, "when": when(found), "place": page.place,
            "url": address_of(found) if kind != "cancelled" else "",
        }  # fmt: skip
        attached = ("appointment.ics", "text/calendar", file(found).decode())
        name = " ".join((subject % facts).split())
        letters.post(Letter.Kind.OTHER, found.email, name, "calendars/email/appointment", about, attached=attached)
