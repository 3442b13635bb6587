"""What a group gives, what a person reaches and through what, and who loses what when a group goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts import ranks
from collab.accounts.models import Rank, User
from collab.groups.models import Group
from collab.registry import registry
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import Right, Role, best_role, role_of
from collab.spaces.models import Space

SHOWN = 30
NAMED = 12
_LIVE = Q(expires_at=None) | Q(expires_at__gt=Now())


@dataclass(frozen=True)
class Gift:
    """A space or a shared thing that the group has a role in; `url` empty where the viewer does not get in."""

    thing: Any
    title: str
    role: Role
    url: str = ""

    @property
    def is_space(self) -> bool:
        return isinstance(self.thing, Space)


@dataclass(frozen=True)
class Given:
    """The gifts that may be named to the viewer, how many others there are, and whether all was looked at."""

    gifts: list[Gift] = field(default_factory=list)
    unseen: int = 0


@dataclass(frozen=True)
class Reached:
    """A team space that a person reaches: with which role, through what."""

    space: Space
    role: Role | None
    ways: str


@dataclass(frozen=True)
class Loss:
    """What ends for whom when the group goes: `blind` no longer see the thing, `less` may do less there."""

    title: str
    blind: str
    less: str


def by_group(viewer: User, actor: Actor, group: Group) -> Given:
    """Return the spaces, then the things, given to the group. What the viewer does not see is counted, not named."""
    grants = list(Grant.objects.filter(_LIVE, principal__group=group).select_related("acl").order_by("pk")[:500])
    everywhere = ranks.may(viewer, "rooms.view_all")
    spaces = {space.acl_id: space for space in Space.objects.team().filter(acl__in=[one.acl_id for one in grants])}
    seen = set(Space.objects.visible_to(actor).filter(acl__in=list(spaces)).values_list("pk", flat=True))
    gifts, unseen, looked = [], 0, 0
    for grant in grants:
        if space := spaces.get(grant.acl_id):
            if everywhere or space.pk in seen:
                gifts.append(_gift("space", space, grant, actor if space.pk in seen else None))
            else:
                unseen += 1
            continue
        thing = registry.thing(grant.acl.kind, grant.acl.object_id) if looked < SHOWN else None
        looked += 1
        if thing is not None and actor.can(thing, Right.SEE):
            gifts.append(_gift(grant.acl.kind, thing, grant, actor))
        else:
            unseen += thing is not None or looked > SHOWN
    return Given(sorted(gifts, key=lambda gift: (not gift.is_space, gift.title.casefold())), unseen)


def losses(viewer: User, actor: Actor, group: Group) -> tuple[list[Loss], int]:
    """Return who loses what, by name, if the group went, and how many things more cannot be named to the viewer."""
    given = by_group(viewer, actor, group)
    found = []
    for gift in given.gifts[:SHOWN]:
        told = explain.preview(gift.thing, [(group.principal, 0, None)]).loses
        blind = [pk for pk, mask in told.items() if mask & Right.SEE]
        found.append(Loss(gift.title, _names(blind), _names(told.keys() - set(blind))))
    return found, given.unseen + max(0, len(given.gifts) - SHOWN)


def by_person(viewer: User, actor: Actor, person: User) -> list[Reached]:
    """Return the living team spaces that the person reaches, as far as the viewer may know of them."""
    principals = Q(user=person) | Q(group__memberships__user=person)
    if person.rank != Rank.GUEST:
        principals |= Q(group__everyone=True)
    mine = Principal.objects.filter(principals).values("pk")
    spaces = Space.objects.team().living()
    if not ranks.may(viewer, "rooms.view_all"):
        spaces = spaces.visible_to(actor)
    known = {space.acl_id: space for space in spaces.filter(acl__grants__principal__in=mine).distinct()[:500]}
    grants = Grant.objects.filter(_LIVE, principal__in=mine, acl__in=list(known))
    masks: dict[int, int] = {}
    ways: dict[int, list[str]] = {}
    for grant in grants.select_related("principal__group").order_by("pk"):
        masks[grant.acl_id] = masks.get(grant.acl_id, 0) | grant.rights
        group = grant.principal.group
        ways.setdefault(grant.acl_id, []).append(str(group) if group else _("given to this person"))
    found = [Reached(known[acl], best_role(mask), ", ".join(ways[acl])) for acl, mask in masks.items()]
    return sorted(found, key=lambda one: one.space.name.casefold())


def _gift(kind: str, thing: Any, grant: Grant, actor: Actor | None) -> Gift:
    declared: Any = registry.shareable(kind)
    url = declared.url(thing, actor) if actor else ""
    return Gift(thing, declared.title(thing), role_of(grant.rights), url)


def _names(pks: Iterable[int]) -> str:
    people = [str(person) for person in User.objects.filter(pk__in=list(pks)).order_by("display_name", "pk")]
    if len(people) <= NAMED:
        return ", ".join(people)
    more = len(people) - NAMED
    text = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", more)
    return text % {"names": ", ".join(people[:NAMED]), "count": more}
