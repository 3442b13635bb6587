"""What administrators ask of every public link: a password, an end. Kept whenever a link is made or changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.lib.errors import BadInput
from collab.registry import house
from collab.registry.plugin import Setting

PASSWORD = "links.password"  # noqa: S105 - the name of a setting
DAYS = "links.days"
_LONGEST = 3650


def _password() -> forms.Field:
    return forms.BooleanField(
        label=_("Every public link needs a password"),
        required=False,
        help_text=_("links that are open already stay as they are until they are changed"),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def _days() -> forms.Field:
    return forms.IntegerField(
        label=_("Days a public link lasts at most"),
        required=False,
        min_value=1,
        max_value=_LONGEST,
        help_text=_("Empty: as long as one likes."),
    )


SETTINGS = (Setting(PASSWORD, False, _password, page="links"), Setting(DAYS, None, _days, page="links"))


def check(*, password: bool, expires_at: datetime | None) -> None:
    """Raise BadInput for a link that the house does not allow so."""
    if house.get(PASSWORD) and not password:
        raise BadInput(_("Here every public link needs a password: choose one."))
    days = house.get(DAYS)
    # a day more: who counts in days means the whole of the last one
    if days and (expires_at is None or expires_at > timezone.now() + timedelta(days=days + 1)):
        text = ngettext(
            "Here a public link lasts %(count)d day at most: choose its last day.",
            "Here a public link lasts %(count)d days at most: choose its last day.",
            days,
        )
        raise BadInput(text % {"count": days})


def told() -> dict[str, Any]:
    """Return the rules in force, for those who show them."""
    return {"password": bool(house.get(PASSWORD)), "days": house.get(DAYS)}
