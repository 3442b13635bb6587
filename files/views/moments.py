"""A moment to the minute, since of one day there may be many."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from collab.shell.templatetags.shell import short_moment


def exactly(at: datetime | int) -> str:
    """Return “at 9:12” of today, “yesterday, 9:12”, “12 Nov., 9:12” before. `at` may be unix seconds."""
    local = timezone.localtime(datetime.fromtimestamp(at, UTC) if isinstance(at, int) else at)
    said = short_moment(local)
    if local.date() == timezone.localdate():
        return said
    time = formats.date_format(local, "G:i")
    return pgettext("day and hour", "%(day)s, %(time)s") % {"day": said, "time": time}


def stamp(at: datetime | int) -> SafeString:
    """Return the same as a `<time>`, whose full date the script of the page shows."""
    local = timezone.localtime(datetime.fromtimestamp(at, UTC) if isinstance(at, int) else at)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), exactly(at))
