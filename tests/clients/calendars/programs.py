"""Where the programs that speak CalDAV are, once `make clients` has fetched them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".tools" / "calendar-clients"
BIN = HOME / "venv" / "bin"
SUITES = HOME / "suites"
TSDAV = HOME / "node_modules" / "tsdav"

needed = [
    pytest.mark.client,
    pytest.mark.skipif(not (BIN / "vdirsyncer").exists(), reason="`make clients` was not run"),
]
"""The marks of a test that drives one of them."""


def run(command: list[object], *, home: Path, cwd: Path | None = None, **environment: str) -> str:
    """Run a program with a home of its own and return what it said, on both channels; it may fail."""
    known = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TZ"}}
    done = subprocess.run(
        list(map(str, command)), env=known | {"HOME": str(home), "LC_ALL": "C.UTF-8"} | environment, cwd=cwd or home,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False,
    )  # fmt: skip
    return done.stdout.decode(errors="replace")
