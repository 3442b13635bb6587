"""Tasks made, ticked off, given to people, ordered, put below each other, changed several at once, and all taken back.

The bytes are made by `ical` and kept by `storing`, as those of any device; `arranging.undo` takes each change back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from calendars import roles
from calendars.actions import arranging, holding, storing
from calendars.ical import editing, writing
from calendars.ical.todos import DONE
from calendars.ical.writing import REOPENED, Changes
from calendars.models import Calendar, CalendarObject, Component
from calendars.tasklists import queries
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights.actor import Actor

MOST = 500
"""So many tasks are changed at once."""


def make(actor: Actor, calendar: Calendar, changes: Changes) -> CalendarObject:
    """Put a new task into a list. Needs ADD. Raises Refusal."""
    uid = str(uuid.uuid4())
    data = writing.new(Component.TASK, changes, now=timezone.now(), uid=uid)
    return storing.put(actor, calendar, f"{uid}.ics", data).found


@transaction.atomic
def change(
    actor: Actor, found: CalendarObject, etag: str, changes: Changes, *, into: Calendar | None = None
) -> list[CalendarObject]:
    """Change a task; to another list it takes along what lies below it. Return all that changed.

    Raises Stale when it is not what `etag` names any more, else as `storing.put` and `storing.move`.
    """
    if into is None or into.pk == found.calendar_id:
        return [arranging.change(actor, found, etag, changes).event]
    return _moved(actor, found, etag, changes, into)


@transaction.atomic
def keep(
    actor: Actor, found: CalendarObject, etag: str, changes: Changes, status: str, into: Calendar
) -> list[CalendarObject]:
    """Change what a form says of a task: its words, how far it is (`status`), the list it lies in; one Undo for all.

    Return all that changed, it first. Raises Stale, Refusal.
    """
    before, calendar = bytes(found.data), found.calendar
    if changes == Changes() and status == _status(found) and into.pk == calendar.pk:
        arranging.unchanged(etag)(found)
        return [found]  # nothing is said otherwise: no line is touched
    if status not in {_status(found), "COMPLETED"}:
        said = REOPENED.says if status == "NEEDS-ACTION" else stated(status).says
        changes = replace(changes, says={**said, **changes.says})
    changed = change(actor, found, etag, changes, into=into)
    if status == "COMPLETED" and not _is_done(found):
        ticked = complete(actor, _whole(changed[0]), changed[0].etag)
        changed = list({one.pk: one for one in (*changed, *ticked)}.values())
        arranging.remember(changed[0], before, calendar if changed[0].calendar_id != calendar.pk else None)
    return changed


def _status(found: CalendarObject) -> str:
    return "COMPLETED" if _is_done(found) and found.status != "CANCELLED" else found.status or "NEEDS-ACTION"


def tick(actor: Actor, found: CalendarObject, etag: str) -> list[CalendarObject]:
    """Say that a task is done, with all below it; one that repeats goes on with its next time. Of one that is done,
    say that it is not. Return all that changed, it first. Raises Stale, Refusal."""
    return reopen(actor, found, etag) if _is_done(found) else complete(actor, found, etag)


@transaction.atomic
def complete(actor: Actor, found: CalendarObject, etag: str) -> list[CalendarObject]:
    """Say that a task is done. Where it repeats, what lies below it is to be done again with it."""
    now, zone = timezone.now(), ZoneInfo(found.calendar.zone)
    data = bytes(found.data)
    following = editing.advance(data, now=now, zone=zone)
    done = writing.completed(now)
    changed = [_rewrite(actor, found, etag, following or editing.change_all(data, done, now=now, zone=zone))]
    for one in below(actor, found):
        if following is None and not _is_done(one):
            changed.append(arranging.change(actor, one, one.etag, done).event)
        elif following is not None and one.status == "COMPLETED":
            changed.append(arranging.change(actor, one, one.etag, REOPENED).event)
    return changed


@transaction.atomic
def reopen(actor: Actor, found: CalendarObject, etag: str) -> list[CalendarObject]:
    """Say that a task is not done, nor what it is a part of."""
    changed = [arranging.change(actor, found, etag, REOPENED).event]
    above, seen = _parent(found), {found.pk}
    while above is not None and above.pk not in seen and _is_done(above) and _may_change(actor, above):
        changed.append(arranging.change(actor, above, above.etag, REOPENED).event)
        seen.add(above.pk)
        above = _parent(above)
    return changed


def set_status(actor: Actor, found: CalendarObject, etag: str, status: str) -> list[CalendarObject]:
    """Say how far a task is: NEEDS-ACTION, IN-PROCESS, COMPLETED, CANCELLED. Raises BadInput, Stale, Refusal."""
    if status == "COMPLETED":
        return complete(actor, found, etag)
    if status == "NEEDS-ACTION":
        return reopen(actor, found, etag)
    return [arranging.change(actor, found, etag, stated(status)).event]


def stated(status: str) -> Changes:
    """Return what says that a task, which is not done, is in this state. Raises BadInput."""
    if status not in {"NEEDS-ACTION", "IN-PROCESS", "CANCELLED"}:
        raise BadInput
    return Changes(says={"STATUS": status, "COMPLETED": ""})


@transaction.atomic
def put_below(actor: Actor, found: CalendarObject, etag: str, above: CalendarObject | None) -> CalendarObject:
    """Make a task a part of another of its list, or of none. Raises Conflict for what would lie below itself, or too
    deep."""
    if above is not None:
        storing.hold(actor, found.calendar, roles.Right.SEE)
        line, one = [above.pk], _parent(above)
        while one is not None and one.pk not in line:
            line.append(one.pk)
            one = _parent(one)
        if found.pk in line or above.calendar_id != found.calendar_id:
            raise Conflict(_("A task cannot be a part of itself."))
        if len(line) + 1 + _height(found) > queries.DEPTH:
            raise Conflict(_("Subtasks lie %(count)d deep at most.") % {"count": queries.DEPTH})
    parent = above.uid if above is not None else ""
    return arranging.change(actor, found, etag, Changes(parent=parent)).event


@transaction.atomic
def place(
    actor: Actor, found: CalendarObject, etag: str, siblings: Sequence[CalendarObject], at: int
) -> list[CalendarObject]:
    """Put a task between its siblings (in their order, without it), before the one at this place.

    A number between those of its neighbours is written, and those that leave no room move up by as little as they can
    (X-APPLE-SORT-ORDER, as Nextcloud Tasks does). Return all that changed, it first.
    """
    before = siblings[at - 1].sort_order if at > 0 else None
    after = siblings[at].sort_order if at < len(siblings) else None
    if before is None:
        wanted = found.sort_order if after is None else after - 1
    elif after is not None and after - before > 1:
        wanted = (before + after) // 2
    else:
        wanted = before + 1
    changed = [arranging.change(actor, found, etag, _ordered(wanted)).event]
    for one in siblings[at:] if before is not None else ():
        if one.sort_order > wanted:
            break
        wanted += 1
        changed.append(arranging.change(actor, _whole(one), one.etag, _ordered(wanted)).event)
    return changed


@transaction.atomic
def remove(actor: Actor, found: CalendarObject, etag: str) -> list[CalendarObject]:
    """Put a task into the trash, with what lies below it and may be deleted. Return all that went, it first."""
    under = [one for one in below(actor, found) if roles.may_delete(_mask(actor, one), actor.user, one.created_by_id)]
    gone = [arranging.remove(actor, found, etag).event]
    return gone + [arranging.remove(actor, one, one.etag).event for one in under]


Act = Callable[[CalendarObject], list[CalendarObject]]


@transaction.atomic
def for_each(found: Iterable[CalendarObject], act: Act) -> list[CalendarObject]:
    """Do the same to several tasks, all or none; what one of them took along is not done twice."""
    found = list(found)
    if len(found) > MOST:
        raise BadInput(_("This is too much at once. Select fewer things."))
    for space in sorted({one.calendar.space_id for one in found}):
        holding.hold_space(space)
    uids = {one.uid for one in found}
    changed: dict[int, CalendarObject] = {}
    for one in sorted(found, key=lambda one: one.parent_uid in uids):  # what takes others along comes first
        if one.pk not in changed:
            changed |= {each.pk: each for each in act(one)}
    return list(changed.values())


@transaction.atomic
def undo_all(actor: Actor, found: Sequence[tuple[CalendarObject, str]]) -> None:
    """Take back what was done at once to these tasks, after which they were these etags, the last first."""
    for one, etag in reversed(found):
        arranging.undo(actor, one, etag)


def below(actor: Actor, found: CalendarObject) -> list[CalendarObject]:
    """Return all subtasks, however deep, that the actor sees whole and may change."""
    ids = queries.below([found.pk])
    rows = CalendarObject.objects.select_related("calendar__space", "calendar__acl").filter(pk__in=list(ids))
    return [one for one in rows.order_by("pk") if _may_change(actor, one)]


def _moved(actor: Actor, found: CalendarObject, etag: str, changes: Changes, into: Calendar) -> list[CalendarObject]:
    under = below(actor, found)
    changed = [arranging.change(actor, found, etag, replace(changes, parent=""), into=into).event]
    return changed + [arranging.change(actor, one, one.etag, Changes(), into=into).event for one in under]


def _rewrite(actor: Actor, found: CalendarObject, etag: str, data: bytes) -> CalendarObject:
    before = bytes(found.data)
    stored = storing.put(actor, found.calendar, found.name, data, guard=arranging.unchanged(etag)).found
    arranging.remember(stored, before)
    return stored


def _ordered(place: int) -> Changes:
    return Changes(says={"X-APPLE-SORT-ORDER": str(place)})


def _whole(found: CalendarObject) -> CalendarObject:
    """Return it with its bytes, where a list was read without."""
    again = CalendarObject.objects.select_related("calendar__space").filter(pk=found.pk, deleted_at=None).first()
    if again is None:
        raise NotFound
    return again


def _is_done(found: CalendarObject) -> bool:
    return found.status in DONE or found.completed_at is not None


def _parent(found: CalendarObject) -> CalendarObject | None:
    if not found.parent_uid:
        return None
    rows = CalendarObject.objects.select_related("calendar__space", "calendar__acl")
    return rows.filter(calendar=found.calendar_id, uid=found.parent_uid, deleted_at=None).first()


def _height(found: CalendarObject) -> int:
    """Return how deep the subtasks of a task lie below it."""
    above = queries.below([found.pk])
    depths = {found.pk: 0}
    for pk, parent in above.items():
        depths[pk] = depths.get(parent, 0) + 1
    return max(depths.values())


def _mask(actor: Actor, found: CalendarObject) -> int:
    return actor.rights_on(found.calendar)


def _may_change(actor: Actor, found: CalendarObject) -> bool:
    mask = _mask(actor, found)
    sight = roles.sight(mask, actor.user, found.secrecy, found.created_by_id)
    return sight is roles.Sight.WHOLE and roles.may_change(mask, actor.user, found.created_by_id)


def refuse(actor: Actor, found: CalendarObject) -> None:
    """Raise Forbidden unless the actor may change the task."""
    if not _may_change(actor, found):
        raise Forbidden(storing.NOT_YOURS)
