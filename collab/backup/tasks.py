"""The nightly backup: a process of its own, since a first one may take longer than any task is allowed to."""

from __future__ import annotations

import subprocess
import sys

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from collab.backup import state

_NIGHT = range(1, 6)
_DAY = 20


@shared_task
def when_due() -> None:
    """Begin one at night, or as soon as it is late; one that is under way already ends the second at once."""
    if state.place() is None:
        return
    age = state.hours_since("taken")
    if age is None or age > state.LATE_HOURS or (age > _DAY and timezone.localtime().hour in _NIGHT):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--nightly"]
        log = settings.DATA / "logs" / "backup.log"
        log.parent.mkdir(mode=0o700, exist_ok=True)
        with log.open("ab") as said:
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True)
