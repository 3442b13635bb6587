"""What an administrator decides on calendars for the whole house."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Setting


def private_field() -> forms.Field:
    """Return the field for web calendars of the house's own network."""
    return forms.BooleanField(
        label=_("Web calendars of your own network"),
        help_text=_("People may then name addresses that only this server reaches. Leave it off unless you need it."),
        required=False,
    )


SETTINGS = (Setting("calendars.web_private", False, private_field, "files"),)
