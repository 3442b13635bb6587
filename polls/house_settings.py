"""What an administrator sets about polls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Setting
from collab.spaces.models import Space

VISITORS = "polls.visitors"
MAKERS = "polls.makers"


def visitors_field() -> forms.Field:
    """Return the field for whether people without an account answer."""
    return forms.BooleanField(
        label=_("People without an account answer polls"),
        required=False,
        help_text=_("through public links. Switched off, links that exist open nothing, and none is made."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def makers_field() -> forms.Field:
    """Return the field for whether people without an account make polls, and in which space these lie."""
    hint = _(
        "In the space that you choose, whose managers see these polls and end them. Visitors make them at {url}: they"
        " confirm their mail address, and the link of that mail is their key. Public links must be allowed without a"
        " password."
    )
    return forms.ChoiceField(
        label=_("People without an account make polls"),
        required=False,
        choices=_places,
        help_text=format_lazy(hint, url=f"{settings.URL}/polls/ask/"),
    )


def _places() -> list[tuple[str, Any]]:
    found = Space.objects.living().filter(kind=Space.Kind.TEAM).order_by("name", "pk")
    return [("", _("No")), *((str(pk), name) for pk, name in found.values_list("pk", "name"))]


SETTINGS = (Setting(VISITORS, True, visitors_field, "links"), Setting(MAKERS, "", makers_field, "links"))
