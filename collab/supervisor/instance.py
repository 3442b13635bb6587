"""One instance: its directories, its address, and what its processes need to know, read from the environment."""

import dataclasses
import hashlib
import os
from pathlib import Path

from collab.lib.env import env_int, env_list, env_str
from collab.supervisor.embedded import Embedded, socket_directory
from collab.supervisor.postgres import Postgres
from collab.supervisor.redis import Redis

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass(frozen=True)
class Instance:
    """Where one Collab keeps its data and where it answers."""

    data: Path
    host: str
    port: int
    url: str
    blobs: str
    trusted_proxies: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls) -> "Instance":
        """Read the same variables as the settings, without loading them."""
        data = Path(env_str("COLLAB_DATA", str(ROOT / "data"))).resolve()
        host, port = env_str("COLLAB_HOST", "127.0.0.1"), env_int("COLLAB_PORT", 8000)
        shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost", "::": "localhost"}.get(host, host)  # noqa: S104
        url = env_str("COLLAB_URL", f"http://{shown}:{port}").rstrip("/")
        blobs = env_str("COLLAB_BLOBS", str(data / "blobs"))
        return cls(data, host, port, url, blobs, tuple(env_list("COLLAB_TRUSTED_PROXIES")))

    @property
    def serves_tls(self) -> bool:
        """Whether the front itself speaks HTTPS: a public https address, and no proxy of the operator's before it."""
        return self.url.startswith("https://") and not self.trusted_proxies

    @property
    def logs(self) -> Path:
        """The directory with one log per process."""
        return self.data / "logs"

    @property
    def static(self) -> Path:
        """The directory with the hashed static files."""
        return Path(env_str("COLLAB_STATIC", str(self.data / "static"))).resolve()

    def sockets(self) -> Path:
        """Return the private directory of the sockets between the front and the application."""
        return socket_directory(self.data, "sockets.sock", os.geteuid())

    def make_directories(self) -> None:
        """Create what is missing; the data directory can be passed through, not listed, by PostgreSQL's account."""
        self.data.mkdir(mode=0o711, parents=True, exist_ok=True)
        for inner in (self.logs, self.static, self.data / "front", self.data / "worker"):
            inner.mkdir(mode=0o700, parents=True, exist_ok=True)

    def start_servers(self, *, tied: bool) -> list[Embedded]:
        """Start what no address was set for, and export the addresses. Raise CannotStart."""
        started: list[Embedded] = []
        for variable, server in (
            ("DATABASE_URL", Postgres(self.data / "postgres", tied=tied)),
            ("REDIS_URL", Redis(self.data / "redis", tied=tied)),
        ):
            if not env_str(variable):
                os.environ[variable] = server.start()
                started.append(server)
        return started

    def fingerprint(self) -> str:
        """Return a mark for the environment of its processes, by which a later start knows the left-over ones."""
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:24]
