"""What one says of a public link when making or changing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages
from collab.registry import house
from collab.registry.ports import LinkChoice
from collab.rights import link_rules
from collab.rights.models import Link
from collab.rights.right import BY_SLUG, DROP_BOX, READER, Right, Role

FIELDS = (
    "label", "uses_left", "hide_download", "ask_visitor", "title", "text", "ask_name", "ask_mail", "most_files",
    "kinds", "tell", "look", "choices",
)  # fmt: skip
DROP = ("title", "text", "ask_name", "ask_mail", "most_files", "most_each", "most_together", "kinds", "tell")
"""What concerns files that arrive."""
MB = 10**6


def proposed(roles: list[Role]) -> dict[str, Any]:
    """Return what the form of a new link holds before anything is typed."""
    days = link_rules.default_days()
    end = timezone.localdate() + timedelta(days=days) if days else None
    return {"role": roles[0].slug if roles else "", "ask_name": True, "end": end}


def address_field() -> forms.Field:
    """Return the field for a readable address, which a link may have from its birth on, in place of a secret."""
    return forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        label=_("Address of its own"),
        required=False,
        min_length=6,
        max_length=60,
        help_text=_(
            "A word in place of the secret, such as “assembly-2027”. Whoever guesses it opens the link too: leave this"
            " empty for what is not for everybody, or give it a password."
        ),
        error_messages={"invalid": _("Use small letters, digits and dashes, such as “assembly-2027”.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class LinkForm(forms.Form):
    """Role, label, password, end, number of openings; what a drop box says, asks and takes."""

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
    address = address_field()
    ask_visitor = forms.BooleanField(
        label=_("Ask visitors for their name"), required=False, help_text=_("you see who opened the link, and when")
    )
    hide_download = forms.BooleanField(
        label=_("Look only, no download"),
        required=False,
        help_text=_(
            "pictures and the beginning of texts are shown, without a button to download; whoever sees a picture can"
            " still keep it, with a screenshot"
        ),
    )
    look = forms.ChoiceField(label=_("How it is shown"), required=False)
    choices = forms.MultipleChoiceField(label=_("Who comes by it"), required=False, widget=forms.CheckboxSelectMultiple)
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
    ask_mail = forms.BooleanField(
        label=_("Offer a receipt by mail"), required=False, help_text=_("asks for an address, which one may leave out")
    )
    most_files = forms.IntegerField(label=_("Files a visit, at most"), required=False, min_value=1, max_value=10_000)
    most_each = forms.DecimalField(
        label=_("Each, at most (MB)"),
        required=False,
        min_value=Decimal("0.1"),
        max_value=2000,
        decimal_places=1,
    )
    most_together = forms.DecimalField(
        label=_("Together, at most (MB)"), required=False, min_value=Decimal("0.1"), max_value=100_000,
        decimal_places=1,
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of file taken"),
        required=False,
        help_text=_("None chosen: all. Judged by the name and by the content."),
        widget=forms.CheckboxSelectMultiple,
    )
    tell = forms.ChoiceField(
        label=_("Tell me by mail what arrived"), choices=Link.Tell.choices, initial=Link.Tell.VISIT, required=False
    )

    def __init__(
        self, roles: list[Role], *args: Any, link: Link | None = None, kinds: Iterable[tuple[str, Any]] = (),
        looks: Iterable[tuple[str, Any]] = (), choices: Iterable[LinkChoice] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["look"].choices = list(looks)  # type: ignore[attr-defined]
        if not self.fields["look"].choices:  # type: ignore[attr-defined]
            del self.fields["look"]
        self._offer(list(choices), is_new=link is None)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.slug, f"{role.label} ({role.gives})") for role in roles
        ]
        self.fields["password"].required = house.get("links.password") and (link is None or not link.password)
        self.fields["password"].error_messages["required"] = link_rules.NEEDS_PASSWORD
        if days := link_rules.longest():
            self.fields["end"].required = True
            self.fields["end"].error_messages["required"] = link_rules.needs_end(days)
            self.fields["end"].widget.attrs["max"] = (timezone.localdate() + timedelta(days=days)).isoformat()
        if link is not None:
            del self.fields["address"]
        if DROP_BOX not in roles:
            for name in DROP:
                del self.fields[name]
        elif not kinds:
            del self.fields["kinds"]
        has_password = link is not None and bool(link.password)
        if not has_password or house.get("links.password"):
            del self.fields["no_password"]
        if has_password:
            self.fields["password"].help_text = _("It has one. Leave this empty to keep it.")

    def _offer(self, choices: list[LinkChoice], *, is_new: bool) -> None:
        """Offer what the app lets one choose; where there is something, it asks for names itself and shows no files."""
        if not choices:
            del self.fields["choices"]
            return
        field = self.fields["choices"]
        field.choices = [  # type: ignore[attr-defined]
            (one.slug, f"{one.label} ({one.hint})" if one.hint else one.label) for one in choices
        ]
        if is_new:
            field.initial = [one.slug for one in choices if one.default]
        del self.fields["ask_visitor"], self.fields["hide_download"]

    @classmethod
    def of(
        cls, roles: list[Role], link: Link, role: Role, end: datetime | None, data: Any = None, **options: Any
    ) -> LinkForm:
        """Return the form that shows a link as it is."""
        initial = {name: getattr(link, name) for name in FIELDS}
        initial |= {name: _megabytes(getattr(link, name)) for name in ("most_each", "most_together")}
        initial |= {"role": role.slug, "end": timezone.localdate(end) if end else None}
        return cls(roles, data, initial=initial, link=link, **options)

    def clean_end(self) -> datetime | None:
        """The last second of the day, in the person's time zone."""
        day: date | None = self.cleaned_data["end"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose one to come."))
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))

    def clean(self) -> dict[str, Any]:
        """To look only is for who may only look; no page offers to take a password away that the house asks for."""
        found: dict[str, Any] = super().clean() or {}
        if "no_password" not in self.fields and self.data.get("no_password") and house.get("links.password"):
            self.add_error("password", link_rules.NEEDS_PASSWORD)
        if found.get("hide_download") and found.get("role") not in {None, READER.slug}:
            self.add_error("hide_download", _("Only a link that lets people view can leave out the download."))
        return found

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
        found = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        for name in ("most_each", "most_together"):
            if name in self.cleaned_data:
                given = self.cleaned_data[name]
                found[name] = int(given * MB) if given is not None else None
        if "tell" in found:
            found["tell"] = found["tell"] or Link.Tell.VISIT
        if self.cleaned_data["role"] == DROP_BOX.slug:
            found["ask_visitor"] = False  # its own form asks
        return found

    @property
    def is_drop_box(self) -> bool:
        """Whether the part about what arrives is to be shown open."""
        return self["role"].value() != READER.slug or any(name in self.errors for name in DROP)


def _megabytes(size: int | None) -> Decimal | None:
    return (Decimal(size) / MB).quantize(Decimal("0.1")) if size is not None else None


class SendForm(forms.Form):
    """To whom a link goes by mail, in which language, with which word."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        max_length=10_000,
        help_text=_("One a line, or separated by commas."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=languages.offered,
    )
    word = forms.CharField(
        label=_("A word to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
