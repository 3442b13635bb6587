"""Calendars, the iCalendar objects in them byte for byte, when these take place, and what each person makes of them."""

from calendars.models.appointments import Appointment, AppointmentPage, HostHold
from calendars.models.booking import Answer, Bookable, Hold
from calendars.models.calendar import Calendar, CalendarQuerySet, Component, Preference
from calendars.models.entry import CalendarObject, CalendarObjectQuerySet, Occurrence
from calendars.models.hours import Away, WorkingHours
from calendars.models.scheduling import Delivery, Invitee, Message, Received, Reception
from calendars.models.shifts import Shift, Taking
from calendars.models.source import Source
from calendars.models.traces import Brought, Former, Gone

__all__ = [
    "Answer",
    "Appointment",
    "AppointmentPage",
    "Away",
    "Bookable",
    "Brought",
    "Calendar",
    "CalendarObject",
    "CalendarObjectQuerySet",
    "CalendarQuerySet",
    "Component",
    "Delivery",
    "Former",
    "Gone",
    "Hold",
    "HostHold",
    "Invitee",
    "Message",
    "Occurrence",
    "Preference",
    "Received",
    "Reception",
    "Shift",
    "Source",
    "Taking",
    "WorkingHours",
]
