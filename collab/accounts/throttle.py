"""The growing delay at every door that takes a secret; kept in PostgreSQL, so Redis being away changes nothing.

A wrong try is counted per account and neighbourhood, and per neighbourhood alone; each count heals
with time. Nobody is locked out: another network is not slowed down, and whoever waited may try. A try
costs one query before and one after, next to the 50 ms of Argon2 it guards; app passwords (128 random
bits, unguessable) and logins verified in the last minute never come here: a working client pays nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import ngettext

from collab.accounts import tries
from collab.lib.addresses import neighbourhood
from collab.lib.errors import TooMany

_REMEMBERED = 10_000
_KEPT_HOURS = 24


@dataclass(frozen=True)
class Limit:
    """`free` failures without delay, then `first` seconds, doubling to `longest`; one heals per `heals` seconds."""

    free: int
    first: int
    longest: int
    heals: int

    def delay(self, failures: int) -> int:
        """Return the seconds to wait after so many failures."""
        return 0 if failures < self.free else min(self.longest, self.first << min(failures - self.free, 10))

    def wait(self, failures: int, age: float) -> float:
        """Return the seconds still to wait when the last failure is `age` seconds old."""
        return self.delay(failures - int(age // self.heals)) - age


ACCOUNT = Limit(free=8, first=10, longest=900, heals=900)
"""Ten tries in the first minute, about a hundred a day: a phone with an old password does not notice."""

CROWD = Limit(free=60, first=10, longest=60, heals=60)
"""A whole association may share one address, so this is wide, and never makes anybody wait over a minute."""


@dataclass(frozen=True)
class Door:
    """Doors of one `family` take the same secret and share their counts; `account` is None where nobody is named."""

    family: str
    account: Limit | None = ACCOUNT
    crowd: Limit = CROWD


DOORS = {
    "web": Door("password"),
    "dav": Door("password"),
    "two-factor": Door("code", Limit(free=5, first=15, longest=900, heals=900)),
    "reset": Door("reset", Limit(free=3, first=60, longest=3600, heals=3600), Limit(20, 30, 60, 60)),
    "link": Door("link"),
    "import": Door("import"),
    "link-token": Door("link-token", None, Limit(60, 5, 60, 10)),
    "link-beside": Door("link-beside", None, Limit(60, 5, 60, 10)),
    "find-by-mail": Door("find-by-mail", Limit(free=3, first=60, longest=3600, heals=3600), Limit(20, 30, 60, 60)),
    "ask": Door("ask", Limit(free=3, first=60, longest=3600, heals=3600), Limit(20, 30, 60, 60)),
    "answer": Door("answer", None, Limit(200, 5, 60, 5)),
    "setup": Door("setup", None, Limit(20, 10, 60, 60)),
    "invitation": Door("invitation", None, Limit(20, 10, 60, 60)),
    "register": Door("register", Limit(free=3, first=60, longest=3600, heals=3600), Limit(20, 30, 60, 60)),
    "registration": Door("registration", ACCOUNT, Limit(20, 10, 60, 60)),
    "address": Door("address", Limit(free=3, first=60, longest=3600, heals=3600), Limit(20, 30, 60, 60)),
    "invitation-mail": Door(
        "invitation-mail", Limit(free=3, first=600, longest=14_400, heals=14_400), Limit(500, 1, 1, 1)
    ),
    "login-flow": Door("login-flow", None, Limit(60, 5, 60, 10)),
    "login-flow-poll": Door("login-flow-poll", None, Limit(60, 5, 60, 10)),
    "token": Door("token", None, Limit(60, 5, 60, 10)),
    "digest": Door("digest", None, Limit(60, 5, 60, 10)),
    "direct": Door("direct", None, Limit(60, 5, 60, 10)),
    "ticket": Door("ticket", None, Limit(60, 5, 60, 10)),
    "hook": Door("hook", None, Limit(60, 5, 60, 10)),
    "hook-said": Door("hook-said", Limit(free=60, first=2, longest=30, heals=1), Limit(300, 2, 30, 1)),
    "feed": Door("feed", None, Limit(60, 5, 60, 10)),
    "strength": Door("strength", None, Limit(300, 5, 30, 1)),
}


class Throttle:
    """One visit at a door: `check` before the secret is looked at, then `fail` or `succeed`."""

    def __init__(self) -> None:
        self._failed_lately: set[str] = set()

    def check(self, door: str, account: str, address: str) -> None:
        """Raise TooMany, with the seconds to wait, while this account or neighbourhood must wait."""
        limits = _limits(DOORS[door], account, address)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, failures, extract(epoch FROM clock_timestamp() - last_at)"
                " FROM accounts_attempt WHERE key = ANY(%s)",
                [list(limits)],
            )
            rows = cursor.fetchall()
        self._failed_lately = {key for key, _failures, _age in rows}
        wait = max((limits[key].wait(failures, float(age)) for key, failures, age in rows), default=0)
        if wait > 0:
            raise too_many(int(wait) + 1)

    def fail(
        self, door: str, account: str, address: str, *, secret: str = "", subject: tuple[str, int, str] | None = None
    ) -> None:
        """Count a wrong try, and let the audit log know of it; `subject`: what was tried, where it is no account.

        The same wrong `secret` again is not counted: a phone that still has last year's password, or
        owncloudcmd, which repeats each request six times, must not slow its person down.
        """
        if secret and _REPEATS.seen(f"{DOORS[door].family}\0{account}\0{secret}"):
            return
        with connection.cursor() as cursor:
            # the count stops a little above the longest delay, so that it heals within hours
            cursor.executemany(
                """INSERT INTO accounts_attempt AS a (key, failures, last_at) VALUES (%s, 1, clock_timestamp())
                ON CONFLICT (key) DO UPDATE SET last_at = clock_timestamp(), failures = 1 + greatest(0,
                  least(%s, a.failures) - floor(extract(epoch FROM clock_timestamp() - a.last_at) / %s)::int)""",
                [(key, limit.free + 12, limit.heals) for key, limit in _limits(DOORS[door], account, address).items()],
            )
        tries.note_failure(DOORS[door].family, account, address, subject)

    def succeed(self, door: str, account: str, address: str) -> None:
        """Forget the failures of this account here; the neighbourhood's stay, or any account would reset them."""
        for key, limit in _limits(DOORS[door], account, address).items():
            if limit is DOORS[door].account and key in self._failed_lately:
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM accounts_attempt WHERE key = %s", [key])


def too_many(seconds: int) -> TooMany:
    """Return the refusal that says how long to wait."""
    if seconds < 90:
        text = ngettext(
            "Too many tries. Wait %(count)d second, then try again.",
            "Too many tries. Wait %(count)d seconds, then try again.",
            seconds,
        ) % {"count": seconds}
    else:
        minutes = -(-seconds // 60)
        text = ngettext(
            "Too many tries. Wait %(count)d minute, then try again.",
            "Too many tries. Wait %(count)d minutes, then try again.",
            minutes,
        ) % {"count": minutes}
    return TooMany(text, retry_after=seconds)


def sweep() -> int:
    """Delete counts that time has healed; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_attempt WHERE last_at < now() - make_interval(hours => %s)", [_KEPT_HOURS])
        return cursor.rowcount


def _limits(door: Door, account: str, address: str) -> dict[str, Limit]:
    """Return the keys that count here, with their limits; names are hashed, so any length fits."""
    network = neighbourhood(address)
    found = {f"{door.family}@{network}": door.crowd}
    if door.account is not None:
        name = hashlib.sha256(account.encode(errors="replace")).hexdigest()[:32]
        found[f"{door.family}:{name}@{network}"] = door.account
    return found


class Repeats:
    """Wrong secrets of this process, under a key that dies with it; never written anywhere."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def seen(self, what: str) -> bool:
        """Whether this came before; from now on it did."""
        mark = hmac.digest(self._key, what.encode(errors="replace"), "sha256")
        known = mark in self._known
        self._known[mark] = None
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known


_REPEATS = Repeats()
