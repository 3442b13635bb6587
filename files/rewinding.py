"""What would have to be done so that a folder is as it was: step by step, with what may not be done and why.

Nothing is lost by it: what was made since goes to the trash, what is written over becomes a version.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from collab.lib.errors import Conflict
from collab.lib.text import sort_key
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.sql import MASKS
from files.history import History, Row, Span, Spot
from files.models import Version

BACK, CONTENT, MOVED, RENAMED, AWAY, LEFT = "back", "content", "moved", "renamed", "away", "left"
KINDS = (BACK, CONTENT, MOVED, RENAMED, AWAY, LEFT)

_BELOW = """WITH RECURSIVE down (top, id, acl_id, trash_id) AS (
  SELECT id, id, acl_id, trash_id FROM files_node WHERE id = ANY(%s)
  UNION ALL SELECT down.top, n.id, n.acl_id, n.trash_id FROM down CROSS JOIN LATERAL (
   SELECT * FROM files_node inside WHERE inside.parent_id = down.id
    AND inside.trash_id IS NOT DISTINCT FROM down.trash_id OFFSET 0) n)
 SELECT top, count(*), array_agg(DISTINCT acl_id) FROM down GROUP BY top"""


@dataclass(frozen=True)
class Step:
    """One thing that would change. `to`: where it goes (None: to the trash), `version` what it held; `things`: how many
    come along, itself one; `depth`: how far below the folder (above 1000: in none of it);
    `near`: the content is not that of then but the last one before it; `why`: why it is left."""

    kind: str
    row: Row
    name: str
    to: Spot | None = None
    version: int = 0
    where: str = ""
    things: int = 1
    depth: int = 0
    near: bool = False
    why: str = ""

    @property
    def order(self) -> tuple[int, str, str, int]:
        return KINDS.index(self.kind), sort_key(self.where), sort_key(self.name), self.row.id


@dataclass
class Plan:
    """All steps for one folder (its id) and one span, as the actor may do them.

    `near`: files whose content of then is kept no more; they get the one before it that is.
    """

    actor: Actor
    folder: int
    span: Span
    steps: list[Step] = field(default_factory=list)
    masks: dict[int, int] = field(default_factory=dict)
    near: set[int] = field(default_factory=set)

    @cached_property
    def history(self) -> History:
        return History(self.span, [self.folder])

    @property
    def doable(self) -> list[Step]:
        return [step for step in self.steps if step.kind != LEFT]

    def counts(self) -> dict[str, int]:
        """How many steps there are of each kind."""
        return {kind: found for kind in KINDS if (found := sum(1 for step in self.steps if step.kind == kind))}

    def mask(self, row: Row | None) -> int:
        return self.masks.get(row.acl_id, 0) if row is not None else 0


def plan(actor: Actor, folder: int, span: Span) -> Plan:
    """Work out what is to be done, in the order in which people read it.

    Raises Conflict when the folder was not there then, TooLarge. What the actor does not see is not in it.
    """
    found = Plan(actor, folder, span)
    history = found.history
    if not span.act and history.line(folder).lost:
        raise Conflict(_("This folder was not here yet. Choose a later moment."))
    found.masks = _masks(actor, {row.acl_id for row in history.rows.values()})
    drafts = [step for pk in sorted({*history.first, *history.contents}) for step in _drafts(found, pk)]
    found.steps = sorted(_judged(found, drafts), key=lambda step: step.order)
    return found


def _drafts(plan: Plan, pk: int) -> Iterable[Step]:
    """Yield what one thing needs, whoever may do it."""
    history, folder = plan.history, plan.folder
    row = history.rows.get(pk)
    if row is None or pk == folder or not plan.mask(row) & Right.SEE:
        return
    line = history.line(pk)
    inside = folder in line.ids[1:] and not line.lost
    here = folder in history.now(pk)[1:] or _comes_back(plan, row) or _goes_along(plan, row)
    if not inside and not here and not plan.span.act:
        return  # an act is undone wherever it put things
    spot = history.then(pk)
    if pk in history.again:
        yield _left(plan, row, _("It has changed again meanwhile."))
    elif row.space_id != plan.span.space_id:
        yield _left(plan, row, _("It is in another space now. Move it back from there."))
    elif inside and spot is not None:
        yield from _home(plan, row, spot)
    elif line.lost == "gone":
        yield _left(plan, row, _("The folder it lay in was deleted for good."))
    elif line.lost:
        if plan.span.act or folder in history.line(_strange(plan, row)[-1]).ids:
            yield _away(plan, row)  # else it lies in what goes back to another place, and goes with it
    # what an act threw away comes back when the act is undone
    elif spot is not None and (plan.span.act or _is_there(plan, history.rows.get(spot.parent))):
        yield from _outside(plan, row, spot)
    else:
        yield _away(plan, row)  # it came out of what was thrown away since, and goes the same way


def _home(plan: Plan, row: Row, spot: Spot) -> Iterable[Step]:
    """What belongs into the folder: to its place, and its content."""
    line = plan.history.line(row.id)
    depth = line.ids.index(plan.folder)
    if row.trash is not None and (row.thrown == row.id or not _comes_along(plan, row, spot)):
        yield Step(BACK, row, spot.name, spot, where=_where(plan, line.ids[1:]), depth=depth)
    elif (row.parent, row.name) != spot:
        yield _placed(plan, row, spot, depth)
    yield from _content(plan, row, spot.name, depth)


def _content(plan: Plan, row: Row, name: str, depth: int) -> Iterable[Step]:
    """What it held, where that is not what it holds."""
    blob = plan.history.contents.get(row.id)
    if blob is not None and blob != row.blob:
        ids = plan.history.line(row.id).ids[1:]
        yield Step(CONTENT, row, name, version=blob, where=_where(plan, ids), depth=depth)


def _outside(plan: Plan, row: Row, spot: Spot) -> Iterable[Step]:
    """What belongs to a place that is not below the folder. Its content is the folder's business in an undo only."""
    ids = plan.history.line(row.id).ids
    depth = 1000 + len(ids)
    if row.trash is not None and row.thrown == row.id:
        yield Step(BACK, row, spot.name, spot, where=_where(plan, ids[1:]), depth=depth)
    elif (row.parent, row.name) != spot:
        yield _placed(plan, row, spot, depth)
    if plan.span.act:
        yield from _content(plan, row, spot.name or row.name, depth)


def _is_there(plan: Plan, row: Row | None) -> bool:
    return row is not None and row.trash is None and row.space_id == plan.span.space_id


def _comes_along(plan: Plan, row: Row, spot: Spot) -> bool:
    """Whether it comes to its place with what it was thrown away in."""
    return (row.parent, row.name) == spot and _comes_back(plan, row)


def _comes_back(plan: Plan, row: Row) -> bool:
    """Whether it was thrown away inside of something that comes back, be it with all else that went or out of it."""
    if row.thrown is None or row.thrown == row.id:
        return False
    for pk in plan.history.above(row.id):
        above = plan.history.rows.get(pk)
        if above is None or above.trash != row.trash:
            return False
        line = plan.history.line(pk)
        if plan.folder in line.ids[1:] and not line.lost:
            return True
    return False


def _goes_along(plan: Plan, row: Row) -> bool:
    """Whether it lies outside now, in something that goes back into the folder."""
    above = map(plan.history.line, plan.history.now(row.id)[1:])
    return any(plan.folder in line.ids[1:] and not line.lost for line in above)


def _placed(plan: Plan, row: Row, spot: Spot, depth: int) -> Step:
    kind = RENAMED if row.parent == spot.parent else MOVED
    ids = plan.history.line(row.id).ids[1:]
    return Step(kind, row, spot.name or row.name, spot, where=_where(plan, ids), depth=depth)


def _away(plan: Plan, row: Row) -> Step:
    return Step(AWAY, row, row.name, where=_where(plan, plan.history.above(row.id)))


def _strange(plan: Plan, row: Row) -> list[int]:
    """Return the folders it lies in now that were not there then either, and last the first one that was."""
    found = []
    for pk in plan.history.above(row.id):
        found.append(pk)
        if not plan.history.line(pk).lost:
            break
    return found


def _left(plan: Plan, row: Row, why: str) -> Step:
    return Step(LEFT, row, row.name, where=_where(plan, plan.history.above(row.id)), why=why)


def _where(plan: Plan, ids: Iterable[int]) -> str:
    """Return the folders between as people read them, “Sport › Été”; nothing where one is not the actor's to see."""
    names: list[str] = []
    for pk in ids:
        if pk == plan.folder:
            return " › ".join(reversed(names))
        row, spot = plan.history.rows.get(pk), plan.history.then(pk)
        if not plan.mask(row) & Right.SEE:
            return ""
        names.append(spot.name if spot else row.name if row else "")
    return ""


def _judged(plan: Plan, drafts: list[Step]) -> list[Step]:
    """Say of each whether the actor may do it, and drop what goes along with something else."""
    away = {step.row.id for step in drafts if step.kind == AWAY}
    drafts = [step for step in drafts if step.kind != AWAY or not away & set(_strange(plan, step.row)[:-1])]
    moving = [step.row.id for step in drafts if step.row.is_folder and step.kind in {BACK, MOVED, AWAY}]
    below = _below(moving)
    inner = {acl for _things, acls in below.values() for acl in acls} - plan.masks.keys()
    plan.masks |= _masks(plan.actor, inner) if inner else {}
    versions = _versions(plan, drafts)
    back = {step.row.id for step in drafts if step.kind == BACK}
    found = []
    for step in drafts:
        things, acls = below.get(step.row.id, (1, [step.row.acl_id]))
        why = _why_not(plan, step, _common(plan.masks, acls), back, versions)
        version = versions.get((step.row.id, step.version), 0)
        near = step.kind == CONTENT and step.row.id in plan.near
        kept: dict[str, Any] = step.__dict__ | {"things": things, "version": version, "near": near}
        found.append(Step(**kept | {"kind": LEFT, "why": why}) if why else Step(**kept))
    coming = {step.row.id for step in found if step.kind in {BACK, MOVED, RENAMED}}
    return [step for step in found if not _in_vain(plan, step.row, coming)]


def _in_vain(plan: Plan, row: Row, coming: set[int]) -> bool:
    """Whether it would leave only what goes back into the folder, and that stays where it is."""
    now, line = plan.history.now(row.id)[1:], plan.history.line(row.id)
    if plan.span.act or not now or plan.folder in now or (plan.folder in line.ids[1:] and not line.lost):
        return False
    return not coming.intersection(now)


def _why_not(plan: Plan, step: Step, all_of: int, back: set[int], versions: dict[Any, int]) -> str:
    if step.kind == LEFT:
        return step.why
    row = step.row
    mask, rows = plan.mask(row), plan.history.rows
    lacking = _("You may not change this. Ask a person who manages this place.")
    if step.kind == CONTENT:
        if not mask & Right.EDIT:
            return lacking
        return "" if (row.id, step.version) in versions else _("What it held is no longer kept: see its versions.")
    if row.trash is None and not plan.mask(rows.get(row.parent or 0)) & Right.SEE:
        return lacking
    if row.id in plan.history.now(plan.folder):
        return _("The folder you restore lies in it now. Move it out first.")
    if step.to is None:
        return "" if all_of & Right.DELETE else lacking
    into = rows.get(step.to.parent)
    if into is None or into.space_id != row.space_id or not _will_live(plan, into, back):
        return _("The folder it lay in is not here any more.")
    if row.trash is None and into.acl_id == rows[row.parent or 0].acl_id:
        return "" if mask & Right.EDIT else lacking
    needed = all_of & Right.DELETE if row.trash is None else Right.SEE
    return "" if needed and plan.mask(into) & Right.ADD else lacking


def _will_live(plan: Plan, row: Row, back: set[int]) -> bool:
    """Whether the folder lives, or comes back with this."""
    return row.trash is None or row.id in back or _comes_back(plan, row)


def _versions(plan: Plan, drafts: list[Step]) -> dict[tuple[int, int], int]:
    """Return {(file, blob): the version that kept it}, or, where none did, the last one before that moment."""
    wanted = {step.row.id: step.version for step in drafts if step.kind == CONTENT}
    kept = Version.objects.filter(node__in=wanted, blob__in=set(wanted.values())).order_by("pk")
    found = {(node, blob): pk for pk, node, blob in kept.values_list("pk", "node_id", "blob_id")}
    lost = [node for node, blob in wanted.items() if (node, blob) not in found]
    if lost and (at := plan.history.at) is not None:
        before = Version.objects.filter(node__in=lost, created_at__lte=at).order_by("created_at", "pk")
        for pk, node in before.values_list("pk", "node_id"):
            found[(node, wanted[node])] = pk
            plan.near.add(node)
    return found


def _below(tops: list[int]) -> dict[int, tuple[int, list[int]]]:
    """Return {folder: (how many things it is, the acls used in it)}."""
    if not tops:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [tops])
        return {top: (count, acls) for top, count, acls in cursor.fetchall()}


def _masks(actor: Actor, acls: Iterable[int]) -> dict[int, int]:
    wanted = list(acls)
    with connection.cursor() as cursor:
        cursor.execute(MASKS, [wanted, list(actor.principals)])
        return dict.fromkeys(wanted, 0) | dict(cursor.fetchall())


def _common(masks: dict[int, int], acls: Iterable[int]) -> int:
    common = -1
    for acl in acls:
        common &= masks[acl]
    return common
