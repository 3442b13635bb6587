"""DAV:sync-collection (RFC 6578): what changed in a calendar since a device last asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from calendars import queries
from calendars.dav import tokens, wanted
from calendars.dav.kinds import CALENDAR
from calendars.dav.resources import CalendarResource
from collab.dav import multistatus
from collab.dav.hrefs import segment, text
from collab.dav.reports import report
from collab.lib.errors import BadInput

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.response import Response

MOST = 5_000
"""So many changes are told at once to a device that asks for a limit; who asks for none is told all: old ones do not
know how to go on."""
STEP = 500
"""So many entries are fetched at a time where their bytes are asked too."""
_MORE = "<d:error><d:number-of-matches-within-limits/></d:error>"


@report("{DAV:}sync-collection", CALENDAR)
def sync(request: Request, root: Any) -> Response:
    """Tell each name that changed once, as it is now: with what is asked of it, or with 404 when it is gone."""
    request.depth("0", ("0", "1"))  # Thunderbird sends 1 and means the sync-level
    if root.findtext("{DAV:}sync-level", "").strip() not in {"1", "infinite"}:
        raise BadInput(_("This report does not say its sync-level."))
    resource = request.resource
    assert isinstance(resource, CalendarResource)
    found = resource.found
    token = tokens.read(root.findtext("{DAV:}sync-token", "").strip(), found)
    asked = wanted.read(request, root)
    changes = queries.changes(request.actor, found, token.seq, token.last, limit_of(root), old=token.old)
    after = tokens.token_of(found, changes.seq, changes.last, 0 if changes.whole else token.old)

    def pieces() -> Iterator[str]:
        render = asked.renderer(resource, ZoneInfo(found.calendar.zone))
        for start in range(0, len(changes.rows), STEP):
            yield from map(render, asked.again(request, found, changes.rows[start : start + STEP]))
        base = resource.href
        yield from (multistatus.status_only(base + segment(name), "404 Not Found") for name in changes.gone)
        if not changes.whole:
            yield multistatus.status_only(base, "507 Insufficient Storage", _MORE)
        yield f"<d:sync-token>{text(after)}</d:sync-token>"

    return multistatus.streamed(pieces(), wanted.headers(asked))


def limit_of(root: Any) -> int | None:
    """Return how many changes are wanted at most, None where no limit is asked. Raises BadInput."""
    limit = root.find("{DAV:}limit")
    if limit is None:
        return None
    said = limit.findtext("{DAV:}nresults", "").strip()
    if not said.isdecimal() or not 0 < len(said) < 10 or int(said) == 0:
        raise BadInput(_("This limit is not a number."))
    return min(int(said), MOST)
