"""What the administrators announce to everybody: a text on the home page until a day, which each may put away."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.registry import house
from collab.registry.plugin import Setting

LONGEST = 600


class Announcement(NamedTuple):
    """`name` stands for this very text: a new one is shown to those who put the old one away."""

    text: str
    until: dt.date | None
    name: str


class TextField(forms.CharField):
    """Some sentences, lines kept."""

    def clean(self, value: object) -> str:
        text = str(super().clean(value)).replace("\r\n", "\n").strip()
        if any(not char.isprintable() and char != "\n" for char in text):
            raise ValidationError(_("Invisible characters cannot be part of it."))
        return text


class DayField(forms.DateField):
    """A day that is not over, kept as a text."""

    def clean(self, value: object) -> str:  # type: ignore[override]
        day = super().clean(value)
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return day.isoformat() if day else ""


def text_field() -> forms.Field:
    """Return the field for the text."""
    return TextField(
        label=_("What do you announce?"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands on everybody’s home page. Leave it empty to announce nothing."),
    )


def until_field() -> forms.Field:
    """Return the field for its last day."""
    return DayField(
        label=_("Until when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which it is shown; left empty, until you take it away."),
    )


def present() -> Announcement | None:
    """Return what is announced today."""
    text, until = house.get("house.announcement"), house.get("house.announcement_until")
    day = dt.date.fromisoformat(until) if until else None
    if not text or (day is not None and day < timezone.localdate()):
        return None
    return Announcement(text, day, f"announcement-{hashlib.sha256(text.encode()).hexdigest()[:16]}")


SETTINGS = (
    Setting("house.announcement", "", text_field, "announcement"),
    Setting("house.announcement_until", "", until_field, "announcement"),
)
