"""The settings of the house as pages of questions: every declared setting has its place, whoever declared it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.registry import house
from collab.registry.plugin import Setting


class Section(NamedTuple):
    """A page of settings: its name, its sign, and what it is about."""

    label: str | Promise
    icon: str
    lead: str | Promise


SECTIONS = {
    "general": Section(_("The house"), "home", _("What visitors and members see everywhere.")),
    "announcement": Section(_("Announcement"), "info", _("A word to everybody, on the home page.")),
    "people": Section(_("People"), "people", _("Who comes in, and how far administrators go.")),
    "passwords": Section(_("Passwords and sessions"), "key", _("How accounts are protected.")),
    "links": Section(_("Public links"), "link", _("What may be opened without an account.")),
    "files": Section(_("Room and keeping"), "disk", _("How much fits in, and how long the old is kept.")),
    "mail": Section(_("Mail"), "mail", _("What the house sends, and in whose name.")),
    "apps": Section(_("Applications"), "grid", _("Who has which application. What is in one that is off is kept.")),
}
REDRAWN = {"house.name", "house.hue", "house.languages", "house.language"}
"""What shows on the page itself: after saving it, a script loads the page again."""


class LogoForm(forms.Form):
    """A picture that stands for the house."""

    picture = forms.FileField(
        label=_("What is its logo?"),
        required=False,
        help_text=_(
            "PNG, JPEG or WebP, 5 MB at most; a square looks best. It is drawn anew, without what cameras add."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    picture.asks_nothing = True  # type: ignore[attr-defined]


def section_of(setting: Setting) -> str:
    """Return the page of a setting; "" for one that has its own way."""
    return setting.page if setting.page in SECTIONS or not setting.page else "general"


def settings_of(section: str) -> list[Setting]:
    """Return the settings of a page, in the order of their declaration."""
    return [setting for setting in house.declared().values() if section_of(setting) == section]


class SettingsForm(forms.Form):
    """The questions of one page, as their plugins declare them; `only`: the one that is being saved."""

    def __init__(self, section: str, data: Any = None, *, only: str = "") -> None:
        declared = [setting for setting in settings_of(section) if only in {"", setting.key}]
        super().__init__(data, initial={setting.key: house.get(setting.key) for setting in declared})
        for setting in declared:
            self.fields[setting.key] = setting.field()


def redraws(key: str) -> bool:
    """Whether the page looks different once this is saved."""
    return key in REDRAWN or house.declared()[key].page == "apps"
