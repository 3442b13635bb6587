"""rclone with one WebDAV remote, `collab:`, that is a person's files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = "rclone"

needed = [
    pytest.mark.client,
    pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"{PROGRAM} is not installed"),
]
"""The marks of a test that drives it."""

BASES = {
    "nextcloud": "/remote.php/dav/files/{username}",
    "owncloud": "/remote.php/webdav",
    "other": "/remote.php/dav/files/{username}",
}
"""Where each kind of server that rclone knows has its files."""


class Remote:
    """`vendor` is what rclone believes to talk to: it decides about times, checksums and addresses."""

    def __init__(self, base: Path, url: str, username: str, password: str, vendor: str = "nextcloud"):
        hidden = subprocess.run([PROGRAM, "obscure", password], capture_output=True, text=True, check=True).stdout
        self._environment = os.environ | {
            "RCLONE_CONFIG": str(base / "rclone.conf"),
            "RCLONE_CACHE_DIR": str(base / "rclone-cache"),
            "RCLONE_CONFIG_COLLAB_TYPE": "webdav",
            "RCLONE_CONFIG_COLLAB_URL": url + BASES[vendor].format(username=username),
            "RCLONE_CONFIG_COLLAB_VENDOR": vendor,
            "RCLONE_CONFIG_COLLAB_USER": username,
            "RCLONE_CONFIG_COLLAB_PASS": hidden.strip(),
            "LC_ALL": "C.UTF-8",
        }

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> bytes:
        """Run a command and return what it printed; what it complained about is shown when it fails."""
        done = subprocess.run(
            [PROGRAM, "--retries", "1", "--low-level-retries", "1", *map(str, arguments)],
            env=self._environment, input=stdin, capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
        return done.stdout
