"""The main job on real input: thousands of files in through one door, out of another, byte for byte."""

from __future__ import annotations

import shutil
import sysconfig
import unicodedata
from pathlib import Path

import django

from files.models import Node
from tests import town
from tests.clients import trees
from tests.clients.nextcloud import needed as client_needed
from tests.clients.rclone import Remote
from tests.clients.rclone import needed as rclone_needed

pytestmark = [*client_needed, *rclone_needed]

LEFT_OUT = shutil.ignore_patterns("site-packages", "dist-packages", "__pycache__", "config-*", "locale")


def test_a_library_goes_in_by_one_client_and_out_by_another(device, front_url, tmp_path):
    laptop = device("alice")
    shutil.copytree(sysconfig.get_path("stdlib"), laptop.folder / "library", symlinks=True, ignore=LEFT_OUT)
    # distributions ship the library without its tests: with Django's sources it is more than a thousand files again
    shutil.copytree(Path(django.__file__).parent, laptop.folder / "django", ignore=LEFT_OUT)
    clear_of_links(laptop.folder)
    strange_names(laptop.folder / "names")
    sent = laptop.facts
    assert sum(bool(fact.digest) for fact in sent.values()) > 1000

    run = laptop.sync("-h")
    assert run.code == 0, run.log[-3000:]
    assert Node.objects.living().exclude(parent=None).count() == len(sent)

    remote = Remote(tmp_path, front_url, "alice", laptop.password)
    plainly = ("--no-unicode-normalization", "--create-empty-src-dirs")
    remote("sync", *plainly, "--transfers", "8", "--checkers", "8", "collab:", tmp_path / "out")
    assert trees.same(tmp_path / "out", sent)
    assert town.is_clean(deep=True)


def clear_of_links(folder: Path) -> None:
    """Links are not synced; and what a client never sends (editors' leftovers) is none of the server's."""
    for path in list(folder.rglob("*")):
        if path.is_symlink() or path.name.endswith("~"):
            path.unlink()


def strange_names(folder: Path) -> None:
    """Names that other systems fold, cut or refuse."""
    for form in ("NFC", "NFD"):
        trees.put(folder, unicodedata.normalize(form, "Zoë à l’été.txt"), form.encode(), 981_173_106)
        trees.put(folder, f"{unicodedata.normalize(form, 'Dossier é')}/inside.txt", form.encode())
    for name in ("case", "Case", "CASE"):
        trees.put(folder, name, name.encode())
    trees.put(folder, "n" * 250, b"250 letters")
    trees.put(folder, "é" * 125, b"250 bytes")
    trees.put(folder, "文" * 83, b"249 bytes")
    for name in (
        "emoji 👩‍👩‍👧 🏳️‍🌈",
        "100% #1 & co; a+b=c?",
        "quote ' \" `",
        "back\\slash",
        "עברית العربية",
        "con.txt",
        ".dot",
    ):
        trees.put(folder, name, name.encode(), 2_051_222_400)
    for number in range(20):
        trees.put(folder, f"empty/{number}", b"", 1_700_000_000 + number)
    (folder / "nothing in here").mkdir()


def test_a_second_device_takes_strange_names_too(device):
    """But for the longest: the client cannot write its own temporary name beside them."""
    laptop, desktop = device("alice"), device("alice")
    strange_names(laptop.folder)
    for path in list(laptop.folder.iterdir()):
        if len(path.name.encode()) > 244:
            path.unlink()
    for each in (laptop, desktop):
        assert each.sync("-h").code == 0
    assert trees.same(laptop.folder, desktop.folder)
