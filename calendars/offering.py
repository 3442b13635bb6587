"""Events and tasks begun with words that somebody said elsewhere: the forms, filled in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from collab.rights.actor import Actor


def event(actor: Actor, space: Any, title: str, text: str) -> str:
    """Return the form of a new event with these words, "" where the actor makes none."""
    if actor.user is None or actor.user.is_guest:
        return ""
    return f"{reverse('calendars:event-new')}?{urlencode({'title': title[:200], 'text': text[:2000]})}"


def task(actor: Actor, space: Any, title: str, text: str) -> str:
    """Return the page of tasks, its line for a new one filled with these words."""
    if actor.user is None or actor.user.is_guest:
        return ""
    return f"{reverse('calendars:tasks')}?{urlencode({'line': title[:200]})}"
