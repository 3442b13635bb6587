"""What the frame knows of a person, for the archive they take with them: how they left their home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def export(person: Any, into: Any) -> None:
    """Put in the state of the home page, all of its fields."""
    from collab.shell.models import HomeState  # the plugin that names this is read before models are

    into.json("home.json", list(HomeState.objects.filter(user=person).values()), about=_("State of your home page"))
