"""Whether strangers may make an account by themselves, and from which e-mail domains: the answer of the house."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput
from collab.registry import house

MODE = "accounts.registration"
DOMAINS = "accounts.domains"
CLOSED, APPROVAL, OPEN = "closed", "approval", "open"
MOST = 50
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "HEBREW", "ARABIC")

NO_DOMAIN = _("“%(written)s” is not the end of an e-mail address, such as example.org.")
MIXED = _("“%(written)s” mixes letters of several alphabets: it looks like another address. Write it again by hand.")
ELSEWHERE = _("Only addresses that end in %(domains)s can register here. Ask an administrator for an invitation.")


def is_open() -> bool:
    """Whether the registration page exists."""
    return bool(house.get(MODE) != CLOSED)


def needs_approval() -> bool:
    """Whether somebody decides on each: always where no mail leaves, since no address can be proved there."""
    return bool(house.get(MODE) != OPEN or not settings.MAIL_URL)


def allowed_email(email: str) -> str:
    """Return the address with its domain as mail servers write it; raise BadInput unless it may register."""
    local, _at, domain = email.rpartition("@")
    domain = checked_domain(domain)
    domains = house.get(DOMAINS)
    if domains and domain not in domains:
        raise BadInput(ELSEWHERE % {"domains": ", ".join(f"@{one}" for one in domains)})
    return f"{local}@{domain}"


def checked_domain(written: str) -> str:
    """Return a domain in its one ASCII form (IDNA), so that two that look alike differ. Raises BadInput."""
    plain = unicodedata.normalize("NFKC", written).strip().strip("@").rstrip(".").lower()
    try:
        domain = plain.encode("idna").decode()
        shown = domain.encode().decode("idna")
    except UnicodeError:
        raise BadInput(NO_DOMAIN % {"written": written[:80]}) from None
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > 253 or not all(label.replace("-", "").isalnum() for label in labels):
        raise BadInput(NO_DOMAIN % {"written": written[:80]})
    if any(len(_alphabets(label)) > 1 for label in shown.split(".")):
        raise BadInput(MIXED % {"written": shown[:80]})
    return domain


def mode_field() -> forms.Field:
    """Return the field in which an administrator opens or closes registration."""
    return forms.ChoiceField(
        label=_("May people make an account by themselves?"),
        choices=[
            (CLOSED, _("Closed: people come by invitation")),
            (APPROVAL, _("On approval: an administrator decides on each")),
            (OPEN, _("Open: whoever proves an e-mail address comes in as a member")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Where no mail leaves, nobody can prove an address: “open” then waits for approval too."),
    )


class DomainsField(forms.CharField):
    """A list of e-mail domains, one a line or between commas; empty lets in any address."""

    def __init__(self, **options: Any) -> None:
        words: dict[str, str | Promise] = {
            "label": _("Which e-mail addresses may register?"),
            "help_text": _("The ends of addresses, such as example.org, one a line. Empty: any address."),
        }
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})
        super().__init__(**{"required": False, "max_length": 4000, "widget": widget, **words, **options})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the domains in their ASCII form, in the order they were written."""
        text = super().clean("\n".join(value) if isinstance(value, list) else value)
        try:
            found = list(dict.fromkeys(checked_domain(word) for word in text.replace(",", " ").split()))
        except BadInput as wrong:
            raise forms.ValidationError(str(wrong.message)) from None
        if len(found) > MOST:
            raise forms.ValidationError(_("At most %(count)d endings.") % {"count": MOST})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as lines."""
        return bool(super().has_changed(self.prepare_value(initial), data))


def _alphabets(label: str) -> set[str]:
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in label if sign.isalpha())
    return {name for name in names if name in _ALPHABETS}
