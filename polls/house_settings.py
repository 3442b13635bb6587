"""What an administrator sets about polls."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Setting

VISITORS = "polls.visitors"


def visitors_field() -> forms.Field:
    """Return the field for whether people without an account answer."""
    return forms.BooleanField(
        label=_("People without an account answer polls"),
        required=False,
        help_text=_("through public links. Switched off, links that exist open nothing, and none is made."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


SETTINGS = (Setting(VISITORS, True, visitors_field, "links"),)
