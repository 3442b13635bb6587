"""Many files and a very large one, from one device to another."""

from __future__ import annotations

import random
import time

import pytest

from tests import town
from tests.clients import trees
from tests.clients.nextcloud import needed

pytestmark = [pytest.mark.full, *needed]

FILES = 3000
GIB = 2**30


def test_3000_files(device):
    laptop, desktop = device("alice"), device("alice")
    chance = random.Random(3000)
    for number in range(FILES):
        path = f"{number % 30}/{number % 300}/{number}.bin"
        trees.put(laptop.folder, path, chance.randbytes(int(chance.paretovariate(0.6) * 100) % 300_000), 10**9 + number)
    timed("up", laptop)
    timed("down", desktop)
    assert trees.same(laptop.folder, desktop.folder)
    assert len(desktop.sync().requests) <= 5
    assert town.is_clean(deep=True)


def test_a_gibibyte(device):
    laptop, desktop = device("alice"), device("alice")
    film = trees.put_large(laptop.folder, "film.bin", GIB)
    # when all that a device holds goes at once, the client asks its person first, for ever
    (laptop.folder / "beside.txt").write_text("stays")
    timed("up", laptop)
    timed("down", desktop)
    assert trees.same(laptop.folder, desktop.folder)
    film.rename(laptop.folder / "renamed.bin")
    moved = laptop.sync()
    assert (moved.count("MOVE"), moved.count("PUT")) == (1, 0)
    with film.with_name("renamed.bin").open("r+b") as file:
        file.seek(GIB // 2)
        file.write(b"edited in the middle")
    timed("edited up", laptop)
    timed("edited down", desktop)
    assert trees.same(laptop.folder, desktop.folder)
    assert town.is_clean(deep=True)


def timed(what: str, one) -> None:
    started = time.monotonic()
    run = one.sync()
    print(f"{what}: {time.monotonic() - started:.1f} s, {len(run.requests)} requests")
    assert run.code == 0, run.log[-3000:]
