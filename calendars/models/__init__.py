"""Calendars, the iCalendar objects in them byte for byte, when these take place, and what each person makes of them."""

from calendars.models.booking import Answer, Bookable, Hold
from calendars.models.calendar import Calendar, CalendarQuerySet, Component, Preference
from calendars.models.entry import CalendarObject, CalendarObjectQuerySet, Occurrence
from calendars.models.hours import Away, WorkingHours
from calendars.models.scheduling import Delivery, Invitee, Message, Received, Reception
from calendars.models.source import Source
from calendars.models.traces import Brought, Former, Gone

__all__ = [
    "Answer",
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
<<<<<<< HEAD
    "Invitee",
    "Message",
=======
    "Hold",
>>>>>>> f4a03f1 (Let rooms and vehicles be booked, with hours, rules and answers, and never twice at a time by whatever door)
    "Occurrence",
    "Preference",
    "Received",
    "Reception",
    "Source",
    "WorkingHours",
]
