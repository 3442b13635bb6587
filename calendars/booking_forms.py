"""The form by which managers say how their calendar is booked, and the one that looks for what is free."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from calendars import opening, roles, wording
from calendars.models import Bookable
from calendars.models.booking import DAY

BOOKS = (
    (str(roles.EVERYBODY), gettext_lazy("Everybody who sees it")),
    (str(roles.CHOSEN), gettext_lazy("Those who were given “Can book” or “Can add”")),
    (str(roles.EDITORS), gettext_lazy("Only those who can change what is in it")),
)
NOTICE = (0, 60, 120, 360, 720, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
AHEAD = (7, 14, 30, 60, 90, 180, 365, 730)
SHORTEST = (15, 30, 60, 120, 240, DAY)
LONGEST = (0, 60, 120, 180, 240, 480, 720, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY)
AROUND = (0, 5, 10, 15, 30, 45, 60, 120)


def minutes(label: Any, offered: tuple[int, ...], none: Any = None) -> forms.TypedChoiceField:
    """Return a choice of lengths; `none` says what 0 means."""
    return forms.TypedChoiceField(
        label=label, coerce=int,
        choices=lambda: [(one, none if none is not None and not one else opening.length(one)) for one in offered],
    )  # fmt: skip


class BookableForm(forms.Form):
    """How a calendar is booked. Hours: from and to for each day of the week; none at all is always open."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=Bookable.Kind.choices)
    books = forms.ChoiceField(label=gettext_lazy("Who may book it?"), choices=BOOKS, widget=forms.RadioSelect)
    approval = forms.BooleanField(
        label=gettext_lazy("Who manages the calendar lets each booking pass"),
        required=False,
        help_text=gettext_lazy("Until then the time is held. Whoever asked is told of the answer."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("For how many people?"), min_value=1, max_value=100_000, required=False
    )
    equipment = forms.CharField(
        label=gettext_lazy("What is in it?"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Projector, kitchen, tow bar…"),
    )
    notice = minutes(gettext_lazy("How early at least?"), NOTICE, gettext_lazy("Until it begins"))
    ahead = forms.TypedChoiceField(
        label=gettext_lazy("How far ahead?"),
        coerce=int,
        choices=lambda: [(one, opening.length(one * DAY)) for one in AHEAD],
    )
    shortest = minutes(gettext_lazy("For how long at least?"), SHORTEST)
    longest = minutes(gettext_lazy("For how long at most?"), LONGEST, gettext_lazy("As long as one likes"))
    before = minutes(gettext_lazy("Kept free before each booking"), AROUND, gettext_lazy("Nothing"))
    after = minutes(gettext_lazy("Kept free after each booking"), AROUND, gettext_lazy("Nothing"))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for day in range(7):
            for end, label in (("opens", _("opens")), ("closes", _("closes"))):
                self.fields[f"{end}{day}"] = forms.TimeField(
                    label=f"{wording.weekday(day)}, {label}", required=False,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )  # fmt: skip

    @property
    def days(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """Return the rows of the table of hours: name, and (field, what stands in it) of when it opens and closes."""
        pairs = [(self[f"opens{day}"], self[f"closes{day}"]) for day in range(7)]
        return [(wording.weekday(day), [(one, _as_typed(one.value())) for one in pairs[day]]) for day in range(7)]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for day in range(7):
            opens, closes = found.get(f"opens{day}"), found.get(f"closes{day}")
            if (opens is None) != (closes is None):
                self.add_error(f"closes{day}", _("Say both when it opens and when it closes, or neither."))
            elif opens is not None and closes is not None and _to_minutes(closes, end=True) <= _to_minutes(opens):
                self.add_error(f"closes{day}", _("It closes before it opens. 0:00 is midnight, the end of the day."))
        longest = found.get("longest")
        if longest and found.get("shortest", 0) > longest:
            self.add_error("longest", _("This is shorter than a booking lasts at least."))
        return found

    def fields_of(self) -> dict[str, Any]:
        """Return what `offering.offer` takes, of a form without errors."""
        found = dict(self.cleaned_data)
        hours = {
            day: (_to_minutes(found[f"opens{day}"]), _to_minutes(found[f"closes{day}"], end=True))
            for day in range(7)
            if found[f"opens{day}"] is not None
        }
        kept = {name: value for name, value in found.items() if name[-1] not in "0123456"}
        return kept | {"books": int(found["books"]), "hours": opening.to_store(hours)}


def initial(found: Bookable, books: int) -> dict[str, Any]:
    """Return what the form begins with."""
    names = ("kind", "capacity", "equipment", "approval", "notice", "ahead", "shortest", "longest", "before", "after")
    values = {name: getattr(found, name) for name in names} | {"books": str(books or roles.EVERYBODY)}
    for day, (opens, closes) in found.hours.items():
        values |= {f"opens{day}": _to_time(opens), f"closes{day}": _to_time(closes)}
    return values


def _as_typed(value: Any) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value or "")


def _to_minutes(at: time, *, end: bool = False) -> int:
    minutes = at.hour * 60 + at.minute
    return DAY if end and not minutes else minutes


def _to_time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


class FreeForm(forms.Form):
    """When somebody wants something, and for how many."""

    day = forms.DateField(
        label=pgettext_lazy("calendar", "Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=pgettext_lazy("hour", "From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=pgettext_lazy("hour", "To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    people = forms.IntegerField(
        label=gettext_lazy("For how many people?"), min_value=1, max_value=100_000, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What for?"), required=False,
        choices=(("", gettext_lazy("Everything")), ("room", gettext_lazy("Rooms")),
                 ("vehicle", gettext_lazy("Vehicles")), ("other", pgettext_lazy("bookable things", "Others"))),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["people"].asks_nothing = self.fields["kind"].asks_nothing = True  # type: ignore[attr-defined]

    def span(self) -> opening.Span:
        """Return the time asked for on the clock of who asks; until after midnight where it ends before it begins."""
        found = self.cleaned_data
        zone = timezone.get_current_timezone()
        starts = datetime.combine(found["day"], found["begins"], zone)
        last: date = found["day"] + timedelta(days=found["ends"] <= found["begins"])
        return opening.Span(starts, datetime.combine(last, found["ends"], zone))
