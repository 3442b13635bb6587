"""One process that the supervisor keeps alive: its command, its log, its group, its restarts."""

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from collab.supervisor.processes import die_with_parent, wait_until

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# One that ran this long was well: its next end is a new accident, not the same one again.
WELL_AFTER = 60.0
LARGEST_LOG = 20 * 2**20


@dataclasses.dataclass
class Child:
    """A program in a session of its own: Ctrl-C reaches only the supervisor, and its whole group can be ended."""

    name: str
    title: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    sockets: list[Path] = dataclasses.field(default_factory=list)
    patience: float = 15.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = SHORTEST_PAUSE
    restarts: int = 0

    def start(self) -> None:
        """Start it now. Only from the main thread: on Linux it ends with the thread that started it."""
        for path in self.sockets:
            path.unlink(missing_ok=True)
        self._turn_log()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self.started_at = time.monotonic()
        self.restart_at = 0.0

    def tend(self) -> str:
        """Restart it when it is due; return what to tell when it has ended since the last call."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.restart_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            self._turn_log()
            return ""
        self._kill_group()
        self.process = None
        self.pause = SHORTEST_PAUSE if now - self.started_at > WELL_AFTER else min(self.pause * 2, LONGEST_PAUSE)
        self.restart_at = now + self.pause
        self.restarts += 1
        how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with status {code}"
        return f"{self.title} ended {how}; it starts again in {self.pause:.0f} s. Its log: {self.log}"

    def ask_to_end(self) -> None:
        """Send SIGTERM to the main process, which ends its own."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait for it within its patience, then kill what is left of its group."""
        if self.process is None:
            return
        self.ask_to_end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._kill_group()
        self.process.wait()
        self.process = None

    def _kill_group(self) -> None:
        """Kill the group: workers of a killed main process would go on answering with old code."""
        if self.process is None:
            return
        group = self.process.pid
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
            wait_until(lambda: not _group_exists(group), 5)

    def _turn_log(self) -> None:
        """Keep one old log beside the current one; the program appends, so the file can be cut under it."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGEST_LOG:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill_leftovers(mark: str) -> int:
    """Kill processes that a killed supervisor of this instance left behind, known by a mark in their environment.

    Linux only; elsewhere the sockets' names are simply taken over.
    """
    wanted = f"COLLAB_INSTANCE={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(entry.name) != os.getpid() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    for pid in found:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{pid}/environ").exists() and _environ(pid) for pid in found), 5)
    return len(found)


def _environ(pid: int) -> bytes:
    """Return the environment of a process; a zombie has none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""
