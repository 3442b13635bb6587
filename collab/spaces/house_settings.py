"""What administrators set about spaces: the room of new ones, and how far their own access goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def follow(kind: str) -> Callable[[Any], None]:
    """Return what lets the spaces of this kind follow the house when its room for them changes."""

    def changed(value: Any) -> None:
        from collab.spaces.actions import rooms  # actions need the registry to be filled

        rooms.house_changed(kind, value)

    return changed


SETTINGS = (
    Setting("spaces.personal_quota", None, room.of_people, "files", follow("personal")),
    Setting("spaces.quota", None, room.of_spaces, "files", follow("team")),
    Setting("spaces.admin_access", FULL, access_field, "people"),
)
