"""What a poll chose, as iCalendar (RFC 5545): one event that every calendar takes, by mail or as a download."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import vobject
from django.conf import settings
from django.utils import timezone

from polls.models import Option, Poll

MEDIA_TYPE = "text/calendar; charset=utf-8"
HOUR = timedelta(hours=1)
"""How long something takes of which only the beginning is known."""


def uid(poll: Poll) -> str:
    """Return the name of the event, the same for ever."""
    return f"poll-{poll.pk}@{urlsplit(settings.URL).hostname}"


def event(poll: Poll, option: Option) -> str:
    """Return the chosen day as a calendar of one event.

    Moments are told in UTC, which every calendar understands without a table of clock changes; SEQUENCE moves with the
    poll, so that a later choice replaces an earlier one (RFC 5545, 3.8.7.4).
    """
    return _calendar(poll, [(uid(poll), option, "CONFIRMED")])


def choices(poll: Poll, options: list[Option]) -> str:
    """Return all days that are asked about, as tentative events: to look at beside one's own."""
    name, _at, host = uid(poll).partition("@")
    return _calendar(poll, [(f"{name}-{one.pk}@{host}", one, "TENTATIVE") for one in options if _is_dated(one)])


def _is_dated(option: Option) -> bool:
    return option.day is not None or option.starts_at is not None


def _calendar(poll: Poll, found: list[tuple[str, Option, str]]) -> str:
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = "-//Collab//Polls//EN"
    calendar.add("method").value = "PUBLISH"
    for name, option, status in found:
        one = calendar.add("vevent")
        one.add("uid").value = name
        one.add("dtstamp").value = _utc(timezone.now()).replace(microsecond=0)
        one.add("sequence").value = str(poll.version)
        one.add("summary").value = poll.title
        if option.text or poll.text:
            one.add("description").value = "\n".join(filter(None, [option.text, poll.text]))
        one.add("status").value = status
        if option.starts_at is not None:
            one.add("dtstart").value = _utc(option.starts_at)
            one.add("dtend").value = _utc(option.ends_at or option.starts_at + HOUR)
        else:
            one.add("dtstart").value = option.day
            one.add("dtend").value = option.day + timedelta(days=1)  # type: ignore[operator]
    text: str = calendar.serialize()
    return text


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(vobject.icalendar.utc)  # the one it knows how to write
