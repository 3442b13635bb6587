"""What administrators set about files: how long what was thrown away or written over is kept, whence one imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Setting


def trash_field() -> forms.Field:
    """Return the field for the days in the trash."""
    return _days(
        _("How many days does the trash keep things?"),
        _("After that they are deleted for good, the following night. The trash of an archived space is kept."),
        least=1,
    )


def all_field() -> forms.Field:
    """Return the field for the days in which every version is kept."""
    return _days(
        _("How many days are all earlier versions of a file kept?"),
        _("After that one an hour stays. Versions with a name, and the latest of each file, always stay."),
        least=1,
    )


def hourly_field() -> forms.Field:
    """Return the field for the days in which one version an hour is kept."""
    return _days(
        _("How many days is one version an hour kept?"),
        _("After that one a day stays: the one that stood when the day began."),
        least=0,
    )


def daily_field() -> forms.Field:
    """Return the field for the days in which one version a day is kept."""
    return _days(
        _("How many days is one version a day kept?"),
        _("After that one a week stays, for as long as the file."),
        least=1,
    )


def private_field() -> forms.Field:
    """Return the field for imports from the house's own network."""
    return forms.BooleanField(
        label=_("Import from a Nextcloud in your own network"),
        help_text=_("People may then name addresses that only this server reaches. Leave it off unless you need it."),
        required=False,
    )


def _days(label: Any, hint: Any, *, least: int) -> forms.Field:
    return forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=3650)


KEEPING = (
    Setting("files.trash_days", 30, trash_field, "files"),
    Setting("files.versions_all_days", 1, all_field, "files"),
    Setting("files.versions_hourly_days", 7, hourly_field, "files"),
    Setting("files.versions_daily_days", 30, daily_field, "files"),
    Setting("files.import_private", False, private_field, "files"),
)
