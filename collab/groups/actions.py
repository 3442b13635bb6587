"""Making groups and deciding who is in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collab.accounts import epochs
from collab.accounts.models import User
from collab.accounts.signals import grouping, losing, lost
from collab.events import audit, notices
from collab.groups.models import Group, Membership
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.lib.hues import hue_of

TAKEN = _("A group has this name already. Choose another.")


class OutsideWarning(Conflict):
    """409: a guest would come into the group, and nobody said that this is meant."""

    code = "outside"
    default = _("A guest comes from outside, and would see all that is given to the group.")


def may_edit(user: User | None, group: Group) -> bool:
    """Whether the person may add and remove members: administrators, and the group's own managers."""
    if user is None or group.everyone:
        return False
    return user.is_administrator or group.memberships.filter(user=user, is_manager=True).exists()


def editable(user: User) -> QuerySet[Group]:
    """Return the groups whose members the person may change, Everyone never."""
    groups = Group.objects.named()
    if user.is_administrator:
        return groups
    return groups.filter(memberships__user=user, memberships__is_manager=True)


@transaction.atomic
def create(user: User, name: str) -> Group:
    """Make a group. Administrators only. Raises Forbidden, BadInput, Conflict (name taken)."""
    if not user.is_administrator:
        raise Forbidden(_("Only an administrator can make groups. Ask one of them."))
    try:
        with transaction.atomic():
            group = Group.objects.create(name=_checked(name), hue=hue_of(Group.objects.count()))
    except IntegrityError:
        raise Conflict(TAKEN) from None
    audit.record("group-made", user, ("group", group.pk), group.name)
    return group


@transaction.atomic
def rename(user: User, group: Group, name: str) -> None:
    """Give the group another name. Raises Forbidden, BadInput, Conflict."""
    _require(user, group)
    before, group.name = group.name, _checked(name)
    try:
        with transaction.atomic():
            group.save(update_fields=["name"])
    except IntegrityError:
        raise Conflict(TAKEN) from None
    if group.name != before:
        audit.record("group-renamed", user, ("group", group.pk), group.name, before=before, after=group.name)


@transaction.atomic
def delete(user: User, group: Group) -> None:
    """Remove the group and what it was granted; nothing its members made disappears. Administrators only."""
    if group.everyone or not user.is_administrator:
        raise Forbidden(_("Only an administrator can remove groups. Ask one of them."))
    losing.send(Group, user=None, group=group)
    members = list(group.memberships.values_list("user_id", flat=True))
    epochs.moved(members)
    audit.record("group-deleted", user, ("group", group.pk), group.name, people=len(members))
    group.delete()
    lost.send(Group, people=members)


@transaction.atomic
def add(user: User, group: Group, member: User, *, is_manager: bool | None = None, outside: bool = False) -> Membership:
    """Put a person in the group: the group's rights are theirs at once. `is_manager` None leaves it as it was.

    Raises Forbidden, OutsideWarning for a guest unless `outside` says that this is meant, and what an app refuses.
    """
    _require(user, group)
    before = Membership.objects.select_for_update().filter(group=group, user=member).first()
    if before is None:
        if member.is_guest and not outside:
            raise OutsideWarning
        grouping.send(Group, user=member, group=group)
        membership = Membership.objects.create(group=group, user=member, is_manager=bool(is_manager))
        epochs.moved([member.pk])
        _tell("group-added", user, group, member, manages=membership.is_manager)
        return membership
    if is_manager is not None and is_manager != before.is_manager:
        before.is_manager = is_manager
        before.save(update_fields=["is_manager"])
        epochs.moved([member.pk])
        _tell("group-manager", user, group, member, manages=is_manager)
    return before


@transaction.atomic
def add_all(user: User, group: Group, members: Iterable[User], *, outside: bool = False) -> list[User]:
    """Put several people in the group, all or (when refused) nobody; tell and return those who are new there."""
    there = set(group.memberships.values_list("user_id", flat=True))
    fresh = [member for member in members if member.pk not in there]
    for member in fresh:
        add(user, group, member, outside=outside)
    notices.tell("grouped", [member.pk for member in fresh], ("group", group.pk), actor_id=user.pk)
    return fresh


@transaction.atomic
def remove(user: User, group: Group, member: User) -> None:
    """Take a person out of the group; anyone may leave. What they made stays."""
    if user.pk != member.pk:
        _require(user, group)
    losing.send(Group, user=member, group=group)
    if Membership.objects.filter(group=group, user=member).delete()[0]:
        epochs.moved([member.pk])
        lost.send(Group, people=[member.pk])
        _tell("group-removed", user, group, member)


def _require(user: User, group: Group) -> None:
    if group.everyone:
        raise Forbidden(_("Everyone keeps itself: it is all active members."))
    if not may_edit(user, group):
        raise Forbidden(_("Only this group's managers and administrators can change it. Ask one of them."))


def _tell(kind: str, user: User, group: Group, member: User, **details: bool) -> None:
    whom = ("user", member.pk, str(member))
    audit.record(kind, user, ("group", group.pk), group.name, whom=whom, **details)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 120:
        raise BadInput(_("A group needs a name of at most 120 characters."))
    return name
