"""What the server has acknowledged, on disk before anything else happens: the judge of lost uploads."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path


class Ledger:
    """Per name: the digest that was acknowledged last, and those tried since, of which one may be there too."""

    def __init__(self, path: Path):
        self._file = path.open("a")
        self._lock = threading.Lock()
        self.path = path
        self.acknowledged: dict[str, str] = {}
        self.tried: dict[str, set[str]] = {}

    def trying(self, name: str, content: bytes) -> None:
        with self._lock:
            self.tried.setdefault(name, set()).add(digest(content))

    def note(self, name: str, content: bytes) -> None:
        """Write down that the server said yes; durable when this returns."""
        with self._lock:
            self._file.write(json.dumps([name, digest(content)]) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.acknowledged[name] = digest(content)
            self.tried[name] = set()

    def close(self) -> None:
        self._file.close()

    def lost(self, there: dict[str, bytes]) -> list[str]:
        """Return what is missing or wrong: acknowledged and not there, or there and never sent whole."""
        found = [name for name in self.acknowledged if name not in there]
        for name, content in there.items():
            allowed = {self.acknowledged.get(name)} | self.tried.get(name, set())
            if digest(content) not in allowed:
                found.append(f"{name}: {len(content)} bytes that nobody sent")
        return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
