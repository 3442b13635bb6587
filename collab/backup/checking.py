"""Is a backup whole? Every part is read and compared with what the snapshot says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from collab.backup.repository import BackupError, Repository, Sum, copy
from collab.lib import sealed
from collab.vault import master


def check(repository: Repository, name: str, tell: Callable[[str], None]) -> Iterator[str]:
    """Yield a sentence for each part of a snapshot that is missing or has changed; nothing when all is well."""
    snapshot = repository.snapshot(name)
    facts = repository.manifest(snapshot)
    yield from facts["findings"]
    if (wanted := facts.get("key")) and master.fitting(wanted) is None:
        yield f"what is encrypted in {snapshot.name} opens with the key {wanted} alone, which is not here"
    for part in ("database", "house"):
        yield from _differs(repository, snapshot / part, Sum(**facts[part]), f"{part} of {snapshot.name}")
    for store, listed in facts["lists"].items():
        broken = list(_differs(repository, snapshot / f"{store}.list", Sum(**listed), f"list of {store}"))
        yield from broken
        if broken:
            continue
        read = 0
        for key, size, digest in repository.listed(snapshot, store):
            yield from _differs(repository, repository.place_of(store, key), Sum(size, digest), f"{store}: {key}")
            read += size
            if read > 10**9:
                tell("another gigabyte is as it was …")
                read = 0


def require_whole(repository: Repository, snapshot: Path) -> None:
    """Raise BackupError unless database, house and lists are as they were written."""
    facts = repository.manifest(snapshot)
    parts = {part: Sum(**facts[part]) for part in ("database", "house")}
    parts |= {f"{store}.list": Sum(**listed) for store, listed in facts["lists"].items()}
    for part, wanted in parts.items():
        for finding in _differs(repository, snapshot / part, wanted, f"{part} of {snapshot.name}"):
            raise BackupError(f"{finding}. Nothing was changed; take an earlier backup.")


def _differs(repository: Repository, path: Path, wanted: Sum, what: str) -> Iterator[str]:
    try:
        with repository.read(path) as file:
            found = copy(file, None)
    except FileNotFoundError:
        yield f"{what} is missing"
    except (OSError, sealed.Broken):
        yield f"{what} cannot be read"
    else:
        if found != wanted:
            yield f"{what} has changed"
