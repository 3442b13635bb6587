"""Several rights changed in one go: all of them or none, and only if they are still what the person saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Conflict, Forbidden, NotFound, Refusal
from collab.registry import registry
from collab.rights import actions as rights
from collab.rights.actions import Given
from collab.rights.actor import Actor
from collab.rights.models import Principal

Ref = tuple[str, int]
Place = tuple[str, int, int]
"""A cell: the kind and id of the thing, and the principal."""


@dataclass(frozen=True)
class Wanted:
    """Give the principal `mask` (0: nothing) on the thing, where `seen` until `seen_end` was what they had.

    `end` and `note` are those of before unless said: an undo brings back a grant whole.
    """

    ref: Ref
    principal: int
    seen: int
    mask: int
    seen_end: int = 0
    restores: bool = False
    end: datetime | None = None
    note: str = ""

    @property
    def place(self) -> Place:
        return (*self.ref, self.principal)


@dataclass(frozen=True)
class Changed:
    """What was there before, and what is now: enough to undo it."""

    ref: Ref
    before: Given
    after: Given


class Clash(Conflict):
    """409: somebody changed these cells meanwhile; `now` is what they hold."""

    code = "rights-changed"
    default = _("Somebody changed rights while you were choosing. Nothing was saved; look at these again.")

    def __init__(self, now: dict[Place, Given]):
        self.now = now
        super().__init__()


class Refused(Forbidden):
    """403: some of the changes are refused, each with its reason; none was made."""

    code = "rights-refused"
    default = _("Nothing was saved: some of these changes are not possible.")

    def __init__(self, reasons: dict[Place, str], status: int):
        self.reasons = reasons
        super().__init__()
        self.status = status


@transaction.atomic
def change(actor: Actor, wanted: Iterable[Wanted]) -> list[Changed]:
    """Make all these changes, or raise Clash or Refused and make none."""
    wanted = list(wanted)
    things = _held(actor, wanted)
    principals = Principal.objects.select_related("user", "group").filter(link=None)
    known = principals.in_bulk([one.principal for one in wanted])
    before = {one.place: _now(things[one.ref], known, one) for one in wanted}
    clashing = {
        one.place: before[one.place]
        for one in wanted
        if (int(before[one.place].mask), seconds(before[one.place].expires_at)) != (one.seen, one.seen_end)
    }
    if clashing:
        raise Clash(clashing)
    refused: dict[Place, str] = {}
    status = 403
    made = []
    for one in sorted(wanted, key=lambda one: _order(actor, one)):
        old, thing = before[one.place], things[one.ref]
        new = Given(old.principal, one.mask, *((one.end, one.note) if one.restores else (old.expires_at, old.note)))
        try:
            rights.share_all(actor, thing, [new])
        except Refusal as refusal:
            refused[one.place], status = str(refusal.message), refusal.status
            continue
        made.append(Changed(one.ref, old, new))
    if refused:
        raise Refused(refused, status)
    return made


def undoing(made: Iterable[Changed]) -> list[Wanted]:
    """Return the changes that bring back what was before."""
    return [
        Wanted(
            one.ref, one.after.principal.pk, int(one.after.mask), int(one.before.mask),
            seconds(one.after.expires_at) if one.after.mask else 0, True, one.before.expires_at, one.before.note,
        )
        for one in made
    ]  # fmt: skip


def seconds(moment: datetime | None) -> int:
    """Return the moment as whole unix seconds, 0 for none: how a page names the end that it saw."""
    return int(moment.timestamp()) if moment else 0


def _held(actor: Actor, wanted: list[Wanted]) -> dict[Ref, Any]:
    """Fetch the things, and lock their spaces in one order for all, so that two boards never wait for each other."""
    things = registry.many({one.ref for one in wanted})
    for one in wanted:
        if one.ref not in things:
            raise NotFound(_("One of these things is no longer there, or not shared with you. Reload the page."))
    for _space, ref in sorted((_space_of(thing), ref) for ref, thing in things.items()):
        try:
            rights.hold(actor, things[ref])
        except Forbidden as refusal:
            raise Refused({one.place: str(refusal.message) for one in wanted if one.ref == ref}, 403) from None
    return things


def _space_of(thing: Any) -> int:
    return int(getattr(thing, "space_id", None) or thing.pk)


def _now(thing: Any, known: dict[int, Principal], one: Wanted) -> Given:
    if one.principal not in known:
        raise NotFound(_("This person or group is gone. Reload the page."))
    return rights.given_on(thing, [known[one.principal]])[0]


def _order(actor: Actor, one: Wanted) -> tuple[bool, bool, int]:
    """Give before taking, so that no space is without a manager between; what the actor loses comes last."""
    taking = bool(one.seen & ~one.mask)
    return taking, taking and one.principal in actor.principals, one.principal
