"""The form of an event: what people fill in, and the changes that it means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from calendars import periods, wording
from calendars.ical.zones import is_zone
from calendars.timing import Timing

_ZONES = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/London",
    "America/Montreal",
    "America/New_York",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Africa/Dakar",
    "Asia/Tokyo",
    "UTC",
)
REMINDERS = (0, 5, 10, 15, 30, 60, 120, 1440, 2880, 10080)
"""Minutes before the start that are offered."""
FREQUENCIES = (
    ("", gettext_lazy("Does not repeat")),
    ("DAILY", gettext_lazy("Every day")),
    ("WEEKLY", gettext_lazy("Every week")),
    ("MONTHLY", gettext_lazy("Every month")),
    ("YEARLY", gettext_lazy("Every year")),
)
KEEP = "keep"
SECRECY = (
    ("", gettext_lazy("As the calendar is shared")),
    ("CONFIDENTIAL", gettext_lazy("Others see only that the time is taken")),
    ("PRIVATE", gettext_lazy("Private: not shown to others")),
)
BUSY = (("", pgettext_lazy("time", "Busy")), ("TRANSPARENT", pgettext_lazy("time", "Free")))
STATUS = (
    ("", gettext_lazy("Takes place")),
    ("TENTATIVE", gettext_lazy("Not sure yet")),
    ("CANCELLED", gettext_lazy("Cancelled")),
)
LONGEST = 366
"""Days: no event made here is longer."""


class EventForm(forms.Form):
    """`calendars`: (id, name) of where it may be kept; `known`: its repetition, where it has one of its own."""

    title = forms.CharField(label=gettext_lazy("What takes place?"), max_length=200)
    all_day = forms.BooleanField(label=gettext_lazy("All day"), required=False)
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=pgettext_lazy("hour", "From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends = forms.TimeField(
        label=pgettext_lazy("hour", "To"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    calendar = forms.TypedChoiceField(label=gettext_lazy("Calendar"), coerce=int)
    place = forms.CharField(label=gettext_lazy("Where?"), max_length=500, required=False)
    conference = forms.URLField(
        label=gettext_lazy("Link of the online meeting"), max_length=1000, required=False, assume_scheme="https"
    )
    text = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lists, links and **bold** are written as in Markdown."),
    )
    repeat = forms.ChoiceField(label=gettext_lazy("Does it repeat?"), required=False)
    interval = forms.IntegerField(
        label=gettext_lazy("Repeat every so many"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=gettext_lazy("Days, weeks, months or years: 2 for every other one."),
    )
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    nth = forms.ChoiceField(label=gettext_lazy("On which day?"), required=False)
    end = forms.ChoiceField(
        label=gettext_lazy("Until when?"),
        required=False,
        choices=(
            ("", gettext_lazy("Without end")),
            ("until", gettext_lazy("Until a day")),
            ("count", gettext_lazy("So many times")),
        ),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day of the series"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    count = forms.IntegerField(label=gettext_lazy("Times in all"), min_value=1, max_value=730, required=False)
    reminders = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remind me"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.CharField(
        label=gettext_lazy("Categories"), max_length=500, required=False, help_text=gettext_lazy("Separated by commas.")
    )
    secrecy = forms.ChoiceField(label=gettext_lazy("Who sees it?"), choices=SECRECY, required=False)
    busy = forms.ChoiceField(label=gettext_lazy("Shown as"), choices=BUSY, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Does it take place?"), choices=STATUS, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        calendars: Sequence[tuple[int, str]],
        zones: Sequence[str] = (),
        known: str = "",
        minutes: Sequence[int] = (),
        **options: Any,
    ):
        super().__init__(data, **options)
        # these go with others: “optional” beside them would only puzzle
        for name in ("begins", "ends", "last", "interval", "until", "count"):
            self.fields[name].asks_nothing = True  # type: ignore[attr-defined]
        self.fields["calendar"].choices = calendars  # type: ignore[attr-defined]
        named = zones_offered(*zones)
        floating = [("", _("Whatever the zone"))] if "" in zones else []
        self.fields["zone"].choices = [*floating, *named]  # type: ignore[attr-defined]
        self.fields["repeat"].choices = [*FREQUENCIES, *([(KEEP, known)] if known else [])]  # type: ignore[attr-defined]
        self.fields["days"].choices = [(day, wording.weekday(day)) for day in _week()]  # type: ignore[attr-defined]
        self.fields["nth"].choices = [  # type: ignore[attr-defined]
            ("", _("The same day of the month")),
            ("nth", _("The same weekday: the third Tuesday")),
            ("last", _("The last such weekday of the month")),
        ]
        self.fields["reminders"].choices = [(one, wording.before(one)) for one in sorted({*REMINDERS, *minutes})]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_zone(self) -> str:
        name: str = self.cleaned_data["zone"]
        if name and not is_zone(name):
            raise ValidationError(_("This time zone is not known."))
        return name

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return found
        if not found["all_day"] and found["begins"] is None:
            self.add_error("begins", _("Say when it begins, or that it takes all day."))
            return found
        if found["all_day"] and found["last"] is None:
            found["last"] = found["first"]
        timing = self._timing(found)
        if timing.last_day < timing.first_day or timing.is_backwards:
            self.add_error("last" if found["all_day"] else "ends", _("It ends before it begins."))
        elif (timing.last_day - timing.first_day).days > LONGEST:
            self.add_error("last", _("An event lasts a year at most."))
        if found["repeat"] and found["end"] == "until" and (found["until"] is None or found["until"] < found["first"]):
            self.add_error("until", _("Choose a day after the first one."))
        if found["repeat"] and found["end"] == "count" and not found["count"]:
            self.add_error("count", _("Say how many times."))
        return found

    def _timing(self, found: dict[str, Any]) -> Timing:
        first: date = found["first"]
        if found["all_day"]:
            return Timing(first, found["last"], None, None, "")
        begins: time = found["begins"]
        last: date | None = found["last"]
        if found["ends"] is None:  # an hour, unless said
            end = datetime.combine(first, begins) + timedelta(hours=1)
            return Timing(first, end.date(), begins, end.time(), found["zone"])
        if last is None:
            last = first + timedelta(days=found["ends"] < begins)  # until after midnight
        return Timing(first, last, begins, found["ends"], found["zone"])

    @property
    def timing(self) -> Timing:
        """When it takes place, of a form without errors."""
        return self._timing(self.cleaned_data)


def zones_offered(*also: str) -> list[tuple[str, str]]:
    """Return zones as choices: these, that of the person, and some that people of these languages live in."""
    offered = dict.fromkeys([*also, str(timezone.get_current_timezone()), *_ZONES])
    return [(name, name.replace("_", " ").replace("/", " / ")) for name in offered if name]


def _week() -> list[int]:
    return [(periods.first_weekday() + number) % 7 for number in range(7)]
