"""The growing delay at every door that takes a secret; kept in PostgreSQL, so Redis being away changes nothing.

A wrong try is counted per account and neighbourhood, and per neighbourhood alone. Nobody is locked
out: another network is not slowed down, and time heals. A try costs one row read and one written,
next to the 50 ms of Argon2 it guards; app passwords (128 random bits, unguessable) and login
passwords verified in the last minute are not asked here at all, so a working client pays nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import ngettext

from collab.lib.addresses import neighbourhood
from collab.lib.errors import TooMany

LONGEST = 900
FORGOTTEN_AFTER = 6 * 3600
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Door:
    """`family`: doors of one family guess the same secret and share one count; `free`: tries without delay;
    `crowd`: the same for a whole neighbourhood, where an association may share one address.
    """

    family: str
    free: int = 8
    crowd: int = 60
    first: int = 10


DOORS = {
    "web": Door("password"),
    "dav": Door("password"),
    "ocs": Door("password"),
    "admin": Door("password"),
    "two-factor": Door("code", free=5),
    "reset": Door("reset", free=4, crowd=20, first=60),
    "strength": Door("strength", free=120, crowd=1200, first=5),
    "setup": Door("setup", free=8, crowd=20),
    "login-flow": Door("login-flow", free=20, crowd=60),
    "login-flow-poll": Door("login-flow-poll", free=40, crowd=400),
    "link": Door("link"),
}


@dataclass
class Throttle:
    """One visit at a door: `check` before the secret is looked at, then `fail` or `succeed`."""

    _seen: set[str] = field(default_factory=set)

    def check(self, door: str, account: str, address: str) -> None:
        """Raise TooMany, with the seconds to wait, while this account or neighbourhood must wait."""
        rule = DOORS[door]
        pair, crowd = _keys(rule, account, address)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, failures, extract(epoch FROM now() - last_at) FROM accounts_attempt WHERE key IN (%s, %s)",
                [pair, crowd],
            )
            rows = cursor.fetchall()
        self._seen = {key for key, _failures, _age in rows}
        wait = max(
            (
                delay(rule, failures, rule.free if key == pair else rule.crowd) - float(age)
                for key, failures, age in rows
            ),
            default=0,
        )
        if wait > 0:
            raise too_many(int(wait) + 1)

    def fail(self, door: str, account: str, address: str, *, secret: str = "") -> None:
        """Count a wrong try.

        The same wrong `secret` again is not counted: a phone that still has last year's password, or
        owncloudcmd, which repeats each request six times, must not slow its person down.
        """
        rule = DOORS[door]
        if secret and _REPEATS.seen(f"{rule.family}\0{account}\0{secret}"):
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO accounts_attempt AS a (key, failures, last_at) VALUES (%s, 1, now()), (%s, 1, now())
                ON CONFLICT (key) DO UPDATE SET last_at = now(), failures = CASE
                WHEN a.last_at < now() - make_interval(secs => %s) THEN 1 ELSE a.failures + 1 END""",
                [*_keys(rule, account, address), FORGOTTEN_AFTER],
            )

    def succeed(self, door: str, account: str, address: str) -> None:
        """Forget the failures of this account here; the neighbourhood's stay, or any account would reset them."""
        pair, _crowd = _keys(DOORS[door], account, address)
        if pair in self._seen:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM accounts_attempt WHERE key = %s", [pair])


def delay(rule: Door, failures: int, free: int) -> int:
    """Return the seconds to wait after so many failures: none at first, then doubling up to a quarter of an hour."""
    if failures < free:
        return 0
    return min(LONGEST, rule.first << min(failures - free, 10))


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
        cursor.execute(
            "DELETE FROM accounts_attempt WHERE last_at < now() - make_interval(secs => %s)", [FORGOTTEN_AFTER]
        )
        return cursor.rowcount


def _keys(rule: Door, account: str, address: str) -> tuple[str, str]:
    """Return the keys of account-and-neighbourhood and of the neighbourhood; names are hashed, any length fits."""
    network = neighbourhood(address)
    name = hashlib.sha256(account.encode(errors="replace")).hexdigest()[:32]
    return f"{rule.family}:{name}@{network}", f"{rule.family}:@{network}"


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
