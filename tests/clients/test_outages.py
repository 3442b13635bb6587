"""Whatever is away or full, a device loses nothing: only what was deleted elsewhere is deleted here."""

from __future__ import annotations

import threading
import time

import pytest

from collab.spaces.models import Space
from files.models import Node
from tests import town
from tests.clients import trees
from tests.clients.gate import Gate
from tests.clients.nextcloud import Device, needed, settle
from tests.clients.wire import Wire
from tests.live import web_environment

pytestmark = needed

FOLDERS = 20


def test_over_quota_the_file_stays_on_the_device(device):
    laptop = device("alice")
    space = Space.objects.filter(owner__username="alice")
    space.update(quota=12_000_000)
    trees.put(laptop.folder, "small.txt", b"fits")
    trees.put_large(laptop.folder, "one request.bin", 4_000_000)
    trees.put_large(laptop.folder, "also one.bin", 9_000_000)
    trees.put_large(laptop.folder, "in chunks.bin", 25_000_000)
    before = laptop.facts
    run = laptop.sync()
    assert run.code == 1
    assert trees.same(laptop.facts, before)
    stored = set(Node.objects.living().exclude(parent=None).values_list("name", flat=True))
    assert "small.txt" in stored
    assert "in chunks.bin" not in stored
    assert space.get().used <= 12_000_000
    space.update(quota=None)
    laptop.forget_failures()
    assert laptop.sync().code == 0
    assert trees.same(laptop.facts, before)
    desktop = device("alice")
    settle(laptop, desktop)
    assert town.is_clean(deep=True)


def test_a_server_that_restarts_deletes_nothing(device, server):
    web = server()
    laptop, desktop = device("alice", web.url), device("alice", web.url)
    fill(laptop)
    settle(laptop, desktop)
    before = desktop.facts
    web.stop()
    assert desktop.sync().code == 1
    assert trees.same(desktop.facts, before)
    web.start()
    trees.put(desktop.folder, "0/after.txt", b"after the restart")
    settle(desktop, laptop)
    assert desktop.facts.keys() == before.keys() | {"0/after.txt"}


def test_a_server_killed_in_the_middle_loses_nothing(device, server):
    web = server()
    laptop, desktop = device("alice", web.url), device("alice", web.url)
    fill(laptop)
    before = laptop.facts
    for moment in (0.4, 0.8):
        sync = laptop.start()
        time.sleep(moment)
        web.kill()
        sync.wait(60)
        assert trees.same(laptop.facts, before)
        web.start()
    settle(laptop, desktop)
    assert trees.same(desktop.facts, before)
    assert town.is_clean(deep=True)


@pytest.fixture
def gate(tmp_path):
    found = Gate(tmp_path / "gate")
    yield found
    found.close()


def test_while_the_database_is_away_everything_is_a_whole_503(device, server, gate):
    web = server(DATABASE_URL=gate.url(web_environment()["DATABASE_URL"]))
    laptop = device("alice", web.url)
    fill(laptop)
    assert laptop.sync().code == 0
    before = laptop.facts
    gate.shut()
    for method, path in (("PROPFIND", "0/"), ("GET", "0/text.txt"), ("PUT", "0/new.txt")):
        started = time.monotonic()
        with Wire(web.url, "alice", laptop.password) as wire:
            answer = wire(method, f"/remote.php/dav/files/alice/{path}", Depth="1")
        assert (answer.status, "retry-after" in answer.headers) == (503, True), (method, path)
        assert b"<d:multistatus" not in answer.body
        assert time.monotonic() - started < 8
    laptop.sync()
    assert trees.same(laptop.facts, before)
    gate.open()
    assert until_it_answers(web.url) < 10
    assert laptop.sync().code == 0
    assert trees.same(laptop.facts, before)
    assert Node.objects.living().filter(name="new.txt").count() == 0


def test_a_database_lost_in_the_middle_of_a_sync_deletes_nothing(device, server, gate):
    web = server(DATABASE_URL=gate.url(web_environment()["DATABASE_URL"]))
    laptop, desktop = device("alice", web.url), device("alice", web.url)
    fill(laptop)
    settle(laptop, desktop)
    before = desktop.facts
    for round_ in range(2):
        for number in range(FOLDERS):
            trees.put(laptop.folder, f"{number}/round {round_}.txt", b"so that every folder must be looked into")
        assert laptop.sync().code == 0
        cut = threading.Timer(0.15 + 0.1 * round_, gate.shut)
        cut.start()
        desktop.sync()
        cut.join()
        assert desktop.facts.items() >= before.items(), "nothing that was there is gone"
        gate.open()
        until_it_answers(web.url)
    settle(laptop, desktop)
    assert len(desktop.facts) == len(before) + 2 * FOLDERS
    assert town.is_clean()


def fill(laptop: Device) -> None:
    """Folders with a file each."""
    for number in range(FOLDERS):
        trees.put(laptop.folder, f"{number}/text.txt", f"text {number}".encode())


def until_it_answers(url: str) -> float:
    """Wait for listings, one after the other so that each worker gives some, and return how long it took."""
    started, well = time.monotonic(), 0
    while well < 8 and time.monotonic() - started < 60:
        with Wire(url, "alice", "alice-password") as wire:
            status = wire("PROPFIND", "/remote.php/dav/files/alice/", Depth="1").status
        well = well + 1 if status == 207 else 0
        time.sleep(0.1)
    return time.monotonic() - started
