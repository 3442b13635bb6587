"""Why a calendar refuses, with the precondition that devices understand (RFC 4791, 5.3.2.1; RFC 6578, 3.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from calendars.ical.refusals import condition
from calendars.models import CalendarObject
from collab.dav.hrefs import text
from collab.dav.response import DavRefusal

FED = _("The entries of this calendar come from elsewhere: they are changed there, not here.")


def _own(name: str) -> str:
    """Return the element of a precondition that is this house's own."""
    return f'<b:{name} xmlns:b="urn:collab:booking"/>'


class UidTaken(DavRefusal):
    """409: an entry with this UID lies in the calendar under another name (`no-uid-conflict`, with its address)."""

    status = 409
    code = "no-uid-conflict"
    default = _("This entry is in this calendar already.")

    def __init__(self, name: str = ""):
        super().__init__()
        self.name = name
        self.at("")

    def at(self, href: str) -> None:
        """Say at which address the other one is."""
        inner = f"<d:href>{text(href)}</d:href>" if href else ""
        self.condition = condition("no-uid-conflict", inner)


class MustBeNull(DavRefusal):
    """405: something is there already (RFC 4791, 5.3.1.1)."""

    status = 405
    code = "resource-must-be-null"
    condition = "<d:resource-must-be-null/>"
    default = _("There is a calendar of this name already.")
    headers = (("Allow", "OPTIONS, GET, PROPFIND, PROPPATCH, DELETE, REPORT, MOVE"),)


class Full(DavRefusal):
    """507: the entries of the calendar, or of all calendars of its space, would hold too much (RFC 4331, 6)."""

    status = 507
    code = "over-quota"
    condition = "<d:quota-not-exceeded/>"
    default = _("There is no room left in this calendar. What was deleted counts for 30 days; make smaller entries.")


class NotHere(DavRefusal):
    """403: a calendar cannot be made at this address."""

    status = 403
    code = "calendar-collection-location-ok"
    condition = condition("calendar-collection-location-ok")
    default = _("A calendar cannot be made here. Make it among your own.")


class NeedPrivileges(DavRefusal):
    """403: the person may not do this here (RFC 3744, 7.1.1)."""

    status = 403
    code = "need-privileges"
    default = _("You may read this calendar, not change it. Ask a person who manages it.")

    def __init__(self, href: str, privilege: str):
        super().__init__()
        self.condition = (
            f"<d:need-privileges><d:resource><d:href>{text(href)}</d:href><d:privilege><d:{privilege}/></d:privilege>"
            "</d:resource></d:need-privileges>"
        )


class OldToken(DavRefusal):
    """403: no such sync-token, or so old that what went since is forgotten (RFC 6578, 3.2)."""

    status = 403
    code = "valid-sync-token"
    condition = "<d:valid-sync-token/>"
    default = _("What this device remembers is too old. It must fetch the calendar anew.")


class UnsupportedData(DavRefusal):
    """403: entries are handed out as iCalendar 2.0 alone (RFC 4791, 7.8)."""

    status = 403
    code = "supported-calendar-data"
    condition = condition("supported-calendar-data")
    default = _("Calendars are read as iCalendar here.")


class TooManyMatches(DavRefusal):
    """403: the answer would be too long (`number-of-matches-within-limits`, RFC 4791, 7.8 and 7.10)."""

    status = 403
    code = "number-of-matches-within-limits"
    condition = "<d:number-of-matches-within-limits/>"
    default = _("This is too much at once. Ask for a shorter time.")


class OtherOrganizer(DavRefusal):
    """403: the parts of an event name several organizers (RFC 6638, 3.2.4.2)."""

    status = 403
    code = "same-organizer-in-all-components"
    condition = condition("same-organizer-in-all-components")
    default = _("All times of an event are organized by the same person.")


class OrganizerMayNot(DavRefusal):
    """403: an organizer gave their event away (RFC 6638, 3.2.4.3)."""

    status = 403
    code = "allowed-organizer-scheduling-object-change"
    condition = condition("allowed-organizer-scheduling-object-change")
    default = _("You invited to this event: it cannot be given to somebody else. Cancel it, and let them invite.")


class AttendeeMayNot(DavRefusal):
    """403: an attendee changed what is the organizer's (RFC 6638, 3.2.4.4)."""

    status = 403
    code = "allowed-attendee-scheduling-object-change"
    condition = condition("allowed-attendee-scheduling-object-change")
    default = _("Somebody invited you to this event: only they can change it. You can answer, and set reminders.")


class ScheduledElsewhere(DavRefusal):
    """403: an event of this UID invites from another calendar (RFC 6638, 3.2.4.1), at this address."""

    status = 403
    code = "unique-scheduling-object-resource"
    default = _("This event is in another of your calendars already.")

    def __init__(self, other: CalendarObject):
        super().__init__()
        self.other = other
        self.at("")

    def at(self, href: str) -> None:
        """Say at which address the other one is."""
        inner = f"<d:href>{text(href)}</d:href>" if href else ""
        self.condition = condition("unique-scheduling-object-resource", inner)


class NotAMessage(DavRefusal):
    """403: what was sent to the outbox is no question about busy times (RFC 6638, 5.2.1)."""

    status = 403
    code = "valid-scheduling-message"
    condition = condition("valid-scheduling-message")
    default = _("Only questions about busy times are sent here.")


class NotTheOrganizer(DavRefusal):
    """403: who asks is not who they say (RFC 6638, 5.2.1)."""

    status = 403
    code = "organizer-allowed"
    condition = condition("organizer-allowed")
    default = _("You can ask this in your own name alone.")


class BookingRefused(DavRefusal):
    """A booking that cannot be: pages say it beside the form, devices with their answer."""


class Taken(BookingRefused):
    """409: somebody has booked this time already (a precondition of our own: no RFC names one)."""

    status = 409
    code = "time-taken"
    condition = _own("time-is-free")
    default = _("This time is taken already. Choose another.")


class OutOfRules(BookingRefused):
    """403: it may not be booked so: outside of its hours, too long, too late."""

    status = 403
    code = "out-of-rules"
    condition = _own("booking-rules")
    default = _("It cannot be booked like this.")


class WithoutEnd(BookingRefused):
    """403: a series that goes on beyond what is written down of it."""

    status = 403
    code = "booking-without-end"
    condition = _own("booking-ends")
    default = _("A booking that repeats needs an end, within two years and 1,200 times. Choose its last day.")
