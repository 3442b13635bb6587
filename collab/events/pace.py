"""How soon those who follow the change log read on: at once after a change; while changes pour in, some step back.

Who tells people (the bell, the brake on deletions) is always called soon. A reader that is `patient`, as the search,
waits longer while somebody uploads by the thousand: it then reads many changes in one go, which costs a fraction for
each. Keys in Redis only decide when; whatever is lost there, the clock of the worker reads all every few seconds.
"""

from __future__ import annotations

import contextlib

import redis
from celery import current_app
from django.conf import settings

from collab.events import wake

SOON = 0.3
"""Seconds after a change: what happens in between goes along."""
RARELY = 2.0
"""The same for who is patient, while changes pour in."""
MANY = 8
"""So many changes between two readings pour in."""
_CALLED, _LATER, _POURING = "collab:readers", "collab:readers:later", "collab:readers:pouring"


def call(client: redis.Redis) -> None:
    """Have the log read: something was written. Raises RedisError."""
    if not client.set(_CALLED, 1, nx=True, px=int(SOON * 1000)):
        return
    pours = bool(client.exists(_POURING))
    _send(SOON, patient=not pours)
    if pours and client.set(_LATER, 1, nx=True, px=int(RARELY * 1000)):
        _send(RARELY, patient=True)


def note(count: int) -> None:
    """Note how many changes one reading found for one reader."""
    if count < MANY or not settings.REDIS_URL:
        return
    with contextlib.suppress(redis.RedisError):
        wake.client().set(_POURING, 1, px=int(2 * RARELY * 1000))


def _send(after: float, *, patient: bool) -> None:
    current_app.send_task("collab.events.tasks.read", (patient,), countdown=after, expires=after + 5)
