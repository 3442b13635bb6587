"""What the machinery of events declares to the house: how long the audit log is kept, and its periodic work."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collab.events import exporting
from collab.registry.plugin import Every, PersonHooks, Plugin, Setting


def days_field() -> forms.Field:
    """Return the field for the days that an entry is kept."""
    return forms.IntegerField(
        label=_("How many days is the audit log kept?"),
        min_value=30,
        max_value=3650,
        help_text=_("Older entries are deleted every night, for good."),
    )


plugin = Plugin(
    slug="events",
    name=_("Events"),
    icon="clock",
    jobs=(
        Every(60, "collab.events.tasks.rescue_jobs"),
        Every(24 * 3600, "collab.events.tasks.sweep_audit"),
    ),
    people=PersonHooks(export=exporting.export),
    settings=(Setting("audit.days", 365, days_field, "people"),),
)
