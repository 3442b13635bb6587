"""Programs that are measured: started with a deadline, watched through /proc, ended by their number."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 40


class CannotMeasure(RuntimeError):
    """A program that is needed is missing or failed; the message says which."""


class Program:
    """A server under measurement, with all its descendants."""

    def __init__(self, command: Sequence[object], log: Path, environment: dict[str, str] | None = None):
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )
        self.log = log

    def end(self) -> None:
        """Ask it to end, then insist on it and on whatever it started."""
        family = tree(self.process.pid)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


def run(command: Sequence[object], *, seconds: float, environment: dict[str, str] | None = None) -> str:
    """Run a program to its end and return what it wrote. Raise CannotMeasure when it fails or takes too long."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            env=environment,
            timeout=seconds,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise CannotMeasure(f"{words[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise CannotMeasure(f"{words[0]} did not end within {seconds:.0f} s") from None
    except subprocess.CalledProcessError as failure:
        raise CannotMeasure(f"{words[0]} failed: {failure.stderr.strip()[-2000:]}") from None
    return done.stdout


def tree(pid: int) -> list[int]:
    """Return the process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found.extend(children.get(one, []))
    return found


class Use(NamedTuple):
    """What a tree of processes has used: `cpu` in seconds, `memory` (PSS: shared pages count in parts) in bytes."""

    cpu: float
    memory: int


def use(pid: int) -> Use:
    """Return what the process and its descendants use."""
    return Use(cpu(pid), memory(pid))


def cpu(pid: int) -> float:
    """Return the CPU seconds of the process and its descendants, ended ones included."""
    ticks = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICK


def memory(pid: int) -> int:
    """Return the proportional set size of the process and its descendants in bytes."""
    return sum(parts(pid).values())


def parts(pid: int) -> dict[str, int]:
    """Return {“name pid”: bytes} for each process of the tree."""
    found = {}
    for one in tree(pid):
        with contextlib.suppress(OSError, IndexError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            size = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
            words = Path(f"/proc/{one}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            found[f"{one} {words.strip()[:100]}"] = size
    return found


def busy() -> float:
    """Return the CPU seconds that all programs of the machine have used since it started."""
    user, nice, system, _idle, _wait, irq, softirq, *_rest = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / TICK


class Peak(threading.Thread):
    """Watches memory while something happens; `growth` is the highest less the first figure, in bytes."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid = pid
        self.before = self.highest = memory(pid)
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.1):
            self.highest = max(self.highest, memory(self.pid))

    @property
    def growth(self) -> int:
        return self.highest - self.before

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_exception: Any) -> None:
        self._over.set()
        self.join(10)


def wait_for(condition: Any, seconds: float, what: str) -> None:
    """Ask until the condition holds. Raise CannotMeasure when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise CannotMeasure(f"{what} was not ready within {seconds:.0f} s")
        time.sleep(0.05)


def rest(pid: int) -> None:
    """Return when the process and its descendants have done next to nothing for three seconds, at the latest in five
    minutes: what was written is read by the background for a while."""
    until, quiet = time.monotonic() + 300, 0
    while quiet < 3 and time.monotonic() < until:
        before = cpu(pid)
        time.sleep(1)
        quiet = quiet + 1 if cpu(pid) - before < 0.05 else 0
