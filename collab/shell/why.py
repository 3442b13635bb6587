"""“Why?”: through what a right reaches a person or a group, by whom, since when, until when; and who can change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.lib.errors import Forbidden, NotFound
from collab.registry import registry
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right
from collab.shell.board import words
from collab.shell.board.columns import Column, Scope
from collab.shell.board.columns import find as find_columns
from collab.spaces.models import ARCHIVED, Space


@dataclass(frozen=True)
class Line:
    """One way the right comes: `text` says through what, `gives` what it gives."""

    grant: Grant
    who: Any
    gives: str
    text: str


@dataclass(frozen=True)
class Why:
    """The answer: a verdict, its reasons, and what to do to change it."""

    title: str
    verdict: str
    lines: list[Line] = field(default_factory=list)
    change: str = ""
    share: tuple[str, int] | None = None
    place: str = ""


def why(actor: Actor, kind: str, pk: int, principal: Principal | None = None) -> Why:
    """Return why the principal (oneself by default) may do what they may on the thing.

    About groups one is told where one sees the thing; about other people where one may share it. An administrator is
    told of every team space and what lies in it, not the names of things that they do not see.
    """
    thing, title, seen = _found(actor, kind, pk)
    me = actor.user
    if principal is None or (me is not None and principal.user_id == me.pk):
        if me is None or not seen:
            raise NotFound
        principal = me.principal
    elif principal.group_id is None and not (actor.can(thing, Right.SHARE) or _rules(actor)):
        raise Forbidden(_("Whoever may share this can be told why others have access."))
    reach = {principal.pk, *(Actor.of(principal.user).principals if principal.user else _around(principal))}
    reasons = [one for one in explain.access(thing) if one.grant.principal_id in reach]
    mask = 0
    for one in reasons:
        mask |= int(one.grant.rights)
    places = _places(actor, reasons)
    lines = [
        Line(one.grant, one.grant.principal.group or one.grant.principal.user, words.spelled(int(one.role.mask)),
             _through(one, places))
        for one in reasons
    ]  # fmt: skip
    may_share = seen and actor.can(thing, Right.SHARE)
    return Why(
        title,
        _verdict(principal, me, title, mask),
        lines,
        "" if may_share else _who_can(thing),
        (kind, pk) if may_share else None,
        registry.shareable(kind).url(thing, actor) if seen else "",  # type: ignore[union-attr]
    )


def _found(actor: Actor, kind: str, pk: int) -> tuple[Any, str, bool]:
    """Return (the thing, what to call it, whether the actor sees it). Raises NotFound."""
    declared, thing = registry.shareable(kind), registry.thing(kind, pk)
    if declared is None or thing is None:
        raise NotFound
    if actor.can(thing, Right.SEE):
        return thing, str(declared.title(thing)), True
    column = find_columns(Scope(actor), [(kind, pk)]).get((kind, pk)) if _rules(actor) else None
    if column is None:
        raise NotFound
    return thing, column.full, False


def _rules(actor: Actor) -> bool:
    return actor.user is not None and ranks.may(actor.user, "rooms.view_all")


def _around(principal: Principal) -> list[int]:
    """Return the principals whose rights a group shares: Everyone, and itself."""
    if principal.group_id is None:
        return [principal.pk]
    return list(Principal.objects.filter(Q(group__everyone=True) | Q(pk=principal.pk)).values_list("pk", flat=True))


def _verdict(principal: Principal, me: User | None, title: str, mask: int) -> str:
    said = {"name": _name(principal), "thing": title}
    mine = me is not None and principal.user_id == me.pk
    if not mask:
        text = _("You have no right on “%(thing)s”.") if mine else _("%(name)s: no right on “%(thing)s”.")
        return text % said
    said["may"] = words.whole(mask).lower()
    text = _("You on “%(thing)s”: %(may)s.") if mine else _("%(name)s on “%(thing)s”: %(may)s.")
    return text % said


def _name(principal: Principal) -> str:
    return str(principal.group or principal.user or _("Public link"))


def _places(actor: Actor, reasons: list[explain.Reason]) -> dict[tuple[str, int], str]:
    """Return what to call the circles through which rights come, each by name where the actor may know it."""
    refs = {one.through for one in reasons if not one.here}
    if not refs:
        return {}
    named: dict[tuple[str, int], str] = {}
    if _rules(actor):
        columns: dict[tuple[str, int], Column] = find_columns(Scope(actor), refs)
        named = {ref: column.full for ref, column in columns.items()}
    for ref, thing in registry.many(refs).items():
        declared = registry.shareable(ref[0])
        if ref not in named and declared is not None and actor.can(thing, Right.SEE):
            named[ref] = str(declared.title(thing))
    return named


def _through(reason: explain.Reason, places: dict[tuple[str, int], str]) -> str:
    """Return through what the right comes: “through the group “Bureau”, on the space “Finances””."""
    given = reason.grant.principal
    where = "" if reason.here else places.get(reason.through, _("a place above"))
    if given.group is not None and given.group.everyone:
        return _("given to Everyone on “%(place)s”") % {"place": where} if where else _("given to Everyone here")
    if given.group is not None:
        said = {"group": str(given.group), "place": where}
        if where:
            return _("given to the group “%(group)s” on “%(place)s”") % said
        return _("given to the group “%(group)s” here") % said
    if given.user is not None:
        return _("given by name on “%(place)s”") % {"place": where} if where else _("given by name here")
    return _("through a public link on “%(place)s”") % {"place": where} if where else _("through a public link here")


def _who_can(thing: Any) -> str:
    space = thing if isinstance(thing, Space) else getattr(thing, "space", None)
    if space is not None and space.archived_at:
        return str(ARCHIVED)
    return explain.reason(thing, Right.SHARE)
