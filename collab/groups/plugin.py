"""What groups declare to the house: what a person takes with them."""

from django.utils.translation import gettext_lazy as _

from collab.groups import exporting
from collab.registry.plugin import PersonHooks, Plugin

plugin = Plugin(slug="groups", name=_("Groups"), icon="people", people=PersonHooks(export=exporting.export))
