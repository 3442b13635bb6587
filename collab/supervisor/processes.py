"""What the operating system is asked about processes: dying with a parent, being a zombie, ending a group."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program, so that the kernel signals it when this process dies.

    The kernel watches the thread that forked, so only the main thread may start such children. Elsewhere than
    on Linux it does nothing: left-over servers are then adopted at the next start.
    """
    parent = os.getpid()

    def tie() -> None:
        ask_for_signal_at_death_of_parent(how)
        if _libc and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def ask_for_signal_at_death_of_parent(how: signal.Signals) -> None:
    """Ask the kernel to signal this process when the one that started it dies (Linux)."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def state(pid: int) -> str:
    """Return the one-letter state of a process (`Z` for a zombie), or an empty string when there is none."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return ""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()[:1]


def program(pid: int) -> str:
    """Return the short name of the program a process runs, or an empty string."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/comm").read_text().strip()
        return ""
    answer = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip().rpartition("/")[2]


def alive(pid: int) -> bool:
    """Return whether the process runs; a zombie does not, whoever fails to reap it."""
    return state(pid) not in {"", "Z", "X"}


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask again until the condition holds (true) or the time is over (false)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
