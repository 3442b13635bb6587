"""How the house is, in sentences for the one who runs it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.events.models import Outbox
from collab.registry import registry
from collab.shell.templatetags.shell import filesize

LITTLE_ROOM = 0.1
LATE = 120
"""Seconds after which an unpublished event means that the worker sleeps."""


@dataclass(frozen=True)
class Check:
    """One part of the house: `state` good, warn or danger; `says` with a figure; `advice` when something is to do."""

    title: str | Promise
    state: str
    says: str
    advice: str = ""


def checks() -> list[Check]:
    """Return the state of every part; a part that cannot be asked is a danger, never an error of the page."""
    return [_tried(title, ask) for title, ask in (*_PARTS, *((part.title, part.ask) for part in registry.health()))]


def _tried(title: str | Promise, ask: Callable[[], tuple[str, str, str]]) -> Check:
    try:
        return Check(title, *ask())
    except Exception as error:  # any driver may fail in its own way, and the page must stand
        return Check(title, "danger", _("It does not answer: %(error)s") % {"error": type(error).__name__})


def _database() -> tuple[str, str, str]:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
    took = (time.perf_counter() - began) * 1000
    says = _("PostgreSQL %(version)s, %(size)s, answers in %(took)d ms.")
    return "good", says % {"version": version.split()[0], "size": filesize(size), "took": max(1, round(took))}, ""


def _redis() -> tuple[str, str, str]:
    if not settings.REDIS_URL:
        return "warn", _("Not set up: pages are not refreshed live."), _("Set REDIS_URL, or start with “make run”.")
    began = time.perf_counter()
    cache.get("collab:health")
    return "good", _("Answers in %(took)d ms.") % {"took": max(1, round((time.perf_counter() - began) * 1000))}, ""


def _disk() -> tuple[str, str, str]:
    wanted = settings.BLOBS_DIR or settings.DATA
    room = shutil.disk_usage(next(place for place in (wanted, *wanted.parents) if place.exists()))
    says = _("%(free)s free of %(total)s.") % {"free": filesize(room.free), "total": filesize(room.total)}
    if room.free < room.total * LITTLE_ROOM:
        return "warn", says, _("Empty trashes, or move the data to a larger disk.")
    return "good", says, ""


def _worker() -> tuple[str, str, str]:
    waiting = Outbox.objects.filter(published_at=None)
    oldest = waiting.order_by("pk").values_list("created_at", flat=True).first()
    count = waiting.count()
    if oldest is None:
        return "good", _("Nothing waits."), ""
    says = ngettext("%(count)d event waits.", "%(count)d events wait.", count) % {"count": count}
    if (timezone.now() - oldest).total_seconds() > LATE:
        return "warn", says, _("The worker seems to be stopped: start the server again.")
    return "good", says, ""


def _mail() -> tuple[str, str, str]:
    if not settings.MAIL_URL:
        return (
            "warn",
            _("Not set up: nobody receives mail."),
            _("Invitations and new passwords go by copied links. Set COLLAB_MAIL_URL to send them."),
        )
    return "good", _("Leaves through %(host)s.") % {"host": settings.EMAIL_HOST}, ""


def _address() -> tuple[str, str, str]:
    if settings.HTTPS:
        return "good", settings.URL, ""
    return (
        "warn",
        f"{settings.URL}.",
        _("Without https, passwords can be read on the way. Set COLLAB_URL to an https address."),
    )


_PARTS = (
    (gettext_lazy("Database"), _database),
    (gettext_lazy("Live refresh"), _redis),
    (gettext_lazy("Disk"), _disk),
    (gettext_lazy("Background work"), _worker),
    (gettext_lazy("Mail"), _mail),
    (gettext_lazy("Address"), _address),
)
