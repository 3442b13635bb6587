"""kill -9 of the server: no acknowledged byte is lost, nothing shows in part, the next try succeeds."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import threading
import time

import pytest

from files.models import Node
from tests import town
from tests.clients.server import Server
from tests.clients.wire import Answer, Wire
from tests.full import faults
from tests.full.ledger import Ledger
from tests.live import make_person

pytestmark = pytest.mark.full

HOME = "/remote.php/dav/files/alice"
UPLOADS = "/remote.php/dav/uploads/alice"
OLD, NEW = b"old " * 1000, b"new " * 2000
MOST_CALLS = 60
LEAST_POINTS = {"fsync": 2, "rename": 1, "sendto": 2}
"""A file's bytes and its folder are made durable apart; who asks the database asks more than once."""
BROKEN = (OSError, http.client.HTTPException)


def put_new(wire: Wire) -> Answer:
    return wire("PUT", f"{HOME}/new.bin", NEW)


def put_over(wire: Wire) -> Answer:
    return wire("PUT", f"{HOME}/old.bin", NEW)


def put_in_parts(wire: Wire) -> Answer:
    wire("MKCOL", f"{UPLOADS}/t1")
    for number, start in enumerate(range(0, len(NEW), 3000)):
        answer = wire("PUT", f"{UPLOADS}/t1/{number:05}", NEW[start : start + 3000])
        assert answer.status == 201, answer
    return wire("MOVE", f"{UPLOADS}/t1/.file", Destination=f"{HOME}/old.bin", OC_Total_Length=str(len(NEW)))


def move(wire: Wire) -> Answer:
    return wire("MOVE", f"{HOME}/old.bin", Destination=f"{HOME}/folder/new.bin")


def copy(wire: Wire) -> Answer:
    return wire("COPY", f"{HOME}/old.bin", Destination=f"{HOME}/folder/new.bin")


def delete(wire: Wire) -> Answer:
    return wire("DELETE", f"{HOME}/old.bin")


DONE = {
    put_new: {"old.bin": OLD, "new.bin": NEW},
    put_over: {"old.bin": NEW},
    put_in_parts: {"old.bin": NEW},
    move: {"new.bin": OLD},
    copy: {"old.bin": OLD, "new.bin": OLD},
    delete: {},
}


@pytest.mark.skipif(bool(faults.why_not()), reason=faults.why_not())
@pytest.mark.parametrize(
    ("calls", "operation"),
    [
        *(("fsync", operation) for operation in (put_new, put_over, put_in_parts)),
        *(("rename", operation) for operation in (put_new, put_in_parts)),
        *(("sendto", operation) for operation in DONE),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_killed_at_every_call(server, tmp_path, transactional_db, calls, operation):
    """Before the Nth fsync, rename or statement to the database (COMMIT is one), for every N until none is left."""
    _alice, password = make_person("alice")
    web: Server = server(workers=1, threads=1)
    points = 0
    for number in range(1, MOST_CALLS):
        reset(web, password)
        before = files()
        web.stop()
        web.start(faults.inject(f"signal=KILL:when={number}", tmp_path, calls=calls))
        with contextlib.suppress(*BROKEN), Wire(web.url, "alice", password, timeout=20) as wire:
            answer = operation(wire)
            assert answer.status in {201, 204}, answer
            assert files() == DONE[operation], "what was acknowledged is there"
        web.stop()  # in peace, so that strace writes down what it did
        if not faults.struck(tmp_path):
            break
        points += 1
        assert files() in (before, DONE[operation]), (number, "all or nothing")
        assert town.is_clean(deep=True)
        web.start()
        again(web, password, operation)
    assert points >= LEAST_POINTS[calls], "it was struck at each of them"
    assert number < MOST_CALLS - 1, "there was an end"
    print(f"{operation.__name__}: killed at {points} points of {calls}")


def again(web: Server, password: str, operation) -> None:
    """The client tries once more: it succeeds, or was done already."""
    with Wire(web.url, "alice", password) as wire:
        if operation in {move, delete} and files() == DONE[operation]:
            return
        assert operation(wire).status in {201, 204}
    assert files() == DONE[operation]
    assert town.is_clean(deep=True)


def reset(web: Server, password: str) -> None:
    """Start over: old.bin, an empty folder, nothing else."""
    with Wire(web.url, "alice", password) as wire:
        for name in ("old.bin", "new.bin", "folder"):
            wire("DELETE", f"{HOME}/{name}")
        wire("DELETE", f"{UPLOADS}/t1")
        assert wire("PUT", f"{HOME}/old.bin", OLD).status == 201
        assert wire("MKCOL", f"{HOME}/folder").status == 201


def files() -> dict[str, bytes]:
    """What a person would find, by name."""
    return {node.name: town.read(node) for node in Node.objects.living().exclude(blob=None)}


KILLS = 50
AT_ONCE = 4


def test_killed_at_random_over_200_uploads(server, tmp_path, transactional_db):
    _alice, password = make_person("alice")
    seed = int(os.environ.get("COLLAB_SEED", time.time()))
    print(f"COLLAB_SEED={seed}")
    chance = random.Random(seed)
    web: Server = server()
    ledger = Ledger(tmp_path / "ledger")
    for round_ in range(KILLS):
        uploads = []
        for number in range(AT_ONCE):
            name = f"{chance.randrange(100)}-{number}.bin"  # a quarter or so are overwritten by and by
            size = chance.choice([0, 1, 1000, 70_000, 1_000_000, chance.randrange(20_000_000)])
            content = chance.randbytes(size)
            in_parts = chance.random() < 0.4
            arguments = (web.url, password, ledger, name, content, f"{round_}-{number}" if in_parts else "")
            uploads.append(threading.Thread(target=upload, args=arguments))
        # its port is open before its workers have loaded: the blow is meant for work, not for their start
        with Wire(web.url, "alice", password) as wire:
            assert wire("PROPFIND", f"{HOME}/", Depth="0").status == 207
        for thread in uploads:
            thread.start()
        time.sleep(chance.uniform(0.005, 0.5))
        web.kill()
        for thread in uploads:
            thread.join()
        web.start()
    with Wire(web.url, "alice", password) as wire:
        names = Node.objects.living().exclude(blob=None).values_list("name", flat=True)
        there = {name: wire("GET", f"{HOME}/{name}").body for name in names}
    ledger.close()
    print(f"{KILLS * AT_ONCE} uploads, {KILLS} kills, {len(ledger.path.read_text().splitlines())} acknowledged")
    assert ledger.acknowledged, "some got through"
    assert ledger.lost(there) == []
    assert town.is_clean(deep=True)


def upload(url: str, password: str, ledger: Ledger, name: str, content: bytes, transfer: str) -> None:
    """Send once; a server that dies on the way is what this is about."""
    ledger.trying(name, content)
    with contextlib.suppress(*BROKEN), Wire(url, "alice", password, timeout=30) as wire:
        if not transfer:
            answer = wire("PUT", f"{HOME}/{name}", content)
        else:
            wire("MKCOL", f"{UPLOADS}/{transfer}")
            half = len(content) // 2
            wire("PUT", f"{UPLOADS}/{transfer}/1", content[:half])
            wire("PUT", f"{UPLOADS}/{transfer}/2", content[half:])
            total = {"OC_Total_Length": str(len(content))}
            answer = wire("MOVE", f"{UPLOADS}/{transfer}/.file", Destination=f"{HOME}/{name}", **total)
        if answer.status in {201, 204}:
            ledger.note(name, content)
