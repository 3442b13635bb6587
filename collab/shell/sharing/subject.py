"""The thing that is shared, as the registry knows it, and what its viewer may do about its rights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from collab.lib.errors import NotFound
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import explain, lineage
from collab.rights.actions import owns_acl
from collab.rights.actor import Actor
from collab.rights.right import LADDER, Right, Role
from collab.shell.board.words import whole
from collab.spaces.models import ARCHIVED, Space


@dataclass(frozen=True)
class Subject:
    """Something shareable that its viewer sees."""

    actor: Actor
    thing: Any
    declared: Shareable

    @property
    def kind(self) -> str:
        return self.declared.kind

    @property
    def pk(self) -> int:
        return int(self.thing.pk)

    @cached_property
    def title(self) -> str:
        return str(self.declared.title(self.thing))

    @cached_property
    def url(self) -> str:
        """Where its viewer sees it."""
        return self.declared.url(self.thing, self.actor)

    @property
    def space(self) -> Space | None:
        """The space it lives in, itself for a space."""
        return self.thing if isinstance(self.thing, Space) else getattr(self.thing, "space", None)

    @cached_property
    def mask(self) -> Right:
        """What its viewer may do; in an archived space, see."""
        held = self.actor.rights_on(self.thing)
        return held & Right.SEE if self.archived else held

    @property
    def my_right(self) -> str:
        """What its viewer may do, as a role or spelled out."""
        return whole(int(self.mask)).lower()

    @property
    def archived(self) -> bool:
        return self.space is not None and self.space.archived_at is not None

    @property
    def may_share(self) -> bool:
        return bool(self.mask & Right.SHARE)

    @property
    def may_restrict(self) -> bool:
        return bool(self.mask & Right.MANAGE) and self.thing.inherited_acl_id() is not None

    @property
    def restricted(self) -> bool:
        if not owns_acl(self.thing) or self.thing.inherited_acl_id() is None:
            return False
        return not lineage.follows_place(self.thing.acl)

    @property
    def has_links(self) -> bool:
        """Whether public links to it are possible at all."""
        return bool(self.declared.link_roles and self.declared.link_roles(self.thing))

    @cached_property
    def hand_over(self) -> str:
        """Where its viewer gives it away for good, "" when they may not."""
        return self.declared.hand_over(self.thing, self.actor) if self.declared.hand_over and not self.archived else ""

    @property
    def roles(self) -> list[Role]:
        """The roles that its viewer may give: none above their own."""
        if not self.may_share:
            return []
        return [role for role in self.declared.roles or LADDER if not role.mask & ~self.mask]

    @cached_property
    def reason(self) -> str:
        """Why its viewer may not share it, and whom to ask."""
        return str(ARCHIVED) if self.archived else explain.reason(self.thing, Right.SHARE)


def find(actor: Actor, kind: str, pk: int) -> Subject:
    """Return the thing by its reference. Raises NotFound for what is not there or may not be seen.

    A person's own space is no thing to share: what lies in it is.
    """
    declared = registry.shareable(kind)
    thing = declared.get(pk) if declared else None
    if declared is None or thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    if isinstance(thing, Space) and thing.is_personal:
        raise NotFound
    return Subject(actor, thing, declared)
