"""What every act on a calendar does: check words, take the lock, record what was done."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from calendars.ical.zones import is_zone
from calendars.models import Calendar
from collab.events.log import record
from collab.lib.errors import BadInput
from collab.rights.actor import Actor
from collab.rights.right import Right

COLOR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")


def hold(actor: Actor, calendar: Calendar, right: Right) -> Right:
    """Lock the calendar, read it and the actor's rights again, require the right. Return the mask.

    Raises Forbidden, NotFound.
    """
    calendar.hold()
    actor.forget()
    actor.require(calendar, right)
    return actor.rights_on(calendar)


def tell(actor: Actor, calendar: Calendar, kind: str, **after: Any) -> None:
    """Record a change of the calendar itself."""
    by = actor.user.pk if actor.user else None
    record(calendar.space_id, kind, (Calendar.REF_KIND, calendar.pk), by, after=after)


def title_of(text: str) -> str:
    """Return the name of a calendar as typed, blanks made one. Raises BadInput."""
    text = " ".join(text.split())
    if not text or len(text) > 200 or not text.isprintable():
        raise BadInput(_("Give the calendar a name of at most 200 letters."))
    return text


def name_of(name: str) -> str:
    """Return the name of an entry in addresses, as a device chose it: it may hold all but a slash. Raises BadInput."""
    if not name or name in {".", ".."} or "/" in name or "\0" in name or len(name.encode(errors="ignore")) > 255:
        raise BadInput(_("A name is needed, and it cannot be “.” or “..”."))
    return name


def description_of(text: str) -> str:
    """Return the description as typed. Raises BadInput for what cannot be kept."""
    text = text.replace("\r\n", "\n").strip()
    if "\0" in text or len(text) > 4000 or text != text.encode(errors="ignore").decode():
        raise BadInput(_("Write at most 4,000 letters about the calendar."))
    return text


def color_of(text: str) -> str:
    """Return the colour as `#rrggbb` or `#rrggbbaa`, as it was given. Raises BadInput."""
    if not COLOR.fullmatch(text):
        raise BadInput(_("A colour is written as # and six digits."))
    return text


def zone_of(name: str) -> str:
    """Return the name of an IANA zone. Raises BadInput for any other."""
    if not is_zone(name):
        raise BadInput(_("This time zone is not known."))
    return name
