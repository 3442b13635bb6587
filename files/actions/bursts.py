"""The brake on mass deletion: noticed as the change log is read, told to those concerned, brought back as a whole.

Nothing is refused: what a device deletes goes to the trash as always, and a deletion costs no query more.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from collab.accounts.models import AppPassword
from collab.events import jobs, notices
from collab.events.models import Change
from collab.lib.errors import OverQuota, Refusal
from collab.registry import house
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space
from files import bursts
from files.actions import trashing
from files.models import Burst, Node, Trash

KEPT = timedelta(days=90)
LARGE = 100
"""More entries than this are brought back by a job."""


class _Thrown(NamedTuple):
    at: datetime
    space: int
    things: int
    person: int | None


def notice(space_id: int, changes: list[Change]) -> None:
    """Look at what was thrown away in the space: was it, with what the same device did just before, much at once?"""
    refs = [change.ref_id for change in changes if change.kind == "trash" and change.ref_kind == Node.REF_KIND]
    if not refs:
        return
    rows = Trash.objects.filter(space=space_id, node__in=refs).exclude(device="")
    times: dict[str, list[datetime]] = defaultdict(list)
    for device, at in rows.values_list("device", "deleted_at"):
        times[device].append(at)
    for device, moments in sorted(times.items()):
        _look(device, min(moments), max(moments))


@transaction.atomic
def _look(device: str, first: datetime, last: datetime) -> None:
    """Find the bursts of the device among what it threw away between these moments, in whatever space."""
    with connection.cursor() as cursor:  # readers of two spaces may look at one device
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('files.bursts'), hashtext(%s))", [device])
    around = (first - bursts.WINDOW, last + bursts.WINDOW)
    thrown = Trash.objects.filter(device=device, deleted_at__range=around).order_by("deleted_at", "pk")
    rows = [_Thrown(*row) for row in thrown.values_list("deleted_at", "space_id", "things", "deleted_by_id")]
    for found in _gathered(rows, house.get("files.brake_things")):
        by_place: dict[tuple[int, int | None], list[_Thrown]] = defaultdict(list)
        for row in found:
            by_place[(row.space, row.person)].append(row)
        for (space, person), ones in by_place.items():
            _note(device, space, person, ones)


def _gathered(rows: list[_Thrown], most: int) -> list[list[_Thrown]]:
    """Return the runs in which `most` things or more went within a minute; what follows within one belongs to them."""
    found: list[list[_Thrown]] = []
    window: deque[_Thrown] = deque()
    run: list[_Thrown] = []
    for row in rows:
        while window and row.at - window[0].at > bursts.WINDOW:
            window.popleft()
        window.append(row)
        if run and row.at - run[-1].at <= bursts.WINDOW:
            run.append(row)
        elif sum(one.things for one in window) >= most:
            run = list(window)
            found.append(run)
    return found


def _note(device: str, space_id: int, person: int | None, rows: list[_Thrown]) -> None:
    """Write the burst down and tell of it, or let the one that goes on grow."""
    begun, last = rows[0].at, rows[-1].at
    same = Burst.objects.filter(device=device, space=space_id, person=person)
    going_on = (
        same.filter(last_at__gte=begun - bursts.WINDOW, begun_at__lte=last + bursts.WINDOW).order_by("-last_at").first()
    )
    if going_on is not None:
        going_on.begun_at, going_on.last_at = min(begun, going_on.begun_at), max(last, going_on.last_at)
        there = bursts.entries(going_on).values_list("things", flat=True)
        going_on.things = max(going_on.things, sum(there))
        going_on.save(update_fields=["begun_at", "last_at", "things"])
        return
    number = device[1:] if device.startswith("a") else ""
    name = AppPassword.objects.filter(pk=number).values_list("name", flat=True).first() if number.isdecimal() else ""
    burst = Burst.objects.create(
        space_id=space_id, person_id=person, device=device, name=name or "", begun_at=begun, last_at=last,
        things=sum(row.things for row in rows),
    )  # fmt: skip
    managers = explain.people_with(Space.objects.get(pk=space_id).acl_id, Right.MANAGE)
    notices.tell(bursts.KIND, {*managers, *([person] if person else [])}, (bursts.REF_KIND, burst.pk))


def restore(actor: Actor, burst: Burst, tell: Callable[[int, int], None] = jobs.tell) -> tuple[int, int]:
    """Bring all of it back to its place, the last thrown first, so that a folder is there before what lay in it.

    Each entry by itself: done again, it brings back what is left. Returns (how many came back, how many could not).
    """
    ids = list(bursts.entries(burst).visible_to(actor).order_by("-pk").values_list("pk", flat=True))
    back = refused = 0
    for at, pk in enumerate(ids):
        tell(at, len(ids))
        row = Trash.objects.filter(pk=pk).first()
        if row is None:
            continue  # somebody else was quicker
        try:
            trashing.restore(actor, row)
            back += 1
        except OverQuota:
            raise
        except Refusal:
            refused += 1
    return back, refused


def forget() -> int:
    """Delete what was noticed long ago. Returns how many."""
    return Burst.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]


def lose_names(person: Any) -> None:
    """When somebody leaves: what they called their devices goes with them."""
    Burst.objects.filter(person=person).update(name="")
