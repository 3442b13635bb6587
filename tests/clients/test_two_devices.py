"""Two devices of one person, nine steps: after each both hold the same names, bytes and times."""

from __future__ import annotations

import os
import shutil
import unicodedata

import pytest

from files.models import Node
from tests import town
from tests.clients import trees
from tests.clients.nextcloud import Device, needed, settle

pytestmark = needed

LARGE = 150 * 2**20


@pytest.fixture
def pair(device) -> tuple[Device, Device]:
    return device("alice"), device("alice")


def test_nine_steps(pair):
    one, two = pair
    for step in (
        small_files, a_large_file, edits, renames, a_conflict, a_large_edit, nothing_new, many_small_files, a_clear_out,
    ):  # fmt: skip
        step(one, two)
        trees.same(one.folder, two.folder)
    assert town.is_clean(deep=True)


def small_files(one: Device, two: Device) -> None:
    """1: small, empty, nested, in every script, from 2001 and from 2035."""
    trees.put(one.folder, "Notes.txt", b"first\n")
    trees.put(one.folder, "empty.txt")
    trees.put(one.folder, "a/b/c/d/deep.txt", b"deep", 981_173_106)
    trees.put(one.folder, "from 2035.txt", b"later", 2_051_222_400)
    for name in ("Été à Paris.txt", "日本語/ファイル.txt", "emoji 🎉 & + % # ; ?.txt", "quote ' \" .txt"):
        trees.put(one.folder, name, name.encode())
    for form in ("NFC", "NFD"):
        trees.put(one.folder, unicodedata.normalize(form, "Zoë.txt"), form.encode())
    (one.folder / "an empty folder").mkdir()
    settle(one, two)
    assert len(one.facts) == 16
    assert int((two.folder / "a/b/c/d/deep.txt").stat().st_mtime) == 981_173_106
    assert int((two.folder / "from 2035.txt").stat().st_mtime) == 2_051_222_400


def a_large_file(one: Device, two: Device) -> None:
    """2: 150 MB, in chunks."""
    trees.put_large(one.folder, "large.bin", LARGE)
    sent = one.sync()
    assert sent.count("MKCOL", "/uploads/alice/") == 1
    assert sent.count("PUT", "/uploads/alice/") >= 2
    assert sent.count("MOVE", "/uploads/alice/") == 1
    settle(one, two)


def edits(one: Device, two: Device) -> None:
    """3: an edit, a new file and a deletion, on the device that has only received so far."""
    trees.put(two.folder, "Notes.txt", b"second\n")
    trees.put(two.folder, "a/b/new.txt", b"new")
    (two.folder / "empty.txt").unlink()
    settle(two, one)
    assert (one.folder / "Notes.txt").read_bytes() == b"second\n"


def renames(one: Device, two: Device) -> None:
    """4: files, folders and the large file renamed and moved: the same things afterwards, and no byte sent again."""
    before = {name: node_of(name) for name in ("large.bin", "a", "Notes.txt", "deep.txt")}
    (one.folder / "an empty folder").rename(one.folder / "a folder")
    (one.folder / "large.bin").rename(one.folder / "a folder/LARGE ; ?#.bin")
    (one.folder / "a").rename(one.folder / "日本語/á")
    (one.folder / "Notes.txt").rename(one.folder / "Notes 2.txt")
    sent = one.sync()
    assert sent.count("PUT") == sent.count("DELETE") == 0
    settle(one, two)
    after = {name: node_of(name) for name in ("LARGE ; ?#.bin", "á", "Notes 2.txt", "deep.txt")}
    assert list(after.values()) == list(before.values())


def a_conflict(one: Device, two: Device) -> None:
    """5: both edit one file: the first stays, the second is kept beside it for both, under a name that says whose."""
    trees.put(one.folder, "Notes 2.txt", b"by the first device\n")
    trees.put(two.folder, "Notes 2.txt", b"by the second, longer\n")
    settle(one, two)
    settle(two, one)  # the copy is sent by the run after the one that made it
    assert (two.folder / "Notes 2.txt").read_bytes() == b"by the first device\n"
    for device in (one, two):
        [copy] = trees.conflicts_in(device.folder)
        assert "(conflicted copy Alice " in copy.name
        assert copy.read_bytes() == b"by the second, longer\n"


def a_large_edit(one: Device, two: Device) -> None:
    """6: 150 MB overwritten and a folder deleted."""
    node = node_of("LARGE ; ?#.bin")
    trees.put_large(two.folder, "a folder/LARGE ; ?#.bin", LARGE + 1, seed=1)
    shutil.rmtree(two.folder / "日本語/á/b/c")
    settle(two, one)
    assert node_of("LARGE ; ?#.bin") == node
    assert Node.objects.get(pk=node).versions.count() == 1
    assert not (one.folder / "日本語/á/b/c").exists()


def nothing_new(one: Device, two: Device) -> None:
    """7: an idle run asks for the root alone; after it removed something, a client looks once more at the place."""
    for device in (one, two):
        device.sync()
        idle = device.sync().requests
        assert idle[-1] == "PROPFIND /remote.php/dav/files/alice/"
        assert len(idle) <= 5, idle
        assert {line for line in idle if "user_status" not in line} == {
            "GET /status.php",
            "GET /ocs/v1.php/cloud/capabilities",
            "GET /ocs/v1.php/cloud/user",
            "PROPFIND /remote.php/dav/files/alice/",
        }


def many_small_files(one: Device, two: Device) -> None:
    """8: 250 small files."""
    for number in range(250):
        trees.put(one.folder, f"many/{number % 10}/{number}.txt", os.urandom(number))
    settle(one, two)


def a_clear_out(one: Device, two: Device) -> None:
    """9: everything deleted but one file (the client asks a person before it deletes all): in the trash, not lost."""
    for item in one.folder.iterdir():
        if not item.name.startswith((".", "Notes")):
            shutil.rmtree(item) if item.is_dir() else item.unlink()
    settle(one, two)
    assert list(two.facts) == ["Notes 2.txt"]
    left = Node.objects.living().exclude(parent=None).order_by("name").values_list("name", flat=True)
    assert [name.partition(" (conflicted")[0] for name in left] == ["Notes 2", "Notes 2.txt"], "with the copy of step 5"
    assert Node.objects.filter(name="249.txt").exclude(trash=None).exists()


def node_of(name: str) -> int:
    """Return the id of the living node of that name."""
    return Node.objects.living().get(name=name).pk


def test_hidden_files_and_long_names(device):
    """The client writes `.name.~hash` first, so that it cannot take in more than 244 bytes; the server can (rclone)."""
    one, two = device(), device()
    trees.put(one.folder, ".hidden", b"dot")
    trees.put(one.folder, "é" * 120, b"240 bytes")
    trees.put(one.folder, "n" * 240, b"240 letters")
    for each in (one, two):
        assert each.sync("-h").code == 0
    assert trees.same(one.folder, two.folder)
    assert (two.folder / ".hidden").read_bytes() == b"dot"
