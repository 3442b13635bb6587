"""Changes of rights of which some begin with a large folder's first share: a job, which saves all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from collab.accounts import ranks
from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.registry import registry
from collab.rights import board_changes, preparing
from collab.rights.actions import is_large
from collab.rights.actor import Actor
from collab.rights.board_changes import Clash, Ref, Refused, Wanted
from collab.rights.right import Right
from collab.shell.board import asking, telling
from collab.shell.board.columns import Column, Scope, find
from collab.spaces.models import Space

WORK = "collab.shell.board.working.save"


def large(wanted: Iterable[Wanted]) -> Wanted | None:
    """Return the first of the changes that has to be prepared; None when all can be made at once."""
    asked = {one.ref: one for one in wanted if one.mask}
    things = registry.many(asked)
    return next((one for ref, one in asked.items() if ref in things and is_large(things[ref])), None)


def begin(
    scope: Scope,
    wanted: list[Wanted],
    first: Wanted,
    columns: dict[Ref, Column],
    *,
    undoing: bool,
    board: str,
    door: str,
) -> Job:
    """Queue the changes. `first` is what it is told of, `board` where one sees them, `door` where an undo goes.

    Raises Refused for what rights refuse already now.
    """
    reasons = {one.place: why for one in wanted if (why := telling.refusal(columns[one.ref], one))}
    if reasons:
        raise Refused(reasons, Refused.status)
    space = scope.space.pk if scope.space else None
    act = {"wanted": asking.write(wanted), "undoing": undoing, "space": space, "board": board, "door": door}
    return preparing.begin(WORK, scope.actor, first.ref, _("Rights are being saved"), back=board, **act)


def save(progress: jobs.Progress) -> None:
    """Make all the changes, by the rights that whoever asked has now."""
    act = preparing.act_of(progress)
    wanted = [replace(one, restores=bool(act["undoing"])) for one in asking.unpack(act["wanted"])]
    scope = _scope(progress.job, act["space"])
    columns = find(scope, {one.ref for one in wanted})
    if any(one.ref not in columns for one in wanted):
        raise NotFound(_("One of these things is no longer there, or not shared with you. Reload the page."))
    saved = telling.told(wanted, columns).saved
    things = registry.many({one.ref for one in wanted if one.mask})
    preparing.make_all_ready(things.values())
    with transaction.atomic():
        try:
            made = board_changes.change(scope.actor, wanted)
        except Clash as clash:
            raise Conflict(clash.message) from None
        except Refused as refused:
            reasons = sorted(set(refused.reasons.values()))
            raise Conflict(" ".join([str(refused.message), *reasons])) from None
        progress.finish(_result(saved, act, asking.pack(made)))


def _scope(job: Job, space_id: int | None) -> Scope:
    """Return the board that it was asked on. Raises NotFound, Forbidden when it is not theirs any more."""
    actor = Actor.of(job.actor)
    if space_id is None:
        if actor.user is None or not ranks.may(actor.user, "set.docspace"):
            raise Forbidden
        return Scope(actor)
    space = Space.objects.visible_to(actor).team().filter(pk=space_id).first()
    if space is None:
        raise NotFound
    actor.require(space, Right.SHARE)
    return Scope(actor, space)


def _result(text: str, act: dict[str, Any], before: str) -> dict[str, Any]:
    return {
        "text": _("The earlier rights are back.") if act["undoing"] else text,
        "url": act["board"],
        "label": _("See the rights"),
        **({} if act["undoing"] else {"undo": act["door"], "fields": {"before": before}}),
    }
