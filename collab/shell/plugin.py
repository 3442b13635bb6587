"""What the frame declares to the house: its colour."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.lib.hues import HUES
from collab.registry.plugin import Every, PersonHooks, Plugin, Setting, Shown, Widget
from collab.shell import exporting
from collab.shell.home import announcing
from collab.shell.searching import SEARCHES

PETROL = "petrole"


class HueField(forms.ChoiceField):
    """A colour by its name, drawn as dots."""

    is_hue = True


def hue_field() -> forms.Field:
    """Return the field for the colour of buttons and links."""
    return HueField(
        label=_("What is the main colour?"),
        choices=[(hue, hue) for hue in (PETROL, *HUES)],
        widget=forms.RadioSelect,
        help_text=_("Of buttons and links. Each is made so that they stay easy to read, in the dark too."),
    )


def logo_field() -> forms.Field:
    """Return a field that stands on no page: a logo is sent as a file (`shell.logo`)."""
    return forms.CharField(label=_("Logo"), required=False, max_length=64)


def remove_logo() -> None:
    """Remove what the frame keeps outside the database."""
    from collab.shell import logo  # loads what draws pictures only when it is needed

    logo.remove_all()


def jobs_block(request: Any) -> str:
    """Return the block of the home page that shows what goes on for me."""
    from collab.shell import jobs  # draws with templates, which need this declaration first

    return jobs.block(request)


def duties_block(request: Any) -> str | Shown:
    """Return the place on the home page into which what is mine to do comes a moment later."""
    from collab.shell import duties  # draws with templates, which need this declaration first

    return duties.waiting(request)


def ending_field() -> forms.Field:
    """Return a field that stands on no page: ending the house has its own way (`shell.erasing`)."""
    return forms.JSONField(label=_("End of the house"), required=False)


plugin = Plugin(
    slug="shell",
    name=_("The house"),
    icon="home",
    widgets=(
        Widget("shell-jobs", _("Under way"), jobs_block, order=5),
        Widget("shell-duties", _("My tasks"), duties_block, order=11),
    ),
    jobs=(Every(3600, "collab.shell.tasks.erase_when_due"),),
    settings=(
        Setting("house.hue", PETROL, hue_field, "general"),
        Setting("house.logo", "", logo_field, ""),
        Setting("house.erase", None, ending_field, ""),
        *announcing.SETTINGS,
    ),
    searches=SEARCHES,
    people=PersonHooks(export=exporting.export),
    erase=remove_logo,
)
