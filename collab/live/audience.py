"""Who hears that something changed on devices: those who may see it, and those whose sight of it has just ended.

Asked once for many changes and for all who listen, never once a person: two queries for the changes, one for the things
and one for who may see them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from collab.events.models import Change
from collab.registry import registry
from collab.rights.right import Right
from collab.rights.sql import LIVE
from collab.spaces.models import Space

_SEERS = f"""SELECT l.acl_id, array_agg(DISTINCT g.principal_id) FROM rights_lineage l
 JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = ANY(%s) AND g.rights & {int(Right.SEE)} <> 0 AND {LIVE} GROUP BY l.acl_id"""

_TAKEN = frozenset({"unshare", "expire"})
"""Kinds of change that name whom they took something from."""
_GONE_FROM = frozenset({"move", "leave"})
_ENDS = frozenset({"archive", "restore", "unshare", "expire", "share"})
"""Kinds of change of a space that give or take its folder on devices."""

Mark = tuple[int, int, tuple[int, ...]]
"""(space, seq, what it lies in) of one event."""


@dataclass(frozen=True)
class Heard:
    """One change: `to` are the principals that hear of it; `things`: {id: principals that see it}, itself and above.

    `file`: something on devices is different; `activity`: people are told of it in words.
    """

    to: frozenset[int]
    things: dict[int, frozenset[int]] = field(default_factory=dict)
    file: bool = True
    activity: bool = True


def of(marks: Iterable[Mark]) -> list[Heard]:
    """Return who hears of these changes, as far as they are still in the log."""
    places = registry.places()
    around = {(space, seq): at for space, seq, at in marks}
    if places is None or not around:
        return []
    named = Q()
    for space, seq in around:
        named |= Q(space_id=space, seq=seq)
    changes = list(Change.objects.filter(named, ref_kind__in=[places.kind, "space"]))
    ids = {change.ref_id for change in changes if change.ref_kind == places.kind}
    ids |= {pk for change in changes for pk in around[change.space_id, change.seq]}
    ids |= {pk for change in changes if (pk := _former(change))}
    circles = places.circles(sorted(ids))
    above = {change.pk: acl for change in changes if change.kind == "restrict" and (acl := _above(change))}
    spaces = dict(
        Space.objects.filter(pk__in={change.ref_id for change in changes if change.ref_kind == "space"}).values_list(
            "pk", "acl_id"
        )
    )
    seers = _seers({*circles.values(), *above.values(), *spaces.values()})
    found = []
    for change in changes:
        if change.ref_kind == "space":
            if change.kind in _ENDS:
                found.append(Heard(seers.get(spaces.get(change.ref_id, 0), frozenset()) | _taken(change)))
            continue
        to = _of_thing(change.ref_id, circles, seers) | _taken(change)
        if change.pk in above:
            to |= seers.get(above[change.pk], frozenset())
        if former := _former(change):
            to |= _of_thing(former, circles, seers)
        near = (change.ref_id, *around[change.space_id, change.seq])
        said = registry.said(change)
        found.append(
            Heard(to, {pk: _of_thing(pk, circles, seers) for pk in near}, file=said is None, activity=said != "")
        )
    return found


def _seers(acls: set[int]) -> dict[int, frozenset[int]]:
    if not acls:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SEERS, [list(acls)])
        return {acl: frozenset(principals) for acl, principals in cursor.fetchall()}


def _of_thing(pk: int, circles: dict[int, int], seers: dict[int, frozenset[int]]) -> frozenset[int]:
    return seers.get(circles.get(pk, 0), frozenset())


def _taken(change: Any) -> frozenset[int]:
    """Return the principal from which the change took something, if it did."""
    principal = (change.after or {}).get("principal") if change.kind in _TAKEN else None
    return frozenset({principal}) if isinstance(principal, int) else frozenset()


def _former(change: Any) -> int:
    """Return the folder out of which something was moved: it is gone for those who saw it there."""
    parent = (change.before or {}).get("parent") if change.kind in _GONE_FROM else None
    return parent if isinstance(parent, int) else 0


def _above(change: Any) -> int | None:
    """Return the circle whose people saw the thing until it was restricted."""
    thing = registry.thing(change.ref_kind, change.ref_id)
    return thing.inherited_acl_id() if thing is not None else None
