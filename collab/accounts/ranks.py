"""What each rank may do: the only module that answers it (DocSpace's table, its open cells settled)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import Rank

if TYPE_CHECKING:
    from collab.accounts.models import User

_ALL = frozenset(Rank)
_INSIDERS = _ALL - {Rank.GUEST}
_MANAGERS = frozenset({Rank.OWNER, Rank.ADMIN, Rank.SPACE_MANAGER})
_ADMINISTRATORS = frozenset({Rank.OWNER, Rank.ADMIN})
_OWNER = frozenset({Rank.OWNER})
_NOBODY: frozenset[Rank] = frozenset()

MATRIX: dict[str, frozenset[Rank]] = {
    "mydocs": _INSIDERS,
    # "view all" lists spaces and manages their members; it opens nothing (an audited grant does)
    "rooms.view_all": _ADMINISTRATORS,
    "rooms.view_own": _MANAGERS,
    "rooms.view_invited": _ALL,
    "rooms.create": _MANAGERS,
    "rooms.pin": _ALL,
    "rooms.info": _ALL,
    "rooms.own_members": _MANAGERS,
    "rooms.archive_own": _MANAGERS,
    # a space manager edits another's space only where the Manager role was given there: rights decide that
    "rooms.edit_others": _ADMINISTRATORS,
    "rooms.archive_others": _ADMINISTRATORS,
    "arch.view_all": _ADMINISTRATORS,
    "arch.view_own": _MANAGERS,
    "arch.view_invited": _ALL,
    # what is archived is read-only for everyone
    "arch.edit": _NOBODY,
    "arch.pin": _NOBODY,
    "arch.info": _ALL,
    "arch.members": _NOBODY,
    "arch.restore_others": _ADMINISTRATORS,
    "arch.restore_own": _MANAGERS,
    "trash": _INSIDERS,
    "acc.invite_da": _OWNER,
    "acc.invite_ra": _MANAGERS,
    "acc.invite_pu": _MANAGERS,
    "acc.invite_u": _MANAGERS,
    "acc.promote_da": _OWNER,
    "acc.promote_ra": _MANAGERS,
    "acc.promote_pu": _MANAGERS,
    "acc.demote_da": _OWNER,
    "acc.disable_da": _OWNER,
    "acc.disable_ra": _ADMINISTRATORS,
    "acc.disable_pu": _ADMINISTRATORS,
    "acc.disable_u": _ADMINISTRATORS,
    "acc.edit_delete": _ADMINISTRATORS,
    "set.room_admin": _MANAGERS,
    "set.docspace": _ADMINISTRATORS,
    "set.delete": _OWNER,
    "set.other": _ADMINISTRATORS,
}

ORDER = (Rank.GUEST, Rank.MEMBER, Rank.SPACE_MANAGER, Rank.ADMIN, Rank.OWNER)
"""From the least to the most."""

_SHORT = {Rank.ADMIN: "da", Rank.SPACE_MANAGER: "ra", Rank.MEMBER: "pu", Rank.GUEST: "u"}


def may(user: User, right: str) -> bool:
    """Whether the user's rank has this right of the matrix; an unknown right is a mistake (KeyError)."""
    return _lives(user) and user.rank in MATRIX[right]


def may_invite(user: User, rank: str) -> bool:
    """Whether the user may bring in somebody of that rank; nobody makes a second owner."""
    return rank != Rank.OWNER and may(user, f"acc.invite_{_SHORT[Rank(rank)]}")


def may_change_rank(user: User, subject: User, rank: str) -> bool:
    """Whether the user may give `subject` that rank: up as the matrix says, down whom one may disable.

    Nobody changes their own rank, the owner's moves only with the ownership, and a bot has what was given to it.
    """
    before, after = Rank(subject.rank), Rank(rank)
    if user.pk == subject.pk or subject.is_bot or Rank.OWNER in {before, after} or before == after:
        return False
    if ORDER.index(after) > ORDER.index(before):
        return may(user, f"acc.promote_{_SHORT[after]}")
    return may_disable(user, subject)


def reason_against(user: User, subject: User, rank: str) -> str | Promise:
    """Return why the user may not give `subject` that rank, "" when they may or when it is the present one."""
    before, after = Rank(subject.rank), Rank(rank)
    if before == after or may_change_rank(user, subject, rank):
        return ""
    if Rank.OWNER in {before, after}:
        return _("There is one owner; the ownership is not changed here.")
    if subject.is_bot:
        return _("A bot has what was shared with it, and no profile.")
    if user.pk == subject.pk:
        return _("Nobody changes their own profile. Ask another administrator, or the owner.")
    if Rank.ADMIN in {before, after}:
        return _("Only the owner makes administrators, and takes this profile back.")
    if ORDER.index(after) > ORDER.index(before):
        return _("Only space managers and administrators can give this profile.")
    return _("Only administrators take a profile back. Ask one of them.")


def may_disable(user: User, subject: User) -> bool:
    """Whether the user may switch that account off or on again; never one's own, never the owner's."""
    if user.pk == subject.pk or subject.rank == Rank.OWNER:
        return False
    return may(user, f"acc.disable_{_SHORT[Rank(subject.rank)]}")


def may_edit(user: User, subject: User) -> bool:
    """Whether the user may change that person's name, address or password for them.

    An administrator: everyone but the owner and other administrators; oneself is not a question of rank.
    """
    if not may(user, "acc.edit_delete"):
        return False
    return user.rank == Rank.OWNER or subject.rank not in _ADMINISTRATORS


def may_reset(user: User, subject: User) -> bool:
    """Whether the user may hand that person a link to a new password; one's own is changed in the settings."""
    return user.pk != subject.pk and subject.is_active and not subject.is_bot and may_edit(user, subject)


def may_delete(user: User, subject: User) -> bool:
    """Whether the user may delete that account: only a disabled one, never one's own."""
    return user.pk != subject.pk and subject.rank != Rank.OWNER and not subject.is_active and may_edit(user, subject)


def may_see_people(user: User) -> bool:
    """Whether the user has the list of people: those who bring people in and promote them."""
    return may(user, "acc.promote_pu")


def may_approve(user: User) -> bool:
    """Whether the user may let in those who registered themselves, or refuse them."""
    return may(user, "set.docspace")


def may_stop_links(user: User) -> bool:
    """Whether the user may list every public link of the house and stop any; it opens nothing."""
    return may(user, "set.docspace")


def may_see_as(user: User, subject: User) -> bool:
    """Whether the user may be shown what that person finds: an administrator, never of whom ranks higher."""
    return (
        may(user, "set.docspace") and user.pk != subject.pk and subject.is_active
        and ORDER.index(Rank(subject.rank)) <= ORDER.index(Rank(user.rank))
    )  # fmt: skip


def ranks_to_give(user: User, subject: User | None = None) -> list[Rank]:
    """Return the ranks the user may choose for a new person, or for `subject`; the present one included."""
    if subject is None:
        return [rank for rank in ORDER if may_invite(user, rank)]
    return [rank for rank in ORDER if rank == subject.rank or may_change_rank(user, subject, rank)]


def _lives(user: User) -> bool:
    return bool(user.is_authenticated and user.is_active)
