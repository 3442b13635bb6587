"""What people type to make a poll: its words and rules, and its options row by row, with or without script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.lib import numerals
from collab.lib.errors import BadInput
from collab.shell.link_forms import address_field
from polls import slots, wording
from polls.actions.making import FIELDS, MOST_OPTIONS, Wanted
from polls.models import Option, Poll

_SWITCH = {"role": "switch"}


def _switch(label: Any, hint: Any = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=hint)


class PollForm(forms.Form):
    """The words and rules of a poll; all but the title may be left as it is."""

    title = forms.CharField(label=_("What do you ask?"), max_length=200)
    text = forms.CharField(
        label=_("Some words about it"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    method = forms.ChoiceField(label=_("How people answer"), choices=Poll.Method.choices)
    deadline = forms.DateField(
        label=_("Answers until"),
        required=False,
        help_text=_("The whole of that day included. Those who are invited and have not answered are reminded."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    limit = forms.IntegerField(
        label=_("Places for each option"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("So many may say yes to one."),
    )
    most = forms.IntegerField(
        label=_("Options for each person"),
        required=False,
        min_value=1,
        max_value=MOST_OPTIONS,
        help_text=_("To so many one may say yes."),
    )
    secret = _switch(
        _("Secret ballot"), _("nothing links an answer to a person; it cannot be changed, and is counted at the end")
    )
    hide_results = _switch(_("Hide the answers until it is closed"), _("from everybody, you included"))
    hide_names = _switch(_("Hide the names until it is closed"))
    only_invited = _switch(_("Only those who are invited answer"))
    proposals = _switch(_("Let people propose other options"))

    @classmethod
    def of(cls, poll: Poll, data: Any = None) -> PollForm:
        """Return the form that shows a poll as it is."""
        initial: dict[str, Any] = {name: getattr(poll, name) for name in FIELDS}
        initial["deadline"] = timezone.localdate(poll.deadline) if poll.deadline else None
        return cls(data, initial=initial)

    def clean_deadline(self) -> datetime | None:
        """The last second of the day, where the person is."""
        day: date | None = self.cleaned_data["deadline"]
        if day is None:
            return None
        if "deadline" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose one to come."))
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    @property
    def fields_of_poll(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.fields}

    @property
    def has_rules(self) -> bool:
        """Whether something of what is folded away was said, or is wrong: then it is shown open."""
        folded = [name for name in self.fields if name not in {"title", "text", "name", "email"}]
        return any(name in self.errors or (self[name].value() and name != "method") for name in folded)


class NewForm(PollForm):
    """The same for a new poll, whose link may have an address of its own."""

    address = address_field()


class VisitorsForm(PollForm):
    """The same for a poll of somebody without an account, who has nobody to invite: what needs a list is not there."""

    secret = None  # type: ignore[assignment]
    only_invited = None  # type: ignore[assignment]


class AskForm(VisitorsForm):
    """What a visitor says of a new poll; their address is proved by a mail before there is one."""

    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your address"),
        max_length=254,
        help_text=_("The link that makes your poll is sent to it; nobody sees it but those who look after this house."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def form_of(poll: Poll) -> type[PollForm]:
    """Return the form by which this poll is changed."""
    return VisitorsForm if poll.is_visitors else PollForm


@dataclass
class Row:
    """One line of the form: an option as typed."""

    pk: str = ""
    day: str = ""
    begins: str = ""
    ends: str = ""
    text: str = ""
    limit: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.day or self.text.strip())


def rows_of(poll: Poll, options: Iterable[Option]) -> list[Row]:
    """Return the lines that show these options, in the poll's own time zone."""
    zone, found = wording.zone_of(poll), []
    for option in options:
        row = Row(str(option.pk), text=option.text, limit=str(option.limit or ""))
        if option.starts_at is not None:
            slot = slots.of(option.starts_at, option.ends_at, zone)
            row.day, row.begins = slot.day.isoformat(), f"{slot.begins:%H:%M}"
            row.ends = f"{slot.ends:%H:%M}" if slot.ends else ""
        elif option.day is not None:
            row.day = option.day.isoformat()
        found.append(row)
    return found


def typed_rows(data: QueryDict) -> list[Row]:
    """Return the lines as they were sent. Raises BadInput for more than a poll takes."""
    lists = {name: data.getlist(name) for name in ("pk", "day", "begins", "ends", "option", "places")}
    length = max((len(values) for values in lists.values()), default=0)
    if length > 3 * MOST_OPTIONS:
        raise BadInput(_("A poll has at most %(count)d options.") % {"count": MOST_OPTIONS})

    def at(name: str, place: int) -> str:
        values = lists[name]
        return values[place][:300] if place < len(values) else ""

    names = ("pk", "day", "begins", "ends", "option", "places")
    return [Row(*(at(name, place) for name in names)) for place in range(length)]


def wanted_of(kind: str, rows: list[Row], zone: Any) -> list[Wanted]:
    """Return the options of these lines, leaving empty ones out; what is wrong is said on the line (BadInput)."""
    found = []
    for row in rows:
        if row.is_empty:
            continue
        try:
            found.append(_wanted(kind, row, zone))
        except BadInput as refusal:
            row.error = str(refusal.message)
    if any(row.error for row in rows):
        raise BadInput(_("Look at the lines that are marked."))
    if not found:
        raise BadInput(_("Choose at least one day.") if kind == Poll.Kind.DATE else _("Write at least one option."))
    return found


def _wanted(kind: str, row: Row, zone: Any) -> Wanted:
    if row.limit and not 1 <= (numerals.whole(row.limit) or 0) <= 10_000:
        raise BadInput(_("Places are a number from 1 on."))
    pk = numerals.whole(row.pk)
    slot = None
    if kind == Poll.Kind.DATE:
        slot = _slot(row)
        slot.moments(zone)
    return Wanted(slot, row.text, int(row.limit) if row.limit else None, pk)


def _slot(row: Row) -> slots.Slot:
    try:
        day = date.fromisoformat(row.day)
        begins = time.fromisoformat(row.begins) if row.begins else None
        ends = time.fromisoformat(row.ends) if row.ends else None
    except ValueError:
        raise BadInput(_("Write the day as 2026-12-08 and hours as 18:30.")) from None
    if not 2000 <= day.year <= 2100:
        raise BadInput(_("Choose a day of this century."))
    if ends is not None and begins is None:
        raise BadInput(_("Say when it begins, too."))
    if begins is not None and (begins.tzinfo or begins == ends):
        raise BadInput(_("It ends when it begins: change one of the two hours."))
    return slots.Slot(day, begins, ends)


def repeated(rows: list[Row], every: str, times: str) -> list[Row]:
    """Return these lines and their repetitions. Raises BadInput."""
    if (most := numerals.whole(times, 4)) is None:
        raise BadInput(_("Say how many times."))
    found: list[Row] = []
    for row in (row for row in rows if not row.is_empty):
        for number, slot in enumerate(slots.series(_slot(row), every, most)):
            found.append(row if number == 0 else Row("", slot.day.isoformat(), row.begins, row.ends, limit=row.limit))
    if len(found) > MOST_OPTIONS:
        raise BadInput(_("A poll has at most %(count)d options.") % {"count": MOST_OPTIONS})
    return found
