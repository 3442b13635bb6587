"""The form of a page of appointments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from calendars import opening
from calendars.appointing import LENGTHS
from calendars.booking_forms import AHEAD, AROUND, minutes
from calendars.models import AppointmentPage
from calendars.models.booking import DAY

NOTICE = (0, 60, 120, 240, 720, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
PER_DAY = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15)
PROVES = (0, 15, 30, 60, 120, 240, DAY)
NEEDED = "*"
"""A question that begins so has to be answered."""


class PageForm(forms.Form):
    """What a page says and how it gives times."""

    title = forms.CharField(label=gettext_lazy("What is it called?"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        label=gettext_lazy("Where?"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("A place, a phone number, or the address of a video call."),
    )
    lengths = forms.TypedMultipleChoiceField(
        label=gettext_lazy("How long may it last?"),
        coerce=int,
        choices=lambda: [(one, opening.length(one)) for one in LENGTHS],
        widget=forms.CheckboxSelectMultiple,
    )
    before = minutes(gettext_lazy("Kept free before each"), AROUND, gettext_lazy("Nothing"))
    after = minutes(gettext_lazy("Kept free after each"), AROUND, gettext_lazy("Nothing"))
    notice = minutes(gettext_lazy("How early at least?"), NOTICE, gettext_lazy("Until it begins"))
    ahead = forms.TypedChoiceField(
        label=gettext_lazy("How far ahead?"),
        coerce=int,
        choices=lambda: [(one, opening.length(one * DAY)) for one in AHEAD],
    )
    per_day = forms.TypedChoiceField(
        label=gettext_lazy("How many on one day at most?"),
        coerce=int,
        choices=lambda: [(one, str(one) if one else pgettext_lazy("appointments", "Any number")) for one in PER_DAY],
    )
    questions = forms.CharField(
        label=gettext_lazy("What do you ask?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One question a line, * before those that have to be answered. Name and address are asked anyway."
        ),
    )
    rotates = forms.BooleanField(
        label=gettext_lazy("One of them in turn"),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
        help_text=gettext_lazy(
            "Each appointment is with one who is free then: who has the fewest in that week. Otherwise all meet."
        ),
    )
    proves = minutes(
        gettext_lazy("How long is a time held until the visitor confirms it by the link in the mail?"),
        PROVES,
        gettext_lazy("It counts at once, nothing is to be confirmed"),
    )
    is_open = forms.BooleanField(
        label=gettext_lazy("Times are given now"), required=False, widget=forms.CheckboxInput(attrs={"role": "switch"})
    )

    def fields_of(self) -> dict[str, Any]:
        """Return what `hosting.make` takes, of a form without errors."""
        found = dict(self.cleaned_data)
        lines = [" ".join(line.split()) for line in found["questions"].splitlines()]
        found["questions"] = [
            {"text": text, "needed": line.startswith(NEEDED)} for line in lines if (text := line.lstrip("* "))
        ]
        return found | {"per_day": found["per_day"] or None}


def initial(page: AppointmentPage | None) -> dict[str, Any]:
    """Return what the form begins with."""
    page = page or AppointmentPage(lengths=[30])
    names = ("title", "text", "place", "lengths", "before", "after", "notice", "ahead", "is_open", "rotates", "proves")
    asked = "\n".join(f"{NEEDED if one['needed'] else ''}{one['text']}" for one in page.questions)
    return {name: getattr(page, name) for name in names} | {"per_day": page.per_day or 0, "questions": asked}
