"""The form of a task: that of an event with a beginning and an end that need not be, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from calendars.forms import KEEP, SECRECY, EventForm
from calendars.tasklists.rows import PRIORITIES, STATUSES


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class TaskForm(EventForm):
    """`first`, `begins`: when one may begin; `last`, `ends`: when it is due; without hours, whole days.

    `priorities`: a priority of its own that the choices do not name; `tags`: those that are suggested.
    """

    all_day = None  # type: ignore[assignment]
    conference = None  # type: ignore[assignment]
    busy = None  # type: ignore[assignment]

    title = forms.CharField(label=gettext_lazy("What is to be done?"), max_length=200)
    calendar = forms.TypedChoiceField(label=pgettext_lazy("tasks", "List"), coerce=int)
    last = _day(pgettext_lazy("task", "Due on"))
    ends = _hour(pgettext_lazy("hour", "At"))
    first = _day(pgettext_lazy("task", "Begins on"))
    begins = _hour(pgettext_lazy("hour", "At"))
    text = forms.CharField(
        label=gettext_lazy("Notes"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lists, links and **bold** are written as in Markdown."),
    )  # fmt: skip
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), coerce=int, required=False)
    status = forms.ChoiceField(label=gettext_lazy("How far is it?"), choices=STATUSES.items())
    percent = forms.IntegerField(label=gettext_lazy("Done, in percent"), min_value=0, max_value=100, required=False)
    categories = forms.CharField(
        label=gettext_lazy("Tags"), max_length=500, required=False, help_text=gettext_lazy("Separated by commas."),
        widget=forms.TextInput(attrs={"list": "task-tags", "autocomplete": "off"}),
    )  # fmt: skip
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Who sees it?"), required=False,
        choices=(SECRECY[0], ("PRIVATE", gettext_lazy("Private: not shown to others"))),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, priorities: Sequence[int] = (), **options: Any):
        super().__init__(data, **options)
        self.fields["first"].asks_nothing = True  # type: ignore[attr-defined]
        own = [(number, str(number)) for number in priorities if number not in {0, 1, 5, 9}]
        none = (0, pgettext("priority", "None"))
        self.fields["priority"].choices = [none, *PRIORITIES, *own]  # type: ignore[attr-defined]
        if self.initial.get("secrecy") == "CONFIDENTIAL":
            self.fields["secrecy"].choices = SECRECY  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = forms.Form.clean(self) or self.cleaned_data
        if self.errors:
            return found
        for day, hour in (("last", "ends"), ("first", "begins")):
            if found[hour] is not None and found[day] is None:
                self.add_error(day, _("Choose the day, too."))
        if found["last"] and found["first"]:
            if (found["begins"] is None) != (found["ends"] is None):
                self.add_error("begins" if found["begins"] is None else "ends", _("Say both hours, or none."))
            elif _at(found, "first", "begins") > _at(found, "last", "ends"):
                self.add_error("last", _("It is due before it begins."))
        anchor = found["first"] or found["last"]
        if found["repeat"] and anchor is None:
            self.add_error("last", _("What repeats needs a day."))
        if found["reminders"] and anchor is None:
            self.add_error("last", _("A reminder needs a day to count from."))
        ends = found["repeat"] not in {"", KEEP} and anchor is not None
        if ends and found["end"] == "until" and (found["until"] is None or found["until"] < anchor):
            self.add_error("until", _("Choose a day after the first one."))
        if ends and found["end"] == "count" and not found["count"]:
            self.add_error("count", _("Say how many times."))
        return found


def _at(found: dict[str, Any], day: str, hour: str) -> datetime:
    return datetime.combine(found[day], found[hour] or time())
