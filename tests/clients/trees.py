"""Folders of this machine as facts to compare: every path with the digest of its bytes and its time."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

JOURNALS = (".sync_", ".nextcloudsync", ".owncloudsync", ".OwnCloudSync")
CONFLICT = "(conflicted copy "


class Fact(NamedTuple):
    """`digest` is empty for a folder, whose time no client carries."""

    digest: str
    mtime: int


def facts(folder: Path, *, conflicts: bool = False) -> dict[str, Fact]:
    """Return {path: fact} of all below the folder, without what a client keeps there for itself.

    Conflict copies reach the other devices a run later than all else, so they are left out unless asked for.
    """
    found = {}
    for place, folders, files in os.walk(folder):
        inside = os.path.relpath(place, folder)
        for name in folders:
            found[os.path.normpath(os.path.join(inside, name))] = Fact("", 0)
        for name in files:
            if name.startswith(JOURNALS) or (not conflicts and CONFLICT in name):
                continue
            found[os.path.normpath(os.path.join(inside, name))] = fact(Path(place, name))
    return found


def fact(path: Path) -> Fact:
    with path.open("rb") as file:
        return Fact(hashlib.file_digest(file, "sha256").hexdigest(), int(path.stat().st_mtime))


def conflicts_in(folder: Path) -> list[Path]:
    """Return the conflict copies that a client made."""
    return sorted(path for path in folder.rglob("*") if CONFLICT in path.name)


def same(one: Path | dict[str, Fact], other: Path | dict[str, Fact]) -> bool:
    """Whether two folders hold the same names, bytes and times; what differs is shown when not."""
    ours = facts(one) if isinstance(one, Path) else one
    theirs = facts(other) if isinstance(other, Path) else other
    differing = sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))
    assert not differing, [(path, ours.get(path), theirs.get(path)) for path in differing[:10]]
    return True


def put(folder: Path, path: str, content: bytes = b"", mtime: int | None = None) -> Path:
    """Write a file, with the folders it needs, and give it a time."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    if mtime is not None:
        os.utime(target, (mtime, mtime))
    return target


def put_large(folder: Path, path: str, size: int, seed: int = 0) -> Path:
    """Write a file of that size whose every block differs, without holding it in memory."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    block = hashlib.shake_128(str(seed).encode()).digest(1 << 20)
    with target.open("wb") as file:
        for number in range(-(-size // len(block))):
            piece = number.to_bytes(8, "big") + block[8:]
            file.write(piece[: min(len(piece), size - number * len(block))])
    return target
