"""What is mine to do, gathered from all apps that declare it, in one order, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.lib import paging
from collab.lib.errors import BadInput
from collab.registry.duties import Count, Duties, Duty
from collab.registry.plugin import Shown
from collab.rights import switches
from collab.rights.actor import Actor

PAGE = 50
SHOWN = 6
SOON = timedelta(days=7)
"""The home page shows what is due until then."""

SPANS: dict[str, str | Promise] = {
    "late": _("Overdue"), "today": _("Today"), "week": _("In the next seven days"), "later": _("Later"),
    "whenever": _("On no particular day"),
}  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """One thing to do, and which app it comes from."""

    source: Duties
    duty: Duty


def sources(actor: Actor) -> list[Duties]:
    """Return where things to do come from, of the apps that are switched on."""
    return [one for plugin in switches.plugins(actor) for one in plugin.duties]


def page(actor: Actor, cursor: str = "", size: int = PAGE) -> tuple[list[Mine], str]:
    """Return what is to be done, the most urgent first, and the cursor of what follows. Raises BadInput.

    The cursor names for each source the last thing of it that was shown.
    """
    positions = _positions(cursor)
    found: list[Mine] = []
    for source in sources(actor):
        found += [Mine(source, duty) for duty in source.find(actor, positions.get(source.slug), size + 1)]
    found.sort(key=lambda one: (one.duty.key, one.source.slug, one.duty.pk))
    shown = found[:size]
    for one in shown:
        positions[one.source.slug] = (one.duty.key, one.duty.pk)
    more = len(found) > size
    return shown, paging.seal([{slug: [at.isoformat(), pk] for slug, (at, pk) in positions.items()}]) if more else ""


def _positions(cursor: str) -> dict[str, tuple[datetime, int]]:
    (kept,) = paging.unseal(cursor, 1) or ({},)
    if not isinstance(kept, dict):
        raise BadInput
    found = {}
    for slug, value in kept.items():
        if not isinstance(value, list) or len(value) != 2 or type(value[1]) is not int or not 0 < value[1] < 2**63:
            raise BadInput
        try:
            at = datetime.fromisoformat(value[0])
        except (TypeError, ValueError):
            raise BadInput from None
        if at.tzinfo is None:
            raise BadInput
        found[slug] = (at, value[1])
    return found


def spans(found: Sequence[Mine]) -> list[tuple[str | Promise, list[Mine]]]:
    """Return them below headings: overdue, today, soon, later, whenever."""
    by_span: dict[str, list[Mine]] = {}
    for one in found:
        by_span.setdefault(_span(one.duty), []).append(one)
    return [(label, by_span[slug]) for slug, label in SPANS.items() if slug in by_span]


def _span(duty: Duty) -> str:
    if duty.day is None:
        return "whenever"
    away = (duty.day - timezone.localdate()).days
    return "late" if duty.is_late else "today" if away <= 0 else "week" if away < SOON.days else "later"


def waiting(request: Any) -> str | Shown:
    """Return the place into which the block comes a moment later; the home page itself only counts, to say so."""
    found = [source.count(request.actor) for source in sources(request.actor)]
    if not found:
        return ""
    late, today, every = (sum(each) for each in zip(*found, strict=True))
    html = render_to_string("shell/_duties_later.html", {}, request)
    return Shown(html, " ".join(_said(Count(late, today, every))))


def _said(count: Count) -> list[str]:
    """Return what the greeting says: what is for today and what is overdue, else that there is something at all."""
    said = []
    if count.today:
        text = ngettext("%(count)d thing to do today.", "%(count)d things to do today.", count.today)
        said.append(text % {"count": count.today})
    if count.late:
        text = ngettext("%(count)d thing to do is overdue.", "%(count)d things to do are overdue.", count.late)
        said.append(text % {"count": count.late})
    if count.all and not said:
        text = ngettext(
            "%(count)d thing to do, nothing of it today.", "%(count)d things to do, nothing of it today.", count.all
        )
        said.append(text % {"count": count.all})
    return said


def block(request: Any) -> str:
    """Return the block of the home page: what is due now and soon, else what is to be done at all."""
    found, _more = page(request.actor, size=SHOWN + 1)
    limit = timezone.localdate() + SOON
    shown = [one for one in found if one.duty.day is not None and one.duty.day < limit] or found
    context = {"rows": shown[:SHOWN], "more": len(found) > len(shown[:SHOWN]), "full_path": "/", "is_block": True}
    return render_to_string("shell/_duties.html", context, request)
