"""Tickets for one visit at a door where no header can be sent: for who signed in just now, good once, for seconds."""

from __future__ import annotations

import secrets

from django.core.cache import cache

from collab.accounts import credentials

SECONDS = 15


def issue(user_id: int, device: str) -> str:
    """Return a ticket for this person's device (`Actor.device`); only its hash is kept."""
    ticket = secrets.token_urlsafe(32)
    cache.set(_key(ticket), (user_id, device), SECONDS)
    return ticket


def take(ticket: str) -> tuple[int, str] | None:
    """Return (person, device) for a ticket, once; None for one that is unknown, used or too old."""
    key = _key(ticket)
    found = cache.get(key)
    # of two who come with the same ticket, one deletes it
    return found if found is not None and cache.delete(key) else None


def _key(ticket: str) -> str:
    return f"collab:pass:{credentials.digest(ticket).hex()}"
