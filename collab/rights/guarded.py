"""What the rights module asks of a thing that can be shared."""

from __future__ import annotations

from typing import Any, Protocol

from collab.rights.actor import Actor
from collab.rights.models import Acl


class Guarded(Protocol):
    """A space, a folder, a calendar… `REF_KIND` and `pk` name it; `acl` guards it.

    Things that never split off an acl of their own (a space has one from birth) need no more;
    the others implement all the methods below. One that may be large may have `make_ready()` too: it prepares a first
    share in short transactions that change nobody's rights, and tells a job at hand how far it is. `is_large()`:
    whether that takes so long that it is a job. `before_share(actor, principal)`: it refuses, or notes, what no right
    says; so do `before_inherit(actor)`, and `before_link(actor, link, fields)` where a link changes, or who answers
    for it (`created_by`).
    """

    pk: Any
    acl: Acl
    acl_id: int
    REF_KIND: str

    def hold(self) -> None:
        """Lock the space it lives in and read its acl again, so that nothing moves or is shared meanwhile.

        Raises NotFound when it is gone, Forbidden when its space is archived.
        """

    def take_acl(self, acl: Acl) -> None:
        """Use this acl from now on, with everything inside that used the old one."""

    def inherited_acl_id(self) -> int | None:
        """The acl this thing would have if it had none of its own; None for a space."""

    def space_acl_id(self) -> int:
        """The acl of the space it lives in."""

    def rights_changed(self, actor: Actor, kind: str, after: dict[str, Any]) -> None:
        """Write the change log row and move whatever clients watch (etags)."""
