"""Writing occurrences down further: time goes on, and series that never end need new rows."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from calendars import indexing
from calendars.actions import listing
from calendars.ical import reading
from calendars.models import CalendarObject, Occurrence
from collab.lib.errors import Refusal

SOON = timedelta(days=365)
"""Series are written on as soon as less than this lies ahead."""
STEP = 200


def write_on() -> int:
    """Write on what ends soon, some hundred series at a time; return how many."""
    soon = timezone.now() + SOON
    found = CalendarObject.objects.living().filter(expanded_until__lt=soon).order_by("expanded_until", "pk")
    ids = list(found.values_list("pk", flat=True)[:STEP])
    return sum(_write(pk) for pk in ids)


@transaction.atomic
def _write(pk: int) -> bool:
    """Make the rows of one series anew; nothing that devices see changes."""
    found = (
        CalendarObject.objects.select_for_update(of=("self",)).select_related("calendar")
        .filter(pk=pk, deleted_at=None).first()
    )  # fmt: skip
    if found is None:
        return False
    before = found.expanded_until
    try:
        index = indexing.index(reading.read(bytes(found.data)), found.calendar.zone)
    except Refusal:  # it was read when it came; whatever bounds say today, its rows of then stay
        return False
    found.expanded_since, found.expanded_until = index.columns["expanded_since"], index.columns["expanded_until"]
    if found.expanded_until == before:
        return False
    found.rings_at = found.rings_at or index.columns["rings_at"]
    found.save(update_fields=["expanded_since", "expanded_until", "rings_at"])
    Occurrence.objects.filter(event=found).delete()
    Occurrence.objects.bulk_create(index.rows(found, listing.invited_as(found)), batch_size=1000)
    return True
