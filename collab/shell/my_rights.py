"""What I may do and why: my groups with what each gives, my spaces, and the things that were shared with me."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.groups.models import Group
from collab.lib import paging
from collab.registry import registry
from collab.rights import board
from collab.rights.actor import Actor
from collab.rights.models import Acl, Grant
from collab.rights.right import Right
from collab.shell.board import words
from collab.spaces.models import Space

PAGE = 50
SPACES = 200
SHOWN = 6


@dataclass(frozen=True)
class Mine:
    """A space or thing: what I may do there and through what. `own`: given to me by name here, so I can give it up.

    `url` is "" for a viewer who does not see it; then `title` says what it is, not what it is called.
    """

    ref: tuple[str, int]
    thing: Any
    title: str
    url: str
    icon: str
    role: str
    through: str
    own: bool = False
    end: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class MyGroup:
    """A group I am in, what it gives (“Plans: can edit”), and how many more."""

    group: Group
    people: int
    gives: list[str] = field(default_factory=list)
    more: int = 0


def groups(actor: Actor, viewer: Actor | None = None) -> list[MyGroup]:
    """Return my groups, Everyone last, in a number of queries that does not grow; `viewer`: who looks, if not I."""
    held = Q(members=actor.user) | Q(everyone=True, principal__in=actor.principals)
    mine = list(Group.objects.filter(held).distinct().order_by("everyone", "name").select_related("principal"))
    sizes = dict(
        Group.objects.filter(pk__in=[group.pk for group in mine])
        .annotate(people=Count("members", Q(members__is_active=True)))
        .values_list("pk", "people")
    )
    grants = _live().filter(principal__group__in=mine).select_related("acl", "principal").order_by("acl__kind", "pk")
    by_group: dict[int, list[Grant]] = {}
    for grant in grants[: len(mine) * 100]:
        by_group.setdefault(grant.principal.group_id or 0, []).append(grant)
    shown = {pk: given[:SHOWN] for pk, given in by_group.items()}
    things = registry.many({(one.acl.kind, one.acl.object_id) for given in shown.values() for one in given})
    seen = board.masks(viewer or actor, [thing.acl_id for thing in things.values()])
    found = []
    for group in mine:
        gives = [
            _gives(_title(ref, things[ref]), int(grant.rights))
            for grant in shown.get(group.pk, ())
            if (ref := (grant.acl.kind, grant.acl.object_id)) in things
            and seen.get(things[ref].acl_id, Right.NONE) & Right.SEE
        ]
        more = len(by_group.get(group.pk, ())) - len(gives)
        found.append(MyGroup(group, sizes.get(group.pk, 0), gives, more))
    return found


def spaces(actor: Actor, viewer: Actor | None = None) -> list[Mine]:
    """Return the team spaces I see, by name."""
    found = Space.objects.visible_to(actor).team().living().select_related("acl").order_by("name", "pk")[:SPACES]
    return _rows(actor, [(("space", space.pk), space) for space in found], viewer or actor)


def things(actor: Actor, cursor: str, viewer: Actor | None = None) -> tuple[list[Mine], str]:
    """Return a page of what was shared with me or my groups on its own, the latest first, and the query of the next."""
    acls = Acl.objects.filter(pk__in=_live().filter(principal__in=actor.principals).values("acl")).exclude(kind="space")
    after = paging.unseal(cursor, 1)
    if after and isinstance(after[0], int):
        acls = acls.filter(pk__lt=after[0])
    listed = list(acls.order_by("-pk")[: PAGE + 1])
    refs = [(acl.kind, acl.object_id) for acl in listed[:PAGE]]
    there = registry.many(refs)
    mine = [(ref, there[ref]) for ref in refs if ref in there and not _is_mine(actor, there[ref])]
    more = f"?after={paging.seal([listed[PAGE - 1].pk])}" if len(listed) > PAGE else ""
    return _rows(actor, mine, viewer or actor), more


def _gives(title: str, mask: int) -> str:
    return _("%(thing)s: %(role)s") % {"thing": title, "role": words.spelled(mask).lower()}


def _is_mine(actor: Actor, thing: Any) -> bool:
    """Whether it lies in my own space, where all is mine anyway."""
    space = getattr(thing, "space", None)
    return space is not None and actor.user is not None and space.owner_id == actor.user.pk


def _rows(actor: Actor, found: Iterable[tuple[tuple[str, int], Any]], viewer: Actor) -> list[Mine]:
    """Return the rows. A space's name is told to whoever gets here; that of a thing to whom sees the thing."""
    found = list(found)
    seen = board.masks(viewer, [thing.acl_id for _ref, thing in found])
    masks = board.masks(actor, [thing.acl_id for _ref, thing in found])
    grants = _reasons(actor, [thing.acl_id for _ref, thing in found])
    around = {space.acl_id for _ref, thing in found if (space := getattr(thing, "space", None)) is not None}
    open_spaces = board.masks(viewer, around) if around else {}
    rows = []
    for ref, thing in found:
        mask = masks.get(thing.acl_id, Right.NONE)
        declared = registry.shareable(ref[0])
        if declared is None or not mask:
            continue
        given = grants.get(thing.acl_id, [])
        mine = [one for one in given if one.principal.user_id and one.acl_id == thing.acl_id]
        space = getattr(thing, "space", None)
        told_name = ref[0] == "space" or seen.get(thing.acl_id, Right.NONE) & Right.SEE
        place = ""
        if space is not None and not space.is_personal and open_spaces.get(space.acl_id, Right.NONE) & Right.SEE:
            place = space.name
        rows.append(
            Mine(
                ref, thing, _title(ref, thing) if told_name else _untold(declared, thing),
                reverse("shell:thing", args=ref) if seen.get(thing.acl_id, Right.NONE) & Right.SEE else "",
                declared.sort(thing)[0] if declared.sort else "file",
                words.whole(int(mask)),
                _through(given), bool(mine), mine[0].expires_at if mine else None,
                place,
            )
        )  # fmt: skip
    return rows


def _untold(declared: Any, thing: Any) -> str:
    return words.sentence_case(str(declared.sort(thing)[1] if declared.sort else _("a thing")))


def _reasons(actor: Actor, acls: list[int]) -> dict[int, list[Grant]]:
    """Return {acl: the grants by which it is open to me}, in one query."""
    grants = _live().filter(principal__in=actor.principals, acl__descent__acl__in=acls)
    found: dict[int, list[Grant]] = {}
    for grant in grants.annotate(on=F("acl__descent__acl")).select_related("principal__group", "principal__user"):
        found.setdefault(grant.on, []).append(grant)  # type: ignore[attr-defined]
    return found


def _through(grants: list[Grant]) -> str:
    """Return through what: “by name, through Bureau, Everyone”."""
    named = sorted({str(one.principal.group) for one in grants if one.principal.group_id}, key=str.casefold)
    parts = [_("by name")] if any(one.principal.user_id for one in grants) else []
    if named:
        parts.append(_("through %(groups)s") % {"groups": ", ".join(named[:SHOWN])})
    return ", ".join(parts)


def _title(ref: tuple[str, int], thing: Any) -> str:
    declared = registry.shareable(ref[0])
    return str(declared.title(thing)) if declared else ""


def _live() -> QuerySet[Grant]:
    return Grant.objects.filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
