"""Directories for servers that run under another account."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def passable() -> Iterator[Callable[[], Path]]:
    """Make directories that PostgreSQL's account may pass through.

    Not below pytest's own: each run of pytest that begins on this machine closes those to all but their owner again.
    """
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="collab-shelf-")))
        made[-1].chmod(0o711)
        return made[-1]

    yield make
    for path in made:
        shutil.rmtree(path, ignore_errors=True)
