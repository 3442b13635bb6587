"""The questions of “How shall we reach you?”."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.notifications.models import Reach
from collab.registry import registry
from collab.registry.plugin import Notice


def _hours() -> list[tuple[int, str]]:
    return [(hour, formats.time_format(dt.time(hour), "TIME_FORMAT")) for hour in range(24)]


def asked(user: User, *, mail: bool) -> list[Notice]:
    """Return the kinds of notification about which this person is asked; what has a mail of its own is not mailed."""
    notices = registry.notices().values()
    concerning = (one for one in notices if one.concerns is None or one.concerns(user))
    return [one for one in concerning if one.mail or not mail]


class ReachForm(forms.Form):
    """How often by mail, at which hour, and of what; what rings, and what it says."""

    mail = forms.ChoiceField(label=_("How often by mail?"), choices=Reach.Mail.choices, widget=forms.RadioSelect)
    hour = forms.TypedChoiceField(
        label=_("At which hour?"), choices=_hours, coerce=int, help_text=_("For a mail once a day or once a week.")
    )
    weekday = forms.TypedChoiceField(
        label=_("On which day?"), choices=lambda: list(WEEKDAYS.items()), coerce=int,
        help_text=_("For a mail once a week."),
    )  # fmt: skip
    mail_kinds = forms.MultipleChoiceField(
        label=_("What comes by mail?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    push_kinds = forms.MultipleChoiceField(
        label=_("What rings on your devices?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    discreet = forms.BooleanField(
        label=_("Discreet"), required=False,
        help_text=_("what rings says only that something is new, no name and no title"),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )  # fmt: skip

    ring_days = forms.TypedMultipleChoiceField(
        label=_("On which days do your devices ring?"), choices=lambda: list(WEEKDAYS.items()), coerce=int,
        required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("On the others they stay silent; the bell keeps everything."),
    )  # fmt: skip
    ring_from = forms.TypedChoiceField(
        label=_("From what hour?"), choices=_hours, coerce=int, required=False, empty_value=None
    )
    ring_until = forms.TypedChoiceField(
        label=_("Until what hour?"), choices=lambda: [*_hours()[1:], (24, _("midnight"))], coerce=int,
        required=False, empty_value=None,
        help_text=_("In your own time zone. To be left alone for a while, say “Do not disturb” in your profile."),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = {"mail_kinds": asked(user, mail=True), "push_kinds": asked(user, mail=False)}
        for name, notices in self._asked.items():
            self.fields[name].choices = [(one.kind, one.label) for one in notices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give of each kind that was asked about whether it was chosen."""
        found: dict[str, Any] = super().clean() or {}
        for name in ("ring_from", "ring_until"):
            if found.get(name, 0) is None:  # a form that did not ask for it says nothing of it, nor of the days
                del found[name]
                found.pop("ring_days", None)
        chosen = {name: found[name] for name in self._asked if name in found}
        return found | {
            name: {one.kind: one.kind in kinds for one in self._asked[name]} for name, kinds in chosen.items()
        }
