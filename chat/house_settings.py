"""What an administrator sets about the chat."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Setting

EMOJI = "chat.emoji"
PREVIEWS = "chat.previews"
VISITORS = "chat.visitors"


def emoji_field() -> forms.Field:
    """Return the field for who makes signs of the house."""
    return forms.ChoiceField(
        label=_("Custom emoji can be added by"),
        choices=[("everybody", _("everybody but guests")), ("administrators", _("administrators"))],
        help_text=_("small pictures that people write as “:name:” in messages, and put under them"),
    )


def previews_field() -> forms.Field:
    """Return the field for whether links of messages show what they lead to."""
    return forms.BooleanField(
        label=_("Links in messages show what they lead to"),
        required=False,
        help_text=_("This server asks the page for its title and picture once, so the page learns of no reader."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def visitors_field() -> forms.Field:
    """Return the field for whether people without an account come into channels."""
    return forms.BooleanField(
        label=_("People without an account join channels"),
        required=False,
        help_text=_("through public links. When switched off, visitors are out at once, and no link can be made."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


SETTINGS = (
    Setting(VISITORS, True, visitors_field, "links"),
    Setting(PREVIEWS, True, previews_field),
    Setting(EMOJI, "everybody", emoji_field),
)
