"""Bytes are checked, made durable in the right order, and gone when they are not wanted."""

import errno
import hashlib
import os
import threading
import zlib
from pathlib import Path

import pytest
from django.conf import settings

from collab.lib.errors import BadInput, OverQuota, TooLarge, Unavailable
from files import storage

pytestmark = pytest.mark.django_db
DATA = b"some bytes that matter"
SUMS = {
    "SHA1": hashlib.sha1(DATA, usedforsecurity=False).hexdigest(),
    "MD5": hashlib.md5(DATA, usedforsecurity=False).hexdigest(),
    "SHA256": hashlib.sha256(DATA).hexdigest(),
    "ADLER32": f"{zlib.adler32(DATA):08x}",
}


def staged_files():
    folder = settings.STAGING_DIR
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


@pytest.fixture(autouse=True)
def clean():
    """Nothing is left behind in the place where bytes arrive, whatever a test does."""
    before = staged_files()
    yield
    assert staged_files() == before


def stage(data=DATA, **options):
    staged = storage.stage(**options)
    staged.write(data)
    return staged


def test_it_works():
    with stage() as staged:
        staged.seal(length=len(DATA))
        key = staged.keep()
    assert key.startswith(hashlib.sha256(DATA).hexdigest()[:2] + "/")
    with storage.open_blob(key) as file:
        assert file.read() == DATA
    assert storage.path_of(key).is_file()
    storage.remove(key)
    storage.remove(key)
    with pytest.raises(Unavailable):
        storage.open_blob(key)


def test_a_name_is_never_used_twice():
    keys = set()
    for _ in range(3):
        with stage() as staged:
            staged.seal()
            keys.add(staged.keep())
    assert len(keys) == 3


@pytest.mark.parametrize("kind", SUMS)
def test_every_checksum_is_verified(kind):
    with stage(checksum=f"{kind}:{SUMS[kind].upper()}") as staged:
        staged.seal()
        assert staged.sha1 == (SUMS["SHA1"] if kind == "SHA1" else "")
    with stage(DATA + b"!", checksum=f"{kind}:{SUMS[kind]}") as staged, pytest.raises(BadInput):
        staged.seal()


@pytest.mark.parametrize("checksum", ["CRC32:1234", "SHA1", "SHA1:", "nonsense", ":"])
def test_an_unknown_checksum_is_refused_before_a_byte_arrives(checksum):
    with pytest.raises(BadInput):
        storage.stage(checksum=checksum)


@pytest.mark.parametrize("length", [0, len(DATA) - 1, len(DATA) + 1])
def test_a_wrong_length_is_refused(length):
    with stage() as staged, pytest.raises(BadInput):
        staged.seal(length=length)


def test_more_than_the_room_left_is_refused_while_it_arrives():
    with stage(b"x" * 10, limit=15) as staged:
        staged.write(b"y" * 5)
        with pytest.raises(OverQuota):
            staged.write(b"z")


def test_large_contents_are_hashed_and_written_beside_their_arrival():
    blocks = [os.urandom(2**20) for _ in range(40)]
    whole = b"".join(blocks)
    with storage.stage(checksum="SHA1:" + hashlib.sha1(whole, usedforsecurity=False).hexdigest()) as staged:
        for block in blocks:
            staged.write(block)
        staged.seal(length=len(whole))
        assert staged.sha256 == hashlib.sha256(whole).digest()
        with storage.open_blob(staged.keep()) as kept:
            assert kept.read() == whole


@pytest.mark.parametrize("at", [1, 12, 39, 40])
def test_a_disk_that_is_full_in_the_middle_of_a_large_one(at):
    """It is refused at one of the next blocks or at the end, and nothing is written after what failed."""

    class Filling:
        def __init__(self):
            self.came = 0

        def write(self, data):
            self.came += 1
            if self.came >= at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return len(data)

        def fileno(self):
            return -1

        def close(self):
            pass

    before = threading.active_count()
    with storage.stage() as staged:
        staged._file.close()
        staged._file = Filling()
        with pytest.raises(OverQuota):
            for _ in range(40):
                staged.write(b"x" * 2**20)
            staged.seal()
    assert staged._file.came == at
    assert threading.active_count() == before
    assert not staged.path.exists()


def test_discarding_in_the_middle_of_a_large_one_leaves_no_thread():
    before = threading.active_count()
    with storage.stage() as staged:
        staged.write(b"x" * 2**23)
    assert threading.active_count() == before


def test_only_sealed_bytes_are_kept():
    with stage() as staged, pytest.raises(RuntimeError):
        staged.keep()


def test_empty_contents_are_contents():
    with stage(b"") as staged:
        staged.seal(length=0)
        key = staged.keep()
    assert storage.path_of(key).stat().st_size == 0


@pytest.mark.parametrize(
    ("number", "refusal"),
    [(errno.ENOSPC, OverQuota), (errno.EDQUOT, OverQuota), (errno.EIO, Unavailable), (errno.EFBIG, TooLarge)],
)
@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_what_the_disk_says_becomes_a_refusal(monkeypatch, number, refusal, call):
    def fail(*_args):
        raise OSError(number, os.strerror(number))

    def arrive(staged):
        staged.write(DATA)
        staged.seal()
        staged.keep()

    with storage.stage() as staged:
        if call == "write":
            staged._file.close()
            staged._file = type("Full", (), {"write": fail, "close": lambda self: None})()
        else:
            monkeypatch.setattr(os, call, fail)
        with pytest.raises(refusal):
            arrive(staged)
        monkeypatch.undo()


def test_a_failed_fsync_is_final(monkeypatch):
    """Linux forgets the dirty pages of a failed fsync: a second one would lie."""
    tried = []

    def fail(_descriptor):
        tried.append(1)
        raise OSError(errno.EIO, "bad disk")

    with stage() as staged:
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(Unavailable):
            staged.seal()
        monkeypatch.undo()
        with pytest.raises(RuntimeError):
            staged.keep()
    assert tried == [1]


class Disk:
    """What reaches the disk, in order: bytes by fsync of the file, names by fsync of their folder."""

    def __init__(self, monkeypatch):
        self.steps = []
        real_fsync, real_rename = os.fsync, os.rename

        def fsync(descriptor):
            self.steps.append(("sync", os.readlink(f"/proc/self/fd/{descriptor}")))
            real_fsync(descriptor)

        def rename(source, target):
            self.steps.append(("rename", str(source), str(target)))
            real_rename(source, target)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "rename", rename)

    def surviving(self, steps, made):
        """What a power cut after these steps leaves: {final path: whether its bytes are whole}."""
        durable_bytes, names, durable = set(), {}, {}
        for step in steps:
            if step[0] == "rename":
                names[step[2]] = step[1]
            elif Path(step[1]).is_dir():
                durable |= {target: source for target, source in names.items() if str(Path(target).parent) == step[1]}
            else:
                durable_bytes.add(step[1])
        linked = {step[1] for step in steps if step[0] == "sync"}
        return {
            target: source in durable_bytes
            for target, source in durable.items()
            if all(str(folder.parent) in linked for folder in made)
        }


@pytest.mark.parametrize("times", [1, 2, 3])
def test_in_every_state_after_a_power_cut_a_name_stands_for_whole_bytes(monkeypatch, tmp_path, settings, times):
    """All prefixes of what reaches the disk (crash states in order): a final name never lacks its bytes, and once
    `keep` has answered it is there in every state that can follow."""
    settings.BLOBS_DIR = tmp_path / "blobs"
    settings.STAGING_DIR = settings.BLOBS_DIR / "staging"
    settings.STAGING_DIR.mkdir(parents=True)
    disk = Disk(monkeypatch)
    answered = []
    for number in range(times):
        with storage.stage() as staged:
            staged.write(DATA + bytes([number]))
            staged.seal()
            key = staged.keep()
        answered.append((len(disk.steps), str(storage.path_of(key))))
    states = 0
    for length in range(len(disk.steps) + 1):
        known = [path for at, path in answered if at <= length]
        made = {Path(path).parent for path in known} | {Path(path).parent.parent for path in known}
        left = disk.surviving(disk.steps[:length], made)
        assert all(left.values()), "a name without its bytes"
        assert set(known) <= set(left), "acknowledged and lost"
        states += 1
    assert states == len(disk.steps) + 1 >= 4 * times
