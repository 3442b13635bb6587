"""The language and the hour of a person whom no session brought: devices bring a password."""

from __future__ import annotations

import contextlib
import zoneinfo
from typing import Any

from django.utils import timezone, translation


def speak_to(user: Any) -> None:
    """Use the person's language and time for the rest of the request, as far as they chose any."""
    if user is None:
        return
    if user.language:
        translation.activate(user.language)
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError):
        if user.time_zone:
            timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
