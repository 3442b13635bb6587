"""What administrators set about spaces: the room of new ones, and how far their own access goes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry import house
from collab.registry.plugin import Setting
from collab.spaces import room

FULL, METADATA_ONLY = "full", "metadata_only"


def administrators_enter() -> bool:
    """Whether an administrator may take charge of a space that others manage."""
    return bool(house.get("spaces.admin_access") == FULL)


def access_field() -> forms.Field:
    """Return the field for what administrators may do with spaces of others."""
    return forms.ChoiceField(
        label=_("May administrators take charge of a space that others manage?"),
        choices=[
            (FULL, _("Yes, and the audit log says so")),
            (METADATA_ONLY, _("No: they see its name, its size and how many people are in it")),
        ],
        widget=forms.RadioSelect,
        help_text=_("They can still put people into groups and give new passwords; the audit log tells of it."),
    )


SETTINGS = (
    Setting("spaces.personal_quota", None, room.of_new_people, "files"),
    Setting("spaces.quota", None, room.of_new_spaces, "files"),
    Setting("spaces.admin_access", FULL, access_field, "people"),
)
