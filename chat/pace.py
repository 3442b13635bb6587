"""How often a program may ask, and a person do what costs much: so many calls at once, then so many each second, over
all processes of the house.

The count stands in Redis, under the clock of Redis; while that is away each process counts for itself, so that a
program is still slowed down, and none is stopped by it.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from redis.exceptions import RedisError

from collab.events import wake

RATE, BURST = 20.0, 400
"""Calls each second, and at once: a client that draws its first page asks some fifty times."""
_AWAY, _REMEMBERED = 5.0, 10_000
# kept: the moment at which all that was asked is paid for (GCRA); {moment asked for, refused or not}
_SCRIPT = """local t = redis.call('TIME') local now = t[1] + t[2] / 1000000
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + 1 / ARGV[1]
if due - now > ARGV[2] / ARGV[1] then return {0, tostring(due - 1 / ARGV[1] - now)} end
redis.call('SET', KEYS[1], string.format('%.6f', due), 'EX', math.ceil(ARGV[2] / ARGV[1]) + 1)
return {1, tostring(due - now)}"""

_here: OrderedDict[str, float] = OrderedDict()
_away_until = 0.0


@dataclass(frozen=True)
class Left:
    """`allowed`: this call; `calls`: so many more at once; `seconds` until all are free again, `wait`: until one is."""

    allowed: bool
    calls: int
    seconds: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """As Mattermost says it."""
        told = {"X-Ratelimit-Limit": str(BURST), "X-Ratelimit-Remaining": str(self.calls)}
        return told | {"X-Ratelimit-Reset": str(self.seconds)}


def take(who: str, rate: float = 0, burst: float = 0) -> Left:
    """Count one call of a program or a neighbourhood; with `rate` a second and `burst` at once, of something else."""
    global _away_until
    rate, burst = rate or RATE, burst or BURST
    if settings.REDIS_URL and time.monotonic() >= _away_until:
        key = f"collab:chat-pace:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
        try:
            allowed, ahead = wake.client().eval(_SCRIPT, 1, key, rate, burst)  # type: ignore[misc]
            return _left(bool(allowed), float(ahead), rate, burst)
        except (RedisError, OSError):
            _away_until = time.monotonic() + _AWAY
    return _take_here(who, rate, burst)


def _take_here(who: str, rate: float, burst: float) -> Left:
    now = time.monotonic()
    due = max(_here.pop(who, 0.0), now) + 1 / rate
    allowed = due - now <= burst / rate
    _here[who] = due if allowed else due - 1 / rate
    while len(_here) > _REMEMBERED:
        _here.popitem(last=False)
    return _left(allowed, _here[who] - now, rate, burst)


def _left(allowed: bool, ahead: float, rate: float, burst: float) -> Left:
    calls = max(0, math.floor(burst - ahead * rate + 1e-6))
    return Left(allowed, calls, math.ceil(ahead), 0 if allowed else max(1, math.ceil(1 / rate)))
