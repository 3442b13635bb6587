"""Where backups go, and what became of the last ones: kept beside the data: a restore forgets none."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from collab.backup.repository import BackupError, Repository
from collab.lib import secretfile
from collab.lib.env import env_str

OFF = "off"
LATE_HOURS, UNTRIED_DAYS = 30, 8


def place() -> Path | None:
    """Return the directory of the backups (COLLAB_BACKUPS), None when they are switched off."""
    chosen = env_str("COLLAB_BACKUPS", str(settings.DATA / "backups"))
    return None if chosen == OFF else Path(chosen).resolve()


def named(given: str | None) -> Path:
    """Return the directory that somebody named, else that of the backups. Raises BackupError when there is none."""
    where = Path(given).resolve() if given else place()
    if where is None:
        raise BackupError("Backups are switched off (COLLAB_BACKUPS=off). Name a directory.")
    return where


def opened(path: Path, *, make: bool = False) -> Repository:
    """Open a repository with the passphrase of the environment (COLLAB_BACKUP_PASSPHRASE). Raises BackupError."""
    return Repository(path, env_str("COLLAB_BACKUP_PASSPHRASE"), make=make)


def read() -> dict[str, Any]:
    """Return {"taken", "tried", "failed"}: each {"at": ISO time, "name", "findings", …}, as far as there are any."""
    try:
        found: dict[str, Any] = json.loads(_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def note(kind: str, **facts: Any) -> None:
    """Keep what just happened; a success forgets the last failure."""
    now = read() | {kind: {"at": datetime.now(UTC).isoformat(), **facts}}
    if kind == "taken":
        now.pop("failed", None)
    secretfile.replace(_file(), json.dumps(now).encode())


def reason(trouble: Exception) -> list[Any]:
    """Return what broke a backup off as `note` keeps it: a sentence to be translated, and what stands in it."""
    said = {"said": f"{type(trouble).__name__}: {trouble}"}
    if isinstance(trouble, OSError) and trouble.errno in {errno.ENOSPC, errno.EDQUOT}:
        return [gettext_noop("The disk of the backups is full (%(said)s)."), said]
    if isinstance(trouble, PermissionError):
        return [gettext_noop("The server may not write there (%(said)s)."), said]
    return ["%(said)s", said]


def _spelled(why: Any) -> str:
    """Return the reason in the language at hand; one that an earlier version kept is a sentence already."""
    return _(why[0]) % why[1] if isinstance(why, list) else str(why)


def hours_since(kind: str) -> float | None:
    """Return how long ago that was, None when it never was."""
    found = read().get(kind)
    return (datetime.now(UTC) - datetime.fromisoformat(found["at"])).total_seconds() / 3600 if found else None


def health() -> tuple[str, str, str]:
    """Return the state of the backups for the health page."""
    where = place()
    if where is None:
        return "warn", _("Switched off."), _("Set COLLAB_BACKUPS to a directory, best on another disk.")
    known, age = read(), hours_since("taken")
    if age is None:
        if "failed" in known:
            return "danger", _("The last one failed: %(why)s") % {"why": _spelled(known["failed"]["why"])}, _TRY
        return "warn", _("None yet; the first one is made within the hour."), ""
    says = _("The last one: %(when)s.") % {"when": _moment(known["taken"]["at"])}
    if "failed" in known or age > LATE_HOURS:
        why = _spelled(known["failed"]["why"]) if "failed" in known else _("it is late")
        return "danger", f"{says} " + _("The last one failed: %(why)s") % {"why": why}, _TRY
    findings = [*known["taken"].get("findings", ()), *known.get("tried", {}).get("findings", ())]
    if findings:
        found = ngettext(
            "%(count)d thing is not as it should be.", "%(count)d things are not as they should be.", len(findings)
        )
        return (
            "danger",
            f"{says} {found % {'count': len(findings)}}",
            _("Run “manage.py verify-backup” to see all that it found."),
        )
    tried = hours_since("tried")
    if tried is not None:
        says += " " + _("Brought back on trial, and whole: %(when)s.") % {"when": _moment(known["tried"]["at"])}
    if tried is not None and tried > UNTRIED_DAYS * 24:
        return "warn", says, _("Run “manage.py verify-backup”: it has not been brought back on trial for long.")
    if _same_disk(where):
        return "warn", says, _("It lies on the disk of the data. Set COLLAB_BACKUPS to a directory on another one.")
    return "good", says, ""


def _same_disk(where: Path) -> bool:
    held = settings.BLOBS_DIR or settings.DATA
    held = held if held.exists() else settings.DATA
    return where.exists() and where.stat().st_dev == held.stat().st_dev


def _moment(text: str) -> str:
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")


def _file() -> Path:
    return Path(settings.DATA) / "backup-state.json"


_TRY = "manage.py backup"
