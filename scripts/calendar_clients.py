"""`make clients`: fetch the programs that speak CalDAV with the tests, into an environment of their own.

They are no part of Collab: where they are not there, their tests are skipped. Needs the network, the .venv of
`make setup-dev`, and npm for one of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "tests" / "clients" / "calendars"
HOME = ROOT / ".tools" / "calendar-clients"
PYTHON = HOME / "venv" / "bin" / "python"


def main() -> None:
    """Install what the lists name, each file held against its hash, and unpack the suites of two of them."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    run(sys.executable, "-m", "venv", HOME / "venv")
    pip = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--require-hashes", "-r", LISTS / "clients.txt")
    suites = HOME / "suites"
    sources = ("--no-deps", "--no-binary", "caldav,vdirsyncer", "--require-hashes")
    run(*pip, "download", *sources, "-r", LISTS / "suites.txt", "--dest", suites)
    for archive in suites.glob("*.tar.gz"):
        shutil.unpack_archive(archive, suites)  # pip held it against its hash
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LISTS / name, HOME)
    if shutil.which("npm"):
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=HOME)
    else:
        print("npm is not installed: tsdav is left out.")
    print(f"The clients are in {HOME.relative_to(ROOT)}.")


def run(*command: object, cwd: Path | None = None) -> None:
    """Run a command; what it says is shown, and its failure ends this."""
    subprocess.run(list(map(str, command)), check=True, cwd=cwd)


if __name__ == "__main__":
    main()
