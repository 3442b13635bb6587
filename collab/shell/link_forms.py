"""What one says of a public link when making or changing it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.rights.models import Link
from collab.rights.right import BY_SLUG, DROP_BOX, Right, Role


class LinkForm(forms.Form):
    """Role, label, password, end, number of openings; what heads the page of a drop box."""

    role = forms.ChoiceField(label=_("Who has the link"), widget=forms.RadioSelect)
    label = forms.CharField(
        label=_("For whom, or what for"),
        required=False,
        max_length=200,
        help_text=_("So that you find it again. Visitors see it only as the title of a drop box without one."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        min_length=6,
        max_length=200,
        help_text=_("Tell it to people by another way than the link."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    no_password = forms.BooleanField(label=_("Take the password away"), required=False)
    end = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("The whole of that day included."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    uses_left = forms.IntegerField(
        label=_("Number of openings"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("After these the link ends. One visitor's visit counts once."),
    )
    title = forms.CharField(label=_("Title of the page"), required=False, max_length=200)
    text = forms.CharField(
        label=_("What people should drop off"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ask_name = forms.BooleanField(
        label=_("Ask for the sender's name"), required=False, initial=True, help_text=_("it names their folder")
    )

    def __init__(self, roles: list[Role], *args: Any, link: Link | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.slug, f"{role.label} ({role.gives})") for role in roles
        ]
        if DROP_BOX not in roles:
            for name in ("title", "text", "ask_name"):
                del self.fields[name]
        if link is None or not link.password:
            del self.fields["no_password"]
        else:
            self.fields["password"].help_text = _("It has one. Leave this empty to keep it.")

    @classmethod
    def of(cls, roles: list[Role], link: Link, role: Role, end: datetime | None, data: Any = None) -> LinkForm:
        """Return the form that shows a link as it is."""
        initial = {name: getattr(link, name) for name in ("label", "uses_left", "title", "text", "ask_name")}
        initial |= {"role": role.slug, "end": timezone.localdate(end) if end else None}
        return cls(roles, data, initial=initial, link=link)

    def clean_end(self) -> datetime | None:
        """The last second of the day, in the person's time zone."""
        day: date | None = self.cleaned_data["end"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose one to come."))
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    @property
    def mask(self) -> Right:
        return BY_SLUG[self.cleaned_data["role"]].mask

    @property
    def password_wanted(self) -> str | None:
        """The new password, "" to have none any more, None to keep what there is."""
        if self.cleaned_data.get("no_password"):
            return ""
        return self.cleaned_data["password"] or None

    @property
    def page(self) -> dict[str, Any]:
        """The plain fields of the link."""
        names = ("label", "uses_left", "title", "text", "ask_name")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
