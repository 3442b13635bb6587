"""Which backups stay: those of the last day; the latest of seven days, four weeks and twelve months."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta

from collab.backup.repository import Repository

DAYS, WEEKS, MONTHS = 7, 4, 12


def kept(names: Iterable[str]) -> set[str]:
    """Return which snapshots stay. The latest always does; of a day, week or month the last one stands for it."""
    newest_first = sorted(names, reverse=True)
    if not newest_first:
        return set()
    recent = _moment(newest_first[0]) - timedelta(days=1)
    stays = {name for name in newest_first if _moment(name) > recent}
    for form, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        seen: set[str] = set()
        for name in newest_first:
            span = _moment(name).strftime(form)
            if span not in seen and len(seen) < most:
                seen.add(span)
                stays.add(name)
    return stays


def _moment(name: str) -> datetime:
    return datetime.strptime(name, "%Y%m%dT%H%M%SZ")  # all of them are in UTC


def thin(repository: Repository) -> list[str]:
    """Remove the snapshots that need not stay, then the bytes that only they named. Returns their names."""
    with repository.alone():
        stays = kept(repository.snapshots())
        gone = [name for name in repository.snapshots() if name not in stays]
        for name in gone:
            # renamed first: one that is half removed must not look whole
            aside = repository.path / "snapshots" / f".{name}"
            (repository.path / "snapshots" / name).rename(aside)
            shutil.rmtree(aside)
        if gone:
            _sweep(repository)
    return gone


def _sweep(repository: Repository) -> None:
    snapshots = [repository.path / "snapshots" / name for name in repository.snapshots()]
    objects = repository.path / "objects"
    for store in objects.glob("*"):
        listed = [one for one in snapshots if (one / f"{store.name}.list").exists()]
        named = {key for one in listed for key, _size, _digest in repository.listed(one, store.name)}
        for path in [path for path in store.rglob("*") if path.is_file()]:
            if path.relative_to(store).as_posix() not in named:
                path.unlink()
