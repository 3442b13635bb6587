"""Who may do what at a glance: many principals by many acls, in a number of queries that does not grow with either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from collab.rights import sql
from collab.rights.actor import Actor
from collab.rights.explain import Preview, masks_of, people_of
from collab.rights.models import Principal
from collab.rights.right import Right

ROWS = 200
COLUMNS = 300

_CELLS = f"""SELECT l.acl_id, g.principal_id,
 coalesce(bit_or(g.rights) FILTER (WHERE g.acl_id = l.acl_id), 0)::int,
 coalesce(bit_or(g.rights) FILTER (WHERE g.acl_id <> l.acl_id), 0)::int,
 max(g.expires_at) FILTER (WHERE g.acl_id = l.acl_id)
 FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = ANY(%s) AND g.principal_id = ANY(%s) AND {sql.LIVE} GROUP BY l.acl_id, g.principal_id"""

_MASKS = f"""SELECT l.acl_id, bit_or(g.rights)::int
 FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = ANY(%s) AND g.principal_id = ANY(%s) AND {sql.LIVE} GROUP BY l.acl_id"""

_VIA = """SELECT p.id, ARRAY(SELECT gp.id FROM groups_membership m JOIN rights_principal gp ON gp.group_id = m.group_id
  WHERE m.user_id = p.user_id), u.rank IS DISTINCT FROM 'guest'
 FROM rights_principal p LEFT JOIN accounts_user u ON u.id = p.user_id WHERE p.id = ANY(%s)"""

_REACH = f"""SELECT l.acl_id, l.ancestor_id, g.principal_id, g.rights
 FROM rights_lineage l LEFT JOIN rights_grant g ON g.acl_id = l.ancestor_id AND {sql.LIVE}
 WHERE l.acl_id = ANY(%s)"""


class Cell(NamedTuple):
    """`own`: given on the very thing, until `end`; `through`: received from a wider circle, a group or Everyone."""

    own: int = 0
    through: int = 0
    end: datetime | None = None

    @property
    def mask(self) -> int:
        return self.own | self.through


_NOTHING = Cell()


class Cells:
    """The grants of a board. `via`: for each row, the principals whose rights are its own too."""

    def __init__(self, via: Mapping[int, tuple[int, ...]]):
        self.via = via
        self._own: dict[int, dict[int, tuple[int, datetime | None]]] = {}
        self._above: dict[int, dict[int, int]] = {}
        self._shared: dict[tuple[int, ...], dict[int, int]] = {}

    def put(self, principal: int, acl: int, own: int, above: int, end: datetime | None) -> None:
        """Keep what one principal has on one acl: given there, and by wider circles."""
        if own:
            self._own.setdefault(principal, {})[acl] = (own, end)
        if above:
            self._above.setdefault(principal, {})[acl] = above

    def at(self, principal: int, acl: int) -> Cell:
        """Return what the principal has on the acl."""
        return self.row(principal, (acl,))[0]

    def row(self, principal: int, acls: Iterable[int]) -> list[Cell]:
        """Return what the principal has on each of these acls; most of them are one and the same object: nothing."""
        own = self._own.get(principal, {})
        above = self._above.get(principal, {})
        shared = self._through(self.via.get(principal, ()))
        found = []
        for acl in acls:
            through = above.get(acl, 0) | shared.get(acl, 0)
            if acl in own:
                mask, end = own[acl]
                found.append(Cell(mask, through, end))
            else:
                found.append(Cell(0, through) if through else _NOTHING)
        return found

    def _through(self, others: tuple[int, ...]) -> dict[int, int]:
        """Return {acl: what these give together}, worked out once: many rows share them."""
        if others not in self._shared:
            total: dict[int, int] = {}
            for other in others:
                for acl, (mask, _end) in self._own.get(other, {}).items():
                    total[acl] = total.get(acl, 0) | mask
                for acl, mask in self._above.get(other, {}).items():
                    total[acl] = total.get(acl, 0) | mask
            self._shared[others] = total
        return self._shared[others]


def cells(principals: Iterable[int], acls: Iterable[int]) -> Cells:
    """Return what these principals have on these acls, and through what else. Three queries."""
    via = _via(list(principals))
    asked = {*via, *(other for others in via.values() for other in others)}
    found = Cells(via)
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, [list(acls), list(asked)])
        for acl, principal, own, above, end in cursor.fetchall():
            found.put(principal, acl, own, above, end)
    return found


def masks(actor: Actor, acls: Iterable[int]) -> dict[int, Right]:
    """Return {acl: all that the actor may do on it}, nothing for an acl on which they have no right. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MASKS, [list(acls), list(actor.principals)])
        return {acl: Right(mask) for acl, mask in cursor.fetchall()}


def preview(changes: Mapping[tuple[int, int], int]) -> dict[int, Preview]:
    """Answer “who gains, who loses” on each acl, if each (acl, principal) were given the mask, all at once.

    What is changed on a wider circle counts on the narrower ones too. A constant number of queries.
    """
    before: dict[int, list[tuple[int, int]]] = {}
    after: dict[int, list[tuple[int, int]]] = {}
    lines: set[tuple[int, int]] = set()
    touched = {acl for acl, _principal in changes}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [list(touched)])
        for acl, ancestor, principal, rights in cursor.fetchall():
            lines.add((acl, ancestor))
            if principal is None:
                continue
            before.setdefault(acl, []).append((principal, rights))
            if (ancestor, principal) not in changes:
                after.setdefault(acl, []).append((principal, rights))
    by_acl: dict[int, list[tuple[int, int]]] = {}
    for (acl, principal), mask in changes.items():
        by_acl.setdefault(acl, []).append((principal, mask))
    for acl, ancestor in lines:
        after.setdefault(acl, []).extend(pair for pair in by_acl.get(ancestor, ()) if pair[1])
    named = {pair[0] for grants in (*before.values(), *after.values()) for pair in grants}
    reach = people_of(named)
    return {
        acl: _compared(masks_of(before.get(acl, []), reach), masks_of(after.get(acl, []), reach)) for acl in touched
    }


def _compared(old: dict[int, int], new: dict[int, int]) -> Preview:
    gains = {pk: Right(mask & ~old.get(pk, 0)) for pk, mask in new.items() if mask & ~old.get(pk, 0)}
    loses = {pk: Right(mask & ~new.get(pk, 0)) for pk, mask in old.items() if mask & ~new.get(pk, 0)}
    return Preview(gains, loses, sum(1 for mask in new.values() if mask & Right.SEE))


def _via(principals: list[int]) -> dict[int, tuple[int, ...]]:
    """Return {principal: those whose rights it shares}: Everyone for a group, a person's groups and Everyone."""
    everyone = Principal.objects.filter(group__everyone=True).values_list("pk", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(_VIA, [principals])
        return {
            pk: tuple(other for other in (*groups, *((everyone,) if member else ())) if other and other != pk)
            for pk, groups, member in cursor.fetchall()
        }
