"""Who is in a space, as its members page shows it, and whom a name typed there means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import Invitation, Rank, User
from collab.groups.models import Group, Membership
from collab.lib.errors import BadInput
from collab.ocs import sharees
from collab.rights import explain
from collab.rights.actor import Actor
from collab.rights.models import Grant, Principal
from collab.rights.right import (
    BY_SLUG,
    COMMENTER,
    CONTRIBUTOR,
    EDITOR,
    LADDER,
    MANAGER,
    READER,
    WRITER,
    Right,
    Role,
    best_role,
)
from collab.rights.right import role_of as role_of
from collab.spaces.models import Space

_NAMED = re.compile(r"\((?P<username>[a-z0-9._-]+)\)\s*$")
SHOWN = 200


@dataclass(frozen=True)
class Row:
    """One group, person or link with a role on a thing; `who` is None for a link, `roles` empty when it cannot be
    changed here. `last`: without it nobody would manage the space for good, so that it stays as it is."""

    grant: Grant
    who: Any
    role: Role
    note: str
    roles: tuple[Role, ...]
    is_me: bool
    last: bool = False

    @property
    def mine_to_change(self) -> bool:
        return bool(self.roles) and not self.last


def rows(actor: Actor, space: Space) -> list[Row]:
    """Return groups first, then people, by name. A role above one's own cannot be changed by its holder's lesser."""
    mine = actor.rights_on(space)
    may_share = bool(mine & Right.SHARE) and not space.archived_at
    found = []
    access = explain.access(space)
    managing = [one.grant for one in access if one.grant.rights & Right.MANAGE and one.grant.expires_at is None]
    last = {grant.pk for grant in managing} if sum(_reaches(grant.principal) for grant in managing) < 2 else set()
    sizes = _sizes(access)
    for reason in access:
        principal = reason.grant.principal
        who = principal.group or principal.user
        if who is None:
            continue
        changeable = may_share and not Right(reason.grant.rights) & ~mine
        roles = tuple(role for role in LADDER if not role.mask & ~mine) if changeable else ()
        if roles and reason.role not in roles:
            roles = (reason.role, *roles)
        is_me = actor.user is not None and principal.user_id == actor.user.pk
        note = _note(principal, sizes)
        found.append(Row(reason.grant, who, reason.role, note, roles, is_me, reason.grant.pk in last))
    return sorted(found, key=lambda row: (row.grant.principal.group_id is None, str(row.who).casefold()))


def roles_to_give(actor: Actor, space: Space) -> list[Role]:
    """Return the roles that the actor may give to somebody new: none above one's own."""
    mine = actor.rights_on(space)
    if not mine & Right.SHARE or space.archived_at:
        return []
    return [role for role in LADDER if not role.mask & ~mine]


def invitations(space: Space) -> list[tuple[Invitation, Role]]:
    """Return the open invitations that bring somebody into the space, with the right they give there."""
    found = Invitation.objects.open().filter(space_id=space.pk).select_related("created_by").order_by("-pk")[:SHOWN]
    return [(one, BY_SLUG[one.role]) for one in found if one.role in BY_SLUG]


def verdict(space: Space) -> str:
    """Return who sees the space, counted by what they may do."""
    masks = explain.people_with(space.acl_id, Right.SEE)
    counts = Counter(role.slug for role in (best_role(int(mask)) for mask in masks.values()) if role is not None)
    parts = [
        (ngettext("%(count)d manages it", "%(count)d manage it", counts[MANAGER.slug]), counts[MANAGER.slug]),
        (
            ngettext("%(count)d edits", "%(count)d edit", counts[EDITOR.slug] + counts[WRITER.slug]),
            counts[EDITOR.slug] + counts[WRITER.slug],
        ),
        (ngettext("%(count)d adds", "%(count)d add", counts[CONTRIBUTOR.slug]), counts[CONTRIBUTOR.slug]),
        (
            ngettext("%(count)d reads", "%(count)d read", counts[READER.slug] + counts[COMMENTER.slug]),
            counts[READER.slug] + counts[COMMENTER.slug],
        ),
    ]
    said = ", ".join(text % {"count": count} for text, count in parts if count)
    seen = ngettext(
        "%(count)d person sees this space: %(parts)s.", "%(count)d people see this space: %(parts)s.", len(masks)
    ) % {"count": len(masks), "parts": said}
    guests = User.objects.filter(pk__in=list(masks), rank=Rank.GUEST).count()
    if not guests:
        return seen
    outside = ngettext("%(count)d guest comes from outside.", "%(count)d guests come from outside.", guests)
    return f"{seen} {outside % {'count': guests}}"


def suggestions(actor: Actor, space: Space) -> list[str]:
    """Return the names offered while typing: groups and people not yet in the space, as they are understood.

    A guest is offered those of their own groups only.
    """
    taken = Grant.objects.filter(acl_id=space.acl_id).values("principal_id")
    groups = sharees.groups(actor).exclude(principal__in=taken)[:SHOWN]
    people = sharees.people(actor).exclude(principal__in=taken).order_by("display_name")[:SHOWN]
    return [*(str(group) for group in groups), *(f"{person} ({person.username})" for person in people)]


def principal_named(text: str) -> Principal:
    """Return the person or group that was meant: “Name (user.name)”, a user name, a group, or a name borne by one."""
    text = " ".join(text.split())
    named = _NAMED.search(text)
    if not text:
        raise BadInput(_("Write the name of a person or of a group."))
    people = User.objects.filter(is_active=True)
    if found := people.filter(username=named["username"] if named else text.lower()).first():
        return found.principal
    if text.casefold() == str(_("Everyone")).casefold():
        return Principal.objects.get(group__everyone=True)
    if group := Group.objects.filter(name__iexact=text).first():
        return group.principal
    same = list(people.filter(display_name__iexact=text)[:2])
    if len(same) == 1:
        return same[0].principal
    if same:
        raise BadInput(_("Several people are called “%(name)s”. Choose one in the list.") % {"name": text})
    raise BadInput(_("Nobody here is called “%(name)s”. Choose a person or a group in the list.") % {"name": text})


def _reaches(principal: Principal) -> bool:
    """Whether somebody active stands behind it."""
    if principal.user is not None:
        return principal.user.is_active
    group = principal.group
    return group is not None and (group.everyone or group.members.filter(is_active=True).exists())


def _sizes(access: list[explain.Reason]) -> dict[int, list[str]]:
    """Return {group: names of its active members} of all groups that have access, in one query."""
    groups = [one.grant.principal.group_id for one in access if one.grant.principal.group_id is not None]
    found: dict[int, list[str]] = {}
    active = Membership.objects.filter(group__in=groups, user__is_active=True).order_by("user__display_name")
    for group_id, name in active.values_list("group_id", "user__display_name"):
        found.setdefault(group_id, []).append(name)
    return found


def _note(principal: Principal, sizes: dict[int, list[str]]) -> str:
    if principal.user is not None:
        return str(principal.user.get_rank_display())
    group = principal.group
    if group is None or group.everyone:
        return _("All active members, never guests")
    names = sizes.get(group.pk, [])
    if 0 < len(names) <= 3:
        return ", ".join(names)
    return ngettext("%(count)d person", "%(count)d people", len(names)) % {"count": len(names)}
