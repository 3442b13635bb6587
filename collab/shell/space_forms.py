"""What people type about a space."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.lib.hues import HUES
from collab.shell.templatetags.shell import filesize
from collab.spaces.actions import rooms
from collab.spaces.actions.editing import LONGEST_FRONT
from collab.spaces.models import Space
from collab.spaces.room import RoomField, shown_room
from collab.spaces.templates import TEMPLATES


class SpaceForm(forms.Form):
    """A space: its name, what it is for, its colour."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    hue = forms.ChoiceField(label=_("Colour"), required=False, choices=[(h, h) for h in HUES], widget=forms.RadioSelect)


class NewSpaceForm(forms.Form):
    """A space to be: what it starts from, its name, what it is for."""

    template = forms.ChoiceField(
        label=_("Start from"),
        choices=lambda: [(one.slug, one.name) for one in TEMPLATES],
        initial=TEMPLATES[0].slug,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the space starts from.")},
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data=None):
        if data is not None and "template" not in data:
            data = data.copy()
            data["template"] = TEMPLATES[0].slug
        super().__init__(data)


class CopyForm(forms.Form):
    """A space like another."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is for"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    content = forms.BooleanField(
        label=_("The files too"), required=False, help_text=_("otherwise the folders come empty")
    )
    people = forms.BooleanField(
        label=_("The rights of single persons too"), required=False, help_text=_("those of groups come in any case")
    )


class FrontForm(forms.Form):
    """The text of the front page."""

    front = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=LONGEST_FRONT,
        strip=False,
        help_text=_("“## Title” makes a title, “- ” a list, **stars** bold, [words](https://…) a link."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean_front(self):
        return self.cleaned_data["front"].replace("\r\n", "\n").strip("\n ")


class RoomForm(forms.Form):
    """How much room a space has: as the house says, or its own."""

    house = forms.BooleanField(label=_("As the house says"), required=False)
    quota = RoomField(
        label=_("Room of its own, in GB"),
        help_text=_("Empty: no limit but the disk. What is already there stays in any case."),
    )

    def __init__(self, space: Space, data: Any = None) -> None:
        super().__init__(data, initial={"house": not space.own_room, "quota": space.quota if space.own_room else None})
        given = filesize(rooms.of_house(space)) or _("no limit")
        self.fields["house"].help_text = _("now %(room)s; it follows when that changes") % {"room": given}

    def save(self, actor: Any, space: Space) -> dict[str, str]:
        """Set it; return what the form must send to bring back what was there."""
        before = {"quota": shown_room(space.quota), "house": "" if space.own_room else "on"}
        if self.cleaned_data["house"]:
            rooms.follow_house(actor, space)
        else:
            rooms.set_quota(actor, space, self.cleaned_data["quota"])
        return before
