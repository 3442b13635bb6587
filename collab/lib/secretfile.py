"""Secrets that make themselves on the first start, readable by their owner alone."""

import os
import secrets
from pathlib import Path

from collab.lib.durable import sync_folder


def read_or_make(path: Path) -> str:
    """Return the secret kept at `path`, made at the first call (mode 0600, whole or not at all)."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # two processes may start at once: the first one's secret stays
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()


def replace(path: Path, data: bytes) -> None:
    """Put other bytes in the file's place (mode 0600), whole or not at all."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
