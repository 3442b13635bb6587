"""Who is here: who has a page open, and who touched one lately. Told in batches, whatever the number of people.

Each process of sockets writes all of its people into one sorted set of Redis every `BEAT`, in one exchange; who is not
in it for `GONE` seconds is away from the house. Nothing of it is kept: while Redis is away, nobody is known to be here.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable

from redis.exceptions import RedisError

from collab.events import wake

BEAT, BREATH, GONE = 20.0, 1.0, 55.0
"""Seconds between two beats, at least so many after somebody came, and after the last one of a process that ended."""
IDLE = 600.0
"""Seconds without a touch after which somebody is away from their page."""
HERE, ACTIVE = "collab:here", "collab:active"
"""Sorted sets of Redis: the id of a person, by the second at which they were seen, and at which they did something."""
ONLINE, AWAY = "online", "away"
_DAY = 24 * 3600.0

_active: dict[int, float] = {}


def touch(person: int) -> None:
    """Note that a person of this process did something; told with the next beat."""
    _active[person] = time.time()


def beat(people: Collection[int]) -> None:
    """Write who is here in this process, and forget who was long ago: one exchange, however many people."""
    now = time.time()
    fresh = {str(pk): _active[pk] for pk in people if pk in _active}
    for pk in _active.keys() - set(people):
        _active.pop(pk, None)
    try:
        pipe = wake.client().pipeline(transaction=False)
        if people:
            pipe.zadd(HERE, dict.fromkeys(map(str, people), now))
        if fresh:
            pipe.zadd(ACTIVE, fresh, gt=True)
        pipe.zremrangebyscore(HERE, 0, now - GONE)
        pipe.zremrangebyscore(ACTIVE, 0, now - _DAY)
        pipe.execute()
    except (RedisError, OSError):
        return  # told with the next one


def states(people: Iterable[int]) -> dict[int, str]:
    """Return {person: ONLINE or AWAY} of those among these who are here. One exchange with Redis."""
    wanted = sorted(set(people))
    if not wanted:
        return {}
    names = list(map(str, wanted))
    try:
        pipe = wake.client().pipeline(transaction=False)
        pipe.zmscore(HERE, names)
        pipe.zmscore(ACTIVE, names)
        here, active = pipe.execute()
    except (RedisError, OSError):
        return {}
    now = time.time()
    return {
        pk: ONLINE if now - (touched or 0.0) < IDLE else AWAY
        for pk, seen, touched in zip(wanted, here, active, strict=True)
        if seen is not None and now - seen < GONE
    }
