"""What is looked for in the audit log, and one page of it; each search walks an index, however long the log is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts.models import User
from collab.events.models import AuditEntry
from collab.lib import paging
from collab.shell.auditing.sentences import FAMILIES

PAGE = 50
_NAMED = re.compile(r"\((?P<username>[a-z0-9._-]+)\)\s*$")
_NUMBER = re.compile(r"\D{0,6}(?P<id>\d{1,18})")
_THING = re.compile(r"(?P<kind>[a-z][a-z-]{0,18}):(?P<id>\d{1,18})")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; nothing said means everything. `person`: who did it, or whom it was about."""

    person: int | None = None
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    thing: tuple[str, int] | None = None


class WantedForm(forms.Form):
    """The filter above the log."""

    who = forms.CharField(
        label=gettext_lazy("Person"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "audit-people", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What happened"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    thing = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.asks_nothing = True  # type: ignore[attr-defined]
        named = [(slug, family.label) for slug, family in FAMILIES.items()]
        self.fields["kind"].choices = [("", _("Everything")), *named]  # type: ignore[attr-defined]

    def clean_who(self) -> int | None:
        """Return the id of the person who was meant, a deleted one's number too."""
        text = " ".join(self.cleaned_data["who"].split())
        if not text:
            return None
        named = _NAMED.search(text)
        found = User.objects.filter(username=named["username"] if named else text.lower()).first()
        same = [found] if found else list(User.objects.filter(display_name__iexact=text)[:2])
        if len(same) == 1:
            return same[0].pk
        if not same and (number := _NUMBER.fullmatch(text)):
            return int(number["id"])
        raise forms.ValidationError(
            _("Several people are called “%(name)s”. Choose one in the list.") % {"name": text}
            if same
            else _("Nobody here is called “%(name)s”. Choose a person in the list.") % {"name": text}
        )

    def clean_thing(self) -> tuple[str, int] | None:
        found = _THING.fullmatch(self.cleaned_data["thing"])
        return (found["kind"], int(found["id"])) if found else None

    @property
    def wanted(self) -> Wanted:
        said = self.cleaned_data
        family = FAMILIES.get(said["kind"])
        return Wanted(
            said["who"], family.kinds if family else (), _begin(said["since"]), _after(said["until"]), said["thing"]
        )


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; `more`: the cursor of the next page, "" at the end."""

    entries: list[AuditEntry] = field(default_factory=list)
    more: str = ""


def page(wanted: Wanted, cursor: str = "", size: int = PAGE) -> Page:
    """Return one page. Raises BadInput for a cursor that we did not make."""
    after = paging.unseal(cursor, 1)
    before = after[0] if after and isinstance(after[0], int) else None
    listed = list(found(wanted, before, size + 1))
    shown = listed[:size]
    return Page(shown, paging.seal([shown[-1].pk]) if len(listed) > size else "")


def found(wanted: Wanted, before: int | None, size: int) -> QuerySet[AuditEntry]:
    """A person's entries are three walks of three indexes, put together: an OR would read the whole log."""
    entries = AuditEntry.objects.order_by("-id")
    if before is not None:
        entries = entries.filter(id__lt=before)
    if wanted.kinds:
        entries = entries.filter(kind__in=wanted.kinds)
    if wanted.since:
        entries = entries.filter(at__gte=wanted.since)
    if wanted.until:
        entries = entries.filter(at__lt=wanted.until)
    if wanted.thing:
        entries = entries.filter(subject_kind=wanted.thing[0], subject_id=wanted.thing[1])
    if wanted.person is None:
        return entries[:size]
    walks = [
        entries.filter(actor_id=wanted.person)[:size],
        entries.filter(subject_kind="user", subject_id=wanted.person)[:size],
        entries.filter(whom_kind="user", whom_id=wanted.person)[:size],
    ]
    return walks[0].union(*walks[1:]).order_by("-id")[:size]


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _after(day: date | None) -> datetime | None:
    """The whole of the last day is included."""
    return _begin(day + timedelta(days=1)) if day and day < date.max else None
