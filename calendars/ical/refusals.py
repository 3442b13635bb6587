"""Why a calendar object is refused: each with its precondition for programs (RFC 4791, 5.3.2.1) and its sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Refusal

NAMESPACE = "urn:ietf:params:xml:ns:caldav"


def condition(name: str, inside: str = "") -> str:
    """Return the element of a precondition of CalDAV."""
    return f'<cal:{name} xmlns:cal="{NAMESPACE}"' + (f">{inside}</cal:{name}>" if inside else "/>")


class CalendarRefusal(Refusal):
    """403: this object cannot be kept, or this question cannot be answered."""

    status = 403
    code = "valid-calendar-data"
    condition = condition("valid-calendar-data")
    headers: tuple[tuple[str, str], ...] = ()
    default = _("This cannot be read as a calendar. The file may be damaged.")


class InvalidData(CalendarRefusal):
    """Not iCalendar."""


class InvalidObject(CalendarRefusal):
    """iCalendar, but not one event, task or note (RFC 4791, 4.1)."""

    code = "valid-calendar-object-resource"
    condition = condition("valid-calendar-object-resource")
    default = _("A calendar keeps one event or task per file. Import a file that holds several.")


class UnsupportedComponent(CalendarRefusal):
    """A kind of thing that is not kept here."""

    code = "supported-calendar-component"
    condition = condition("supported-calendar-component")
    default = _("This calendar does not keep things of this kind.")


class TooLargeObject(CalendarRefusal):
    """More bytes than an object may have."""

    code = "max-resource-size"
    condition = condition("max-resource-size")
    default = _("This event or task is too large. Put large attachments into Files and link them.")


class TooManyInstances(CalendarRefusal):
    """It recurs too often."""

    code = "max-instances"
    condition = condition("max-instances")
    default = _("This recurs too often: at most hourly, with at most 10,000 dates of its own.")


class TooManyAttendees(CalendarRefusal):
    """More people than an instance may have."""

    code = "max-attendees-per-instance"
    condition = condition("max-attendees-per-instance")
    default = _("Too many people are invited: 1,000 at most.")


class TooEarly(CalendarRefusal):
    """Before the first date that can be kept."""

    code = "min-date-time"
    condition = condition("min-date-time")
    default = _("The date is too far in the past.")


class TooLate(CalendarRefusal):
    """After the last date that can be kept."""

    code = "max-date-time"
    condition = condition("max-date-time")
    default = _("The date is too far in the future.")


class InvalidFilter(CalendarRefusal):
    """A filter that does not follow RFC 4791, 9.7."""

    code = "valid-filter"
    condition = condition("valid-filter")
    default = _("This search of a calendar cannot be read.")


class UnsupportedFilter(CalendarRefusal):
    """A filter on what cannot be searched."""

    code = "supported-filter"
    condition = condition("supported-filter")
    default = _("A calendar cannot be searched in this way.")


class UnsupportedCollation(CalendarRefusal):
    """A way to compare texts that is not offered."""

    code = "supported-collation"
    condition = condition("supported-collation")
    default = _("Texts cannot be compared in this way.")
