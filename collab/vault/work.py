"""Bringing what is there already under the key that counts: in steps, resumed where it stopped, told on the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from collab.lib.errors import Refusal
from collab.registry import house, registry
from collab.registry.upkeep import Sealing
from collab.vault import keys
from collab.vault.models import Vault

_LOCK = 0x5EA1ED + 1
_IN_A_ROW = 20
"""Contents that cannot be read one after another: the store is away, the next minute tries again."""
_TELL_EVERY = 5.0


class Done(NamedTuple):
    """How far it is: contents, and those among them that wait."""

    total: int
    waiting: int

    @property
    def ready(self) -> int:
        return self.total - self.waiting


def progress() -> Done:
    """Return how many contents are as they are wanted."""
    name = house.get(keys.SETTING)
    return Done(sum(one.total() for one in _sealings()), sum(one.waiting(name) for one in _sealings()))


def go_on(seconds: float = 50, tell: Callable[[Done], None] = lambda done: None) -> bool:
    """Work for so long at most, unless another process does. Returns whether something is left that can be done."""
    until = time.monotonic() + seconds
    for one in _sealings():
        one.tidy()
    house.forget_all()
    name = keys.wanted()
    if not any(one.waiting(name) for one in _sealings()):
        return False
    with _alone() as mine:
        if not mine:
            return False
        left = False
        for one in _sealings():
            left = _bring(one, name, until, tell) or left
        return left


def _bring(one: Sealing, name: str, until: float, tell: Callable[[Done], None]) -> bool:
    after = row = 0
    told, trouble = float("-inf"), ""
    while time.monotonic() < until:
        house.forget_all()
        if keys.wanted() != name:
            return True  # something else is wanted since: the next time
        try:
            step = one.step(name, after)
        except Refusal as reason:
            _note(str(reason.message), moved=False)
            return False
        if step is None:
            _note(trouble, moved=after > 0 and not row)
            return False
        after, trouble = step.number, step.trouble or trouble
        row = row + 1 if step.trouble else 0
        if row >= _IN_A_ROW:
            _note(trouble, moved=False)
            return False
        if time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            _note(trouble, moved=not row)
            tell(progress())
    return True


def _sealings() -> list[Sealing]:
    return [store.sealing for store in registry.stores() if store.sealing is not None]


def _note(trouble: str, *, moved: bool) -> None:
    row = Vault.objects.filter(pk=Vault.ONE)
    row.update(trouble=trouble[:300], **({"moved_at": timezone.now()} if moved else {}))


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of who does this; yields whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
