"""Invitations, news, cancellations and answers by mail (iMIP, RFC 6047): words, and the same for calendar programs.

The message stands in it twice: as an alternative, which mail programs with a calendar understand, and as a file for
all others. It comes from the house; answers go back to who invites, or to the mailbox that the house reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from calendars import addresses, drawing, layout, wording
from calendars.addresses import normal
from calendars.ical import attending, expanding
from calendars.ical.parts import Item, Part
from calendars.models import CalendarObject, Delivery, Invitee
from collab.accounts import languages, mails
from collab.accounts.models import User
from collab.lib import contentlines
from collab.lib.contentlines import Component, Line

MOST_TEXT = 2_000


def send(one: Delivery, to: str) -> None:
    """Send a message to an address of mail. Raises OSError."""
    event = CalendarObject.objects.select_related("calendar__space__owner").filter(pk=one.event_id or 0).first()
    data = bytes(one.data)
    compose(one, to, event, data).send()


def compose(one: Delivery, to: str, event: CalendarObject | None, data: bytes) -> EmailMultiAlternatives:
    """Return the mail of a message, in the language and time zone of who reads it, as far as these are known."""
    reader = one.user or addresses.users([to]).get(to)
    owner = event.calendar.space.owner if event is not None else None
    language = reader.language if reader is not None else owner.language if owner is not None else ""
    with translation.override(languages.fit(language)):
        return _compose(one, to, event, data, reader)


def _compose(
    one: Delivery, to: str, event: CalendarObject | None, data: bytes, reader: User | None
) -> EmailMultiAlternatives:
    item = _read(data)
    part = item.parts[0]
    zone = languages.zone_of(reader) if reader is not None or event is None else ZoneInfo(event.calendar.zone)
    who = _name(part, one)
    facts = {
        "title": part.summary or _("(without title)"),
        "when": _when(item, zone),
        "repeats": wording.repeats(part) if item.master is not None else "",
        "location": part.location,
        "description": part.description[:MOST_TEXT] if one.method == "REQUEST" else "",
        "house": mails.house(),
        "address": settings.URL,
        "url": _url(one, event),
    }
    facts |= _words(one, part, who, facts["title"])
    text = render_to_string("calendars/email/invitation.txt", facts)
    reply_to = _reply_to(one, event, who)
    mail = EmailMultiAlternatives(" ".join(str(facts["subject"]).split()), text, _sender(who), [to], reply_to=reply_to)
    mail.attach_alternative(render_to_string("calendars/email/invitation.html", facts), "text/html")
    seen = data if one.user is not None else attending.seen_without_account(data, one.address, normal)
    body = _public(seen if one.method == "REQUEST" else data).decode()
    mail.attach_alternative(body, f"text/calendar; method={one.method}")
    mail.attach("invite.ics", body, "application/ics")
    return mail


def _read(data: bytes) -> Item:
    from calendars.actions.delivering import open_message

    return open_message(data)


def _words(one: Delivery, part: Part, who: str, title: str) -> dict[str, str]:
    """Return subject, first sentence and last, by what the message is."""
    facts = {"name": who, "title": title}
    if one.method == "REPLY":
        said = {"ACCEPTED": _("%(name)s comes."), "DECLINED": _("%(name)s does not come.")}
        status = part.attendees[0].status if part.attendees else ""
        text = said.get(status, _("%(name)s may come.")) % facts
        comment = part.comments[0] if part.comments else ""
        return {"subject": _("Answer: %(title)s") % facts, "text": text, "after": "", "comment": comment}
    if one.method == "CANCEL":
        text = _("%(name)s cancelled this, or does not expect you any more:") % facts
        after = _("The attached file takes it out of your calendar.")
        return {"subject": _("Cancelled: %(title)s") % facts, "text": text, "after": after}
    after = _("The attached file puts it into your calendar.")
    if part.sequence:
        text = _("%(name)s changed an event to which you are invited:") % facts
        return {"subject": _("Changed: %(title)s") % facts, "text": text, "after": after}
    return {
        "subject": _("Invitation: %(title)s") % facts, "text": _("%(name)s invites you:") % facts, "after": after,
    }  # fmt: skip


def _when(item: Item, zone: ZoneInfo) -> str:
    """Say when it takes place, or the first time of a series, with the zone."""
    part = item.parts[0]
    anchor = expanding.anchor_of(part)
    if anchor is None:
        return ""
    starts = anchor.utc(zone)
    ends = part.ends.utc(zone) if part.ends is not None else starts
    said = drawing.when(layout.local(_Happens(starts, ends, part.all_day), zone))
    return said if part.all_day else f"{said} ({str(zone).replace('_', ' ')})"


@dataclass(frozen=True)
class _Happens:
    starts: datetime
    ends: datetime
    all_day: bool


def _name(part: Part, one: Delivery) -> str:
    said = part.attendees[0] if one.method == "REPLY" and part.attendees else part.organizer
    name = said.name if said is not None else ""
    known = addresses.users([one.sender]).get(one.sender)  # nobody of the house writes under another name
    return " ".join((str(known or "") or name or one.sender).split())[:120]


def _url(one: Delivery, event: CalendarObject | None) -> str:
    """Return the address of the page on which somebody answers, "" for what asks nothing."""
    if one.method != "REQUEST" or event is None:
        return ""
    from calendars.actions.answering import token_of

    found = Invitee.objects.filter(event=event, address=one.address).order_by("recurrence_id").first()
    if found is None:
        return ""
    where = reverse("calendars:invitation", args=[token_of(found)])
    return f"{settings.URL}{where}?l={translation.get_language()}"


def _sender(who: str) -> str:
    """Return the From: the house's address, and who writes by it."""
    _own, address = parseaddr(mails.sender())
    return formataddr((_("%(name)s by %(house)s") % {"name": who, "house": mails.house()}, address))


def _reply_to(one: Delivery, event: CalendarObject | None, who: str) -> list[str]:
    """Return where answers go: to the mailbox that the house reads, else to who writes."""
    if settings.MAIL_IN_URL:
        return [formataddr((who, addresses.house()))]
    return [formataddr((who, one.sender))] if addresses.is_mail(one.sender) else []


def _public(data: bytes) -> bytes:
    """Return the message for programs outside: addresses of this house that are none of mail become whole."""
    found = contentlines.read(data)
    for calendar in found.components("VCALENDAR"):
        for part in calendar.components():
            for name in ("ORGANIZER", "ATTENDEE"):
                for line in part.all(name):
                    if normal(line.value).startswith("/"):
                        _whole(part, line)
    return bytes(found)


def _whole(part: Component, line: Line) -> None:
    at = next(number for number, other in enumerate(part.inside) if other is line)
    part.inside[at] = contentlines.make(line.name, settings.URL + normal(line.value), line.params)
