"""What the core must know about encryption: its work, how it is, and the key that counts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.registry.plugin import Every, Plugin, Setting
from collab.registry.upkeep import Health
from collab.vault import keys, state


def key_field() -> forms.Field:
    """Return the field of a setting that no page asks for: `vault.actions` alone writes it."""
    return forms.CharField(label=_("Encryption"), required=False, max_length=16)


plugin = Plugin(
    slug="vault",
    name=_("Encryption"),
    icon="lock",
    jobs=(Every(60, "collab.vault.tasks.go_on"),),
    settings=(Setting(keys.SETTING, "", key_field, ""),),
    health=(Health(_("Encryption"), state.health),),
)
