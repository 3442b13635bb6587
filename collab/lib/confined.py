"""Programs that read what strangers sent: a process of their own under limits, without our settings, secrets, network.

What comes in is a file, what comes out a file that cannot grow beyond its bound; no word of theirs is believed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("confined_child.py")
_BY_LIMIT = {-signal.SIGXCPU, -signal.SIGKILL}


@dataclass(frozen=True)
class Limits:
    """Bytes of memory, seconds of processor and of the clock, bytes of output; `nice`: how far it steps back.

    `processes`: how many others it may start, which most need not.
    """

    memory: int
    processor: int
    seconds: float
    output: int
    nice: int = 0
    processes: int = 0


@dataclass(frozen=True)
class Done:
    """How it ended: `status` is the program's own; `trouble` "time" or "large" when it was ended, or never begun."""

    status: int
    output: bytes = b""
    trouble: str = ""


def run(program: Path, arguments: Sequence[str], source: Any, limits: Limits, *, most: int, room: str = "") -> Done:
    """Run the program on at most so many bytes. Raises OSError when no process can be started.

    `room`: a folder in which it may write; without one it writes nothing but its output.
    """
    with _as_file(source, most) as given, tempfile.TemporaryFile() as made:
        if given is None:
            return Done(1, trouble="large")
        numbers = (limits.memory, limits.processor, limits.output, limits.nice, limits.processes)
        process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), *map(str, numbers), room, str(program), *arguments],
            stdin=given, stdout=made, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )  # fmt: skip
        try:
            status = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return Done(1, trouble="time")
        if status in _BY_LIMIT:
            return Done(status, trouble="time")
        made.seek(0)
        return Done(status, made.read(limits.output))


@contextlib.contextmanager
def _as_file(source: Any, most: int) -> Iterator[Any]:
    """Yield a real file with the bytes from the beginning, None when there are too many."""
    size = _size(source)
    if size is not None:
        yield source if size <= most else None
        return
    with tempfile.TemporaryFile() as copied:
        left = most + 1
        while left > 0 and (block := source.read(min(left, 2**20))):
            copied.write(block)
            left -= len(block)
        copied.flush()
        copied.seek(0)
        yield copied if left > 0 else None


def _size(source: Any) -> int | None:
    """Return the bytes of a file of the system's that stands at its beginning, None for anything else."""
    try:
        return os.fstat(source.fileno()).st_size if source.tell() == 0 else None
    except (AttributeError, OSError):
        return None
