"""Everybody who is in a space, person by person, each with the right they have and through what."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from collab.accounts.models import Rank, User
from collab.groups.models import Membership
from collab.lib import paging
from collab.rights import explain
from collab.rights.right import Right, Role, best_role, role_of
from collab.spaces.models import Space

PAGE = 50


@dataclass(frozen=True)
class Participant:
    """One person; `through`: the groups that brought them in, or that they were named themselves."""

    user: User
    role: Role
    through: str


def page(space: Space, cursor: str = "") -> tuple[list[Participant], str, int]:
    """Return a page of people by name, the cursor of the next, and how many there are."""
    masks = explain.people_with(space.acl_id, Right.SEE)
    found = User.objects.filter(pk__in=list(masks))
    after = paging.unseal(cursor, 2)
    if after and isinstance(after[0], str) and isinstance(after[1], int) and 0 < after[1] < 2**62:
        name = after[0].replace("\0", "")
        found = found.filter(Q(display_name__gt=name) | Q(display_name=name, pk__gt=after[1]))
    users = list(found.order_by("display_name", "pk")[: PAGE + 1])
    more = paging.seal([users[PAGE - 1].display_name, users[PAGE - 1].pk]) if len(users) > PAGE else ""
    shown = users[:PAGE]
    ways = _ways(space, shown)
    people = [
        Participant(user, best_role(masks[user.pk]) or role_of(masks[user.pk]), ", ".join(ways[user.pk]))
        for user in shown
    ]
    return people, more, len(masks)


def _ways(space: Space, users: list[User]) -> dict[int, list[str]]:
    """Return by what each person is in the space: three queries, however many people."""
    ways: dict[int, list[str]] = {user.pk: [] for user in users}
    groups, everyone = {}, ""
    for reason in explain.access(space):
        principal = reason.grant.principal
        if not reason.grant.rights & Right.SEE:
            continue
        if principal.user_id in ways:
            ways[principal.user_id].append(_("named here"))
        elif principal.group is not None and principal.group.everyone:
            everyone = str(principal.group)
        elif principal.group is not None:
            groups[principal.group_id] = str(principal.group)
    memberships = Membership.objects.filter(user__in=users, group__in=list(groups))
    for user_id, group_id in memberships.order_by("group__name").values_list("user_id", "group_id"):
        ways[user_id].append(groups[group_id])
    for user in users:
        if everyone and user.rank != Rank.GUEST:
            ways[user.pk].append(everyone)
    return ways
