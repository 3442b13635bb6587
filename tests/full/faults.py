"""strace as the hand of fate: it kills a process at its Nth system call of a kind, or makes that call fail."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

PROGRAM = "strace"


@cache
def why_not() -> str:
    """Return why strace cannot be used here, empty when it can."""
    if not shutil.which(PROGRAM):
        return "strace is not installed"
    done = subprocess.run([PROGRAM, "-f", "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "strace may not trace here"


def inject(fault: str, folder: Path, *, calls: str = "fsync") -> list[str]:
    """Return the command that runs another one under this fault, for instance `signal=KILL:when=3`.

    Calls are counted per thread: a server with one thread has one count. Not with --seccomp-bpf: it is faster, and
    some versions of strace then never count past the first call.
    """
    return [
        PROGRAM, "-f", "-qq", "-o", str(folder / "strace.log"),
        "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}",
    ]  # fmt: skip


def struck(folder: Path) -> bool:
    """Whether the fault came to pass."""
    log = folder / "strace.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    return "(INJECTED)" in text or "killed by SIGKILL" in text
