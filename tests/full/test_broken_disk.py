"""A disk that fails or is full: the upload is refused, nothing of it is stored, everything else goes on."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings

from files.models import Blob, Node
from tests import town
from tests.clients.server import Server
from tests.clients.wire import Wire
from tests.full import faults
from tests.live import make_person

pytestmark = pytest.mark.full

HOME = "/remote.php/dav/files/alice"
UPLOADS = "/remote.php/dav/uploads/alice"
SMALL, LARGE = b"old", b"new " * 1_000_000


@pytest.mark.skipif(bool(faults.why_not()), reason=faults.why_not())
@pytest.mark.parametrize(
    ("calls", "error", "status"),
    [
        ("fsync", "EIO", 503),
        ("fsync", "ENOSPC", 507),
        ("fsync", "EDQUOT", 507),
        ("rename", "EIO", 503),
        ("rename", "ENOSPC", 507),
    ],
)
def test_a_call_that_fails_stores_nothing(server, tmp_path, transactional_db, calls, error, status):
    _alice, password = make_person("alice")
    web: Server = server(workers=1, threads=1)
    with Wire(web.url, "alice", password) as wire:
        assert wire("PUT", f"{HOME}/old.bin", SMALL).status == 201
        wire("MKCOL", f"{UPLOADS}/t1")
        assert wire("PUT", f"{UPLOADS}/t1/1", LARGE).status == 201
    web.stop()
    web.start(faults.inject(f"error={error}", tmp_path, calls=calls))
    with Wire(web.url, "alice", password) as wire:
        for answer in (
            wire("PUT", f"{HOME}/old.bin", LARGE),
            wire("PUT", f"{HOME}/new.bin", b"small"),
            wire("PUT", f"{HOME}/empty.bin"),
            wire("PUT", f"{UPLOADS}/t1/2", b"part"),
            wire("MOVE", f"{UPLOADS}/t1/.file", Destination=f"{HOME}/old.bin"),
        ):
            assert (answer.status, bool(answer.reason)) == (status, True)
        assert wire("GET", f"{HOME}/old.bin").body == SMALL
        assert wire("PROPFIND", f"{HOME}/", Depth="1").body.count(b"<d:response>") == 2
    assert faults.struck(tmp_path)
    assert staged() == []
    assert (Node.objects.filter(kind=2).count(), Blob.objects.count()) == (1, 1)
    web.kill()
    web.start()
    with Wire(web.url, "alice", password) as wire:
        assert wire("MOVE", f"{UPLOADS}/t1/.file", Destination=f"{HOME}/old.bin").status == 204
        assert wire("GET", f"{HOME}/old.bin").body == LARGE
    assert town.is_clean(deep=True)


@pytest.mark.skipif(bool(faults.why_not()), reason=faults.why_not())
def test_one_fsync_that_fails_is_final(server, tmp_path, transactional_db):
    """After a failed fsync Linux forgets the dirty page, and the next one lies: it is never tried again."""
    _alice, password = make_person("alice")
    web: Server = server(workers=1, threads=1)
    for number in range(1, 10):
        web.stop()
        web.start(faults.inject(f"error=EIO:when={number}", tmp_path))
        with Wire(web.url, "alice", password) as wire:
            answer = wire("PUT", f"{HOME}/{number}.bin", LARGE)
        if not faults.struck(tmp_path):
            break
        assert answer.status == 503
        assert not Node.objects.filter(name=f"{number}.bin").exists()
        assert staged() == []
    assert number > 2, "the bytes and their folder"
    assert answer.status == 201
    assert town.is_clean(deep=True)


def staged() -> list[Path]:
    return [path for path in Path(settings.STAGING_DIR).glob("*") if path.is_file()]


@pytest.fixture
def small_disk(tmp_path, settings):
    """A blob store on a filesystem of 12 MB, where this machine allows to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], check=False).returncode
    ):
        pytest.skip("a small filesystem cannot be mounted here")
    blobs = place / "blobs"
    blobs.mkdir()
    settings.BLOBS_DIR, settings.STAGING_DIR = blobs, blobs / "staging"
    stores = {**settings.STORAGES, "blobs": {**settings.STORAGES["blobs"], "OPTIONS": {"location": str(blobs)}}}
    settings.STORAGES = stores
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk(server, small_disk, transactional_db):
    _alice, password = make_person("alice")
    web: Server = server(COLLAB_BLOBS=str(small_disk / "blobs"))
    with Wire(web.url, "alice", password) as wire:
        assert wire("PUT", f"{HOME}/kept.bin", LARGE).status == 201
        wire("MKCOL", f"{UPLOADS}/t1")
        assert wire("PUT", f"{UPLOADS}/t1/1", b"part").status == 201
        ballast = small_disk / "of somebody else"
        ballast.write_bytes(b"\0" * (7 << 20))

        for answer in (
            wire("PUT", f"{HOME}/new.bin", LARGE),
            wire("PUT", f"{HOME}/kept.bin", LARGE + b"edited"),
            wire.in_pieces("PUT", f"{HOME}/new.bin", LARGE),
            wire("PUT", f"{UPLOADS}/t1/2", LARGE),
        ):
            assert (answer.status, bool(answer.reason)) == (507, True)
        assert wire("GET", f"{HOME}/kept.bin").body == LARGE
        assert wire("PROPFIND", f"{HOME}/", Depth="1").status == 207
        assert wire("MKCOL", f"{HOME}/folder").status == 201
        assert wire("MOVE", f"{HOME}/kept.bin", Destination=f"{HOME}/folder/kept.bin").status == 201
        assert wire("COPY", f"{HOME}/folder/kept.bin", Destination=f"{HOME}/copy.bin").status == 201
        assert wire("DELETE", f"{HOME}/copy.bin").status == 204
        assert staged() == []
        assert town.is_clean(deep=True)

        ballast.unlink()
        started = time.monotonic()
        assert wire("PUT", f"{HOME}/new.bin", LARGE).status == 201
        assert wire("MOVE", f"{UPLOADS}/t1/.file", Destination=f"{HOME}/parts.bin").status == 201
        assert time.monotonic() - started < 5
        assert wire("GET", f"{HOME}/new.bin").body == LARGE
    assert not Node.objects.filter(kind=2, size=0).exists()
    assert town.is_clean(deep=True)


def test_a_disk_that_fills_to_the_last_byte(server, small_disk, transactional_db):
    """What fits is kept whole, what does not is refused whole; no empty file stands for one that had bytes."""
    _alice, password = make_person("alice")
    web: Server = server(COLLAB_BLOBS=str(small_disk / "blobs"))
    sizes = [3_000_000, 2_000_000, 1_000_000, 300_000, 50_000, 4096, 100]
    kept = {}
    with Wire(web.url, "alice", password) as wire:
        for number in range(60):
            content = os.urandom(sizes[min(number // 6, len(sizes) - 1)])
            status = wire("PUT", f"{HOME}/{number}.bin", content).status
            assert status in {201, 507}
            if status == 201:
                kept[f"{number}.bin"] = content
        for name, content in kept.items():
            assert wire("GET", f"{HOME}/{name}").body == content
    assert set(Node.objects.filter(kind=2).values_list("name", flat=True)) == set(kept)
    assert len(kept) < 60
    assert town.is_clean(deep=True)
