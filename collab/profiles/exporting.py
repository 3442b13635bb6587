"""What a person said of themselves and their picture, for the archive they take with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.profiles.models import Portrait, Status


def export(person: Any, into: Any) -> None:
    """Put in the status, and the picture that is shown in its largest size."""
    facts = ("kind", "kind_until", "icon", "message", "predefined", "clear_at", "changed_at")
    said = Status.objects.filter(user=person).values(*facts).first()
    into.json("status.json", said or {}, about=_("What you say you are at"))
    shown = Portrait.objects.filter(user=person, mark=person.portrait).order_by("-side").first()
    if shown is not None:
        into.write("portrait.jpg", bytes(shown.content), about=_("Your picture"))
