"""`make clients`: fetch the programs that tests drive, which speak CalDAV or the protocol of Mattermost.

And the calendar servers beside which `make bench` measures.

They are no part of Collab: where they are not there, their tests are skipped. Each kind has an environment of its own.
Needs the network, the .venv of `make setup-dev`, and npm for two of them. A name (“chat”) fetches only that kind.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "calendars": ROOT / ".tools" / "calendar-clients",
    "chat": ROOT / ".tools" / "chat-clients",
    "servers": ROOT / ".tools" / "calendar-servers",
}
"""Where they lie; what they are, each file with its hash, is in tests/clients/<kind>."""


def main() -> None:
    """Fetch those that were named, all without a name."""
    for kind in sys.argv[1:] or KINDS:
        fetch(kind)


def fetch(kind: str) -> None:
    """Install what the lists of one kind name, each file held against its hash, and unpack the suites that belong."""
    home, lists = KINDS[kind], ROOT / "tests" / "clients" / kind
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    python = home / "venv" / "bin" / "python"
    run(sys.executable, "-m", "venv", home / "venv")
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--require-hashes", "-r", lists / "clients.txt")
    if (lists / "suites.txt").exists():
        suites = home / "suites"
        sources = ("--no-deps", "--no-binary", "caldav,vdirsyncer", "--require-hashes")
        run(*pip, "download", *sources, "-r", lists / "suites.txt", "--dest", suites)
        for archive in suites.glob("*.tar.gz"):
            shutil.unpack_archive(archive, suites)  # pip held it against its hash
    if (lists / "package.json").exists():
        fetch_scripts(home, lists)
    print(f"The {kind} are in {home.relative_to(ROOT)}.")


def fetch_scripts(home: Path, lists: Path) -> None:
    """Install those in JavaScript."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lists / name, home)
    if shutil.which("npm"):
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=home)
    else:
        print("npm is not installed: the clients in JavaScript are left out.")


def run(*command: object, cwd: Path | None = None) -> None:
    """Run a command; what it says is shown, and its failure ends this."""
    subprocess.run(list(map(str, command)), check=True, cwd=cwd)


if __name__ == "__main__":
    main()
