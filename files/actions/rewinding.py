"""A folder put back as it was: each step one of the common actions, all of them one act that is undone as one.

Order: what was made since goes; what was thrown away comes back; everything goes to its place, from the top down, so
that the folder it goes to is at its own already; contents; last what could not go before, since it held something.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.events import jobs
from collab.lib.errors import BadInput, Conflict, NotFound, OverQuota, Refusal
from collab.lib.text import free_name
from collab.rights.actor import Actor
from collab.rights.right import Right
from files import queries
from files.actions import homing, moving, recording, trashing, tree, versions
from files.history import Span
from files.models import Node, Trash, Version
from files.rewinding import AWAY, BACK, CONTENT, LEFT, MOVED, RENAMED, Plan, Step, plan

LARGE = 100
"""More steps than this are a job."""
UNDO_FOR = 7 * 24 * 3600
_SALT = "files.rewinding"

Tell = Callable[[int, int], None]


@dataclass
class Outcome:
    """What was done, how often of each kind; what was left, with why; `undo`: what `undo` needs, sealed."""

    done: dict[str, int] = field(default_factory=dict)
    left: list[tuple[Step, str]] = field(default_factory=list)
    undo: str = ""

    @property
    def count(self) -> int:
        return sum(self.done.values())

    def words(self, name: str) -> str:
        """Say it in two sentences."""
        text = ngettext(
            "%(count)d change in “%(name)s” was taken back.",
            "%(count)d changes in “%(name)s” were taken back.",
            self.count,
        ) % {"count": self.count, "name": name}
        if self.left:
            left = ngettext(
                "%(count)d thing was left as it is.", "%(count)d things were left as they are.", len(self.left)
            )
            text += " " + left % {"count": len(self.left)}
        return text


def rewind(actor: Actor, folder: Any, span: Span, *, to: str = "", tell: Tell = jobs.tell, own: str = "") -> Outcome:
    """Take back what the span tells of the folder (a Node), as far as the actor may. Needs EDIT on it.

    `to`: the moment as people read it, for the log; `own`: the name of the act, when it goes on after a break.
    Raises Conflict (it was not there), OverQuota, TooLarge. What else is refused is left, and said.
    """
    actor = actor.by_design()  # what goes to the trash with this is nobody's accident
    actor.require(folder, Right.EDIT)
    act = own or secrets.token_hex(8)
    with transaction.atomic():
        clock = tree.lock(folder.space_id)[folder.space_id].seq
    found = plan(actor, folder.pk, span._replace(own=act))
    _require_room(folder, found)
    token = recording.act.set(act)
    try:
        outcome = _Work(actor, found, tell).run()
        if outcome.count:
            recording.changed(folder, actor, "rewind", after={"to": to, "steps": outcome.count})
    finally:
        recording.act.reset(token)
    outcome.undo = signing.dumps(
        [folder.pk, folder.space_id, min(span.until, clock), act, actor.user.pk if actor.user else None], salt=_SALT
    )
    return outcome


def undo(actor: Actor, sealed: str, tell: Tell = jobs.tell) -> tuple[Any, Outcome]:
    """Take back the steps of one act, but for what has changed again since. Returns the folder too.

    Raises BadInput for what is not one's own, Conflict when it is too late, NotFound, Forbidden.
    """
    folder, span = opened(actor, sealed)
    return folder, rewind(actor, folder, span, tell=tell)


def opened(actor: Actor, sealed: str) -> tuple[Any, Span]:
    """Return the folder and the steps that a sealed undo names. Raises as `undo`."""
    try:
        folder_id, space_id, since, act, person = signing.loads(sealed, salt=_SALT, max_age=UNDO_FOR)
    except signing.SignatureExpired:
        raise Conflict(_("It is too late to undo this. Restore the folder as it was instead.")) from None
    except signing.BadSignature:
        raise BadInput from None
    if actor.user is None or person != actor.user.pk:
        raise BadInput
    folder = Node.objects.living().visible_to(actor).select_related("acl", "space").filter(pk=folder_id).first()
    if folder is None or folder.space_id != space_id:
        raise NotFound
    return folder, Span(space_id, since, folder.space.seq, act)


def _require_room(folder: Any, found: Plan) -> None:
    """Refuse all of it where the contents of then do not fit beside those of today."""
    wanted = [step.version for step in found.steps if step.kind == CONTENT]
    size = sum(Version.objects.filter(pk__in=wanted).values_list("size", flat=True))
    space = folder.space
    if space.quota is not None and size and space.used + size > space.quota:
        raise tree.no_room(space.pk)


class _Work:
    """The steps of one plan, one after the other; each is done whole or not at all."""

    def __init__(self, actor: Actor, found: Plan, tell: Tell):
        self.actor, self.plan, self.tell = actor, found, tell
        self.outcome = Outcome(left=[(step, step.why) for step in found.steps if step.kind == LEFT])
        self.steps = found.doable
        self.failed: set[tuple[str, int]] = set()
        self.dug: list[tuple[Node, dict[str, Any]]] = []
        self.at = 0

    def run(self) -> Outcome:
        of = {
            kind: [step for step in self.steps if step.kind == kind] for kind in (AWAY, BACK, CONTENT, MOVED, RENAMED)
        }
        placing = sorted([*of[BACK], *of[MOVED], *of[RENAMED]], key=lambda step: step.depth)
        holding = {pk for step in placing for pk in self.plan.history.above(step.row.id)}
        late = [step for step in of[AWAY] if step.row.id in holding or step.row.trash is not None]
        self.waiting = {step.row.id for step in (*placing, *late)}
        self.wanted = {step.to.name for step in placing if step.to and step.to.parent == self.plan.folder}
        self._all((step for step in of[AWAY] if step not in late), self._put_away)
        for step in placing:
            if step.kind == BACK:
                self._one(step, self._bring_back)
        self._all(placing, self._place)
        self._all(of[CONTENT], self._give_content)
        self._all(late, self._put_away)
        for node, kept in self.dug:
            self._rebury(node, kept)
        return self.outcome

    def _all(self, steps: Iterable[Step], act: Callable[[Step], None]) -> None:
        for step in steps:
            self.at += 1
            self.tell(self.at, len(self.steps))
            if (step.kind, step.row.id) not in self.failed and self._one(step, act):
                self.outcome.done[step.kind] = self.outcome.done.get(step.kind, 0) + 1

    def _one(self, step: Step, act: Callable[[Step], None]) -> bool:
        try:
            with transaction.atomic():
                act(step)
        except OverQuota:
            raise
        except Refusal as refusal:
            self.failed.add((step.kind, step.row.id))
            self.outcome.left.append((step, str(refusal.message)))
            return False
        return True

    def _put_away(self, step: Step) -> None:
        trashing.trash(self.actor, _living(step.row.id))

    def _give_content(self, step: Step) -> None:
        version = Version.objects.select_related("node").filter(pk=step.version, node__trash=None).first()
        if version is None:
            raise NotFound
        versions.restore(self.actor, version)

    def _bring_back(self, step: Step) -> None:
        """Out of the trash, and as near to its place as can be now."""
        node = Node.objects.filter(pk=step.row.id).first()
        if node is None or step.to is None:
            raise NotFound
        if node.trash_id is None:
            return  # with what it was thrown away in
        row = Trash.objects.select_related("node").get(pk=node.trash_id)
        if row.node_id == node.pk:
            home = Node.objects.living().filter(pk=step.to.parent, space_id=row.space_id).first()
            trashing.restore(self.actor, row, parent=home or _living(self.plan.folder), name=step.name)
            return
        # it lies in something that was thrown away: that comes out for a moment, and goes back without it
        if row.node_id not in self.waiting:
            kept = {name: getattr(row, name) for name in ("parent_id", "path", "deleted_by_id", "deleted_at", "device")}
            self.dug.append((row.node, kept))
        trashing.restore(self.actor, row, parent=_living(self.plan.folder), name=self._free(row.node.name))

    def _free(self, name: str) -> str:
        """Return a name for what comes out for a moment: nothing that has its place in the folder wants it."""
        inside = Node.objects.inside(self.plan.folder)
        return free_name(name, lambda wish: wish in self.wanted or inside.filter(name=wish).exists())

    def _rebury(self, was: Node, kept: dict[str, Any]) -> None:
        """Throw it away again, as it lay there: its name, and the folder whose rights it has."""
        with transaction.atomic():
            node = _living(was.pk)
            row = trashing.trash(self.actor, node)
            Trash.objects.filter(pk=row.pk).update(**kept)
            if (parent := Node.objects.filter(pk=was.parent_id or 0).first()) is not None:
                node.name, node.parent_id = was.name, parent.pk
                node.save(update_fields=["name", "sort", "parent"])
                homing.follow(node, parent.acl_id)

    def _place(self, step: Step) -> None:
        node, spot = _living(step.row.id), step.to
        if spot is None or (node.parent_id, node.name) == spot:
            self.waiting.discard(node.pk)
            return
        parent = _living(spot.parent)
        taken = Node.objects.inside(parent.pk).select_related("acl", "space").filter(name=spot.name).first()
        if taken is not None and taken.pk in self.waiting:
            moving.move(self.actor, taken, parent, queries.free_name_in(parent.pk, spot.name))
        name = queries.free_name_in(parent.pk, spot.name)
        if (node.parent_id, node.name) != (parent.pk, name):
            moving.move(self.actor, node, parent, name)
        self.waiting.discard(node.pk)


def _living(pk: int) -> Any:
    node = Node.objects.living().select_related("acl", "space").filter(pk=pk).first()
    if node is None:
        raise NotFound
    return node
