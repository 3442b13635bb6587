"""What administrators set about the house itself, its languages, passwords and mail."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages
from collab.registry.plugin import Setting

LONGEST_NAME = 60


class NameField(forms.CharField):
    """A line that may stand in the subject of a mail and in its From."""

    def clean(self, value: object) -> str:
        name = " ".join(str(super().clean(value)).split())
        if not name.isprintable() or set(name) & set('<>"\\'):
            raise ValidationError(_('A name has no invisible characters, and none of < > " \\.'))
        return name


def name_field() -> forms.Field:
    """Return the field for the name of the house."""
    return NameField(
        label=_("What is your association called?"),
        max_length=LONGEST_NAME,
        help_text=_("It stands on the sign-in page, on public pages, in mails, and in the apps on phones."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


def languages_field() -> forms.Field:
    """Return the field for the languages that people may choose."""
    return forms.MultipleChoiceField(
        label=_("Which languages are offered?"),
        choices=languages.every(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever had chosen another one reads the language of the house."),
        error_messages={"required": _("Keep at least one language.")},
    )


def language_field() -> forms.Field:
    """Return the field for the language of those who said nothing."""
    return forms.ChoiceField(
        label=_("What is the default language?"),
        choices=languages.every(),
        widget=forms.RadioSelect,
        help_text=_("In mails to people who chose none, and to visitors whose browser asks for none of those offered."),
    )


def length_field() -> forms.Field:
    """Return the field for the shortest password."""
    return forms.IntegerField(
        label=_("How long must a password be?"),
        min_value=8,
        max_value=64,
        help_text=_("In characters, 8 to 64. It counts for passwords chosen from now on."),
    )


def score_field() -> forms.Field:
    """Return the field for how hard a password must be to guess."""
    return forms.TypedChoiceField(
        label=_("How hard must a password be to guess?"),
        coerce=int,
        choices=[(2, _("Good: not among what is guessed first")), (3, _("Strong")), (4, _("Very strong"))],
        widget=forms.RadioSelect,
    )


def session_field() -> forms.Field:
    """Return the field for how long one stays signed in."""
    return forms.IntegerField(
        label=_("How many days does one stay signed in?"),
        min_value=1,
        max_value=365,
        help_text=_("Counted from the last visit. On a shared computer, one is signed out with the browser anyway."),
    )


def sender_field() -> forms.Field:
    """Return the field for the name from which mails come."""
    return NameField(
        label=_("From whom do mails come?"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("The name that people read. Left empty: the name of the house. The address is set on the server."),
    )


SETTINGS = (
    Setting("house.name", "Collab", name_field, "general"),
    Setting("house.languages", [code for code, _name in settings.LANGUAGES], languages_field, "general"),
    Setting("house.language", settings.LANGUAGE_CODE, language_field, "general"),
    Setting("accounts.password_length", 8, length_field, "passwords"),
    Setting("accounts.password_score", 2, score_field, "passwords"),
    Setting("accounts.session_days", 30, session_field, "passwords"),
    Setting("mail.sender", "", sender_field, "mail"),
)
