"""What people type in settings, administration and a space's own pages."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages
from collab.accounts.forms import SetupForm
from collab.accounts.models import Invitation, User
from collab.lib.hues import HUES


class ProfileForm(forms.Form):
    """Who one is for the others."""

    display_name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class AddressForm(forms.Form):
    """Where mail reaches one: whoever reads it can choose a new password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("Where invitations, messages and a link to a new password reach you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AppearanceForm(forms.Form):
    """How the interface looks and answers."""

    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )
    density = forms.ChoiceField(
        label=_("Rows"),
        choices=[("normal", _("Airy")), ("compact", _("Tight, with a mouse"))],
        widget=forms.RadioSelect,
    )
    hue = forms.ChoiceField(label=_("Your colour"), choices=[(hue, hue) for hue in HUES], widget=forms.RadioSelect)
    single_keys = forms.BooleanField(
        label=_("Single-letter shortcuts"),
        required=False,
        help_text=_("“n” adds, “?” lists the keys"),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def _languages() -> list[tuple[str, object]]:
    return [("", _("As the browser")), *languages.offered()]


def _zones() -> list[tuple[str, object]]:
    zones = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("", settings.TIME_ZONE.replace("_", " ")), *((name, name.replace("_", " ")) for name in zones)]


class LanguageForm(forms.Form):
    """In which words and at which hours."""

    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=lazy(_zones, list))


class HeirForm(forms.Form):
    """Who receives what a person leaves behind."""

    heir = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who receives these files"),
        empty_label=_("Choose somebody"),
        help_text=_("They arrive as one folder in that person's own files. Those they are shared with keep them."),
    )

    def __init__(self, heirs: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["heir"].queryset = heirs.order_by("display_name", "pk")  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Somebody whom an administrator brings in."""

    display_name = forms.CharField(label=_("Name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Small letters, digits, dots and dashes. It never changes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    rank = forms.ChoiceField(label=_("Profile"))
    password = forms.CharField(
        label=_("First password"),
        strip=False,
        help_text=_("Give it to the person, who changes it in the settings."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class IdentityForm(forms.Form):
    """Who somebody is, as an administrator changes it."""

    display_name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)


class JoinForm(SetupForm):
    """The account of somebody invited; an invited address is theirs and not asked again."""

    language = forms.ChoiceField(label=_("Language"), choices=lambda: _languages()[1:])

    def __init__(self, invitation: Invitation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        if invitation.email:
            del self.fields["email"]


class FarewellForm(forms.Form):
    """One's account ends: what becomes of one's own files, and the password."""

    ERASE, HEIR = "erase", "heir"

    own = forms.ChoiceField(choices=[(ERASE, ERASE), (HEIR, HEIR)])
    heir = forms.CharField(required=False, max_length=200)
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
