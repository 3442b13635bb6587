"""Mail that waited when a backup was taken: brought back with it, it may have left long ago, and does not leave again.

The mark lies beside the data, as the fingerprint does: the database is the one of then, perhaps of an older program.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from collab.lib import secretfile

NOT_SENT = _("Not sent: it waited in a backup that was brought back.")
_FILE = "restored"


@contextmanager
def holding() -> Iterator[None]:
    """Hold back what waits now, from before a backup is brought back; what breaks off leaves all as it was."""
    known = _path().read_bytes() if _path().exists() else None
    _write(datetime.now(UTC), holds=True)
    try:
        yield
    except BaseException:
        if known is None:
            _path().unlink(missing_ok=True)
        else:
            secretfile.replace(_path(), known)
        raise


def let_go() -> None:
    """Hold nothing back any more."""
    if (moment := restored_at()) is not None:
        _write(moment, holds=False)


def before() -> datetime | None:
    """Return the moment before which mail had to be asked for to be held back; None when none is."""
    known = _read()
    return known[0] if known is not None and known[1] else None


def keeps(asked_at: datetime) -> bool:
    """Whether what was asked for then is held back."""
    moment = before()
    return moment is not None and asked_at < moment


def restored_at() -> datetime | None:
    """Return when a backup was brought back last; what happened before rings no device."""
    known = _read()
    return known[0] if known is not None else None


def _read() -> tuple[datetime, bool] | None:
    try:
        kept = json.loads(_path().read_text())
        return datetime.fromisoformat(kept["at"]), bool(kept["holds"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _write(moment: datetime, *, holds: bool) -> None:
    secretfile.replace(_path(), json.dumps({"at": moment.isoformat(), "holds": holds}).encode())


def _path() -> Path:
    return Path(settings.DATA) / _FILE
