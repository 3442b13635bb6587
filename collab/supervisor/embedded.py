"""What PostgreSQL and Redis share beside the application: counted users, adoption, one start at a time."""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# sockaddr_un.sun_path holds 108 bytes with the final NUL on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 103


class CannotStart(RuntimeError):
    """A server did not start; the message says why and what to do."""


class Embedded:
    """One server of this instance, on a private socket.

    Every process that uses it holds a shared lock on `users.lock` in its directory, and the last one to stop ends the
    server. The kernel drops the lock of a killed process, so a left-over server is adopted, never orphaned.
    """

    name = "server"

    def __init__(self, base: Path, *, tied: bool = True) -> None:
        """Keep the server under `base`; `tied` servers end with the process that started them (Linux)."""
        self.base = Path(base).absolute()
        self.tied = tied
        self.process: subprocess.Popen[bytes] | None = None
        self._users: IO[str] | None = None

    @property
    def url(self) -> str:
        """Return the address for the settings; the server need not run."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Return whether the server answers now."""
        raise NotImplementedError

    def start(self) -> str:
        """Start the server, or adopt the one that runs, and return its URL. Raise CannotStart with a reason."""
        self._prepare()
        with self._one_at_a_time():
            if self._users is None:
                self._users = (self.base / "users.lock").open("w")
                fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self.ready():
                self._launch()
            self._furnish()
        return self.url

    def stop(self) -> None:
        """End the server unless another process still uses it."""
        if self._users is None:
            return
        with self._one_at_a_time():
            last = True
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                last = False
            if last:
                self._halt()
                self.process = None
            self._users.close()
            self._users = None

    def running(self) -> bool:
        """Return whether a server started here is still alive (it is reaped), or an adopted one answers."""
        return self.process.poll() is None if self.process else self.ready()

    def _prepare(self) -> None:
        self.base.mkdir(mode=0o711, parents=True, exist_ok=True)

    def _launch(self) -> None:
        raise NotImplementedError

    def _furnish(self) -> None:
        """Make what must exist inside a running server."""

    def _halt(self) -> None:
        raise NotImplementedError

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.base / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def socket_directory(base: Path, longest_name: str, uid: int) -> Path:
    """Return a directory only `uid` may enter whose sockets fit the kernel's limit, made if missing."""
    wanted = base / "run"
    if len(os.fsencode(wanted / longest_name)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(base)).hexdigest()[:16]
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        ours = runtime and uid == os.geteuid() and Path(runtime).is_dir()
        shelf = Path(runtime) if ours else Path("/tmp")  # noqa: S108 - the shortest path; its owner is checked below
        wanted = shelf / f"collab-{digest}"
        if len(os.fsencode(wanted / longest_name)) > LONGEST_SOCKET_PATH:
            wanted = Path(tempfile.gettempdir()) / f"collab-{digest}"
    wanted.mkdir(mode=0o700, exist_ok=True)
    if wanted.is_symlink() or wanted.stat().st_uid not in {uid, os.geteuid()}:
        raise CannotStart(f"{wanted} belongs to another user. Remove it, then start again.")
    if wanted.stat().st_uid != uid:
        os.chown(wanted, uid, -1)
    wanted.chmod(0o700)
    return wanted
