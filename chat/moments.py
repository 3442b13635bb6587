"""Moments that people choose: some that are likely, or one of their own, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput

MORNING, EVENING = time(9), time(18)


@dataclass(frozen=True)
class Moment:
    """A moment that is offered: its `value` as `read` understands it, its name."""

    value: str
    label: str


def offered() -> list[Moment]:
    """Return the next moments that people mean: in an hour, this evening, tomorrow, on Monday."""
    now = timezone.localtime()
    today = now.date()
    monday = today + timedelta(days=7 - today.weekday())
    found = [(_("In one hour"), now.replace(second=0, microsecond=0) + timedelta(hours=1))]
    if now.time() < time(17):
        found.append((_("This evening"), _at(today, EVENING)))
    found.append((_("Tomorrow morning"), _at(today + timedelta(days=1), MORNING)))
    if (monday - today).days > 1:
        found.append((_("Monday morning"), _at(monday, MORNING)))
    return [Moment(written(at), f"{name}, {date_format(at, 'TIME_FORMAT')}") for name, at in found]


def read(text: str) -> datetime:
    """Return the moment that a field of date and time holds, where the person is. Raises BadInput."""
    try:
        found = datetime.fromisoformat(text[:30])
    except ValueError:
        raise BadInput(_("Choose a day and an hour.")) from None
    try:
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except (OverflowError, ValueError):
        raise BadInput(_("Choose a day and an hour.")) from None


def written(at: datetime) -> str:
    """Return a moment as a field of date and time holds it, where the person is."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _at(day: object, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))  # type: ignore[arg-type]
