"""A device: a folder of this machine that the Nextcloud desktop client keeps in step with the server."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.clients import trees

PROGRAM = "nextcloudcmd"
LONGEST = 300
_REQUEST = re.compile(r'accessmanager.*?\t(\d+) "([A-Z]*)" "https?://[^/"]+([^"]*)" has X-Request-ID')
_VERBS = {"1": "HEAD", "2": "GET", "3": "PUT", "4": "POST", "5": "DELETE"}

needed = [
    pytest.mark.client,
    pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"{PROGRAM} is not installed"),
]
"""The marks of a test that drives this client."""


class Run:
    """One run of the client: its exit code and what it said. Compare trees; the code alone proves little."""

    def __init__(self, code: int, log: str):
        self.code = code
        self.log = log

    @property
    def requests(self) -> list[str]:
        """Every request in its order, as “VERB /path”."""
        found = _REQUEST.findall(self.log)
        return [f"{verb or _VERBS[number]} {path.partition('?')[0]}" for number, verb, path in found]

    def count(self, verb: str, below: str = "") -> int:
        """How many requests of this method went to addresses that contain `below`."""
        return sum(line.startswith(f"{verb} ") and below in line for line in self.requests)


class Device:
    """`folder` is what the person sees; journal and settings are the device's own."""

    def __init__(self, base: Path, url: str, username: str, password: str):
        self.url, self.username, self.password = url, username, password
        self.home, self.folder = base / "home", base / "files"
        self.home.mkdir(parents=True)
        self.folder.mkdir()

    def command(self, *options: str) -> list[str]:
        """Two more tries after a failure, as the client does by itself, would hide it."""
        return [
            PROGRAM, "--non-interactive", "--max-sync-retries", "0", *options, "-u", self.username,
            "-p", self.password, str(self.folder), self.url,
        ]  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """An own HOME is an own device; without UTF-8 Qt drops names."""
        return os.environ | {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "LC_ALL": "C.UTF-8",
        }

    def sync(self, *options: str, timeout: float = LONGEST) -> Run:
        """Run the client once, to its end."""
        process = self.start(*options)
        try:
            process.wait(timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return Run(process.returncode, self.log)

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the client and return its process."""
        with (self.home / "log").open("wb") as log:
            return subprocess.Popen(self.command(*options), env=self.environment, stdout=log, stderr=log)

    def forget_failures(self) -> None:
        """Let the next run try what failed: the client waits for 25 seconds, two minutes, ten…"""
        [journal] = self.folder.glob(".sync_*.db")
        with contextlib.closing(sqlite3.connect(journal)) as connection, connection:
            connection.execute("DELETE FROM blacklist")

    @property
    def log(self) -> str:
        """What the last run said."""
        return (self.home / "log").read_text(errors="replace")

    @property
    def facts(self) -> dict[str, trees.Fact]:
        """What the person sees, conflict copies aside."""
        return trees.facts(self.folder)


def settle(*devices: Device) -> None:
    """Let every device send what it has and learn what the others sent; all hold the same then."""
    for one in (*devices, *devices[:-1]):
        run = one.sync()
        assert run.code == 0, run.log[-4000:]
    for other in devices[1:]:
        trees.same(devices[0].folder, other.folder)
