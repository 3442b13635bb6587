"""What the stream declares to the house: it forgets with the people."""

from django.utils.translation import gettext_lazy as _

from collab.activity.exporting import export
from collab.activity.forgetting import forget
from collab.registry.plugin import PersonHooks, Plugin

plugin = Plugin(slug="activity", name=_("Activity"), icon="clock", people=PersonHooks(forget=forget, export=export))
