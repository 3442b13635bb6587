"""Making groups and deciding who is in them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.accounts.signals import losing
from collab.groups.models import Group, Membership
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.lib.hues import hue_of

TAKEN = _("A group has this name already. Choose another.")


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
            return Group.objects.create(name=_checked(name), hue=hue_of(Group.objects.count()))
    except IntegrityError:
        raise Conflict(TAKEN) from None


@transaction.atomic
def rename(user: User, group: Group, name: str) -> None:
    """Give the group another name. Raises Forbidden, BadInput, Conflict."""
    _require(user, group)
    group.name = _checked(name)
    try:
        with transaction.atomic():
            group.save(update_fields=["name"])
    except IntegrityError:
        raise Conflict(TAKEN) from None


@transaction.atomic
def delete(user: User, group: Group) -> None:
    """Remove the group and what it was granted; nothing its members made disappears. Administrators only."""
    if group.everyone or not user.is_administrator:
        raise Forbidden(_("Only an administrator can remove groups. Ask one of them."))
    losing.send(Group, user=None, group=group)
    _moved(group.memberships.values_list("user_id", flat=True))
    group.delete()


@transaction.atomic
def add(user: User, group: Group, member: User, *, is_manager: bool = False) -> Membership:
    """Put a person in the group (or change whether they manage it): the group's rights are theirs at once."""
    _require(user, group)
    membership, _created = Membership.objects.update_or_create(
        group=group, user=member, defaults={"is_manager": is_manager}
    )
    _moved([member.pk])
    return membership


@transaction.atomic
def remove(user: User, group: Group, member: User) -> None:
    """Take a person out of the group; anyone may leave. What they made stays."""
    if user.pk != member.pk:
        _require(user, group)
    losing.send(Group, user=member, group=group)
    if Membership.objects.filter(group=group, user=member).delete()[0]:
        _moved([member.pk])


def _require(user: User, group: Group) -> None:
    if group.everyone:
        raise Forbidden(_("Everyone keeps itself: it is all active members."))
    if not may_edit(user, group):
        raise Forbidden(_("Only this group's managers and administrators can change it. Ask one of them."))


def _moved(user_ids: object) -> None:
    """Move the epoch of these people: caches of rights and folder etags follow it."""
    User.objects.filter(pk__in=list(user_ids)).update(epoch=F("epoch") + 1)  # type: ignore[call-overload]


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 120:
        raise BadInput(_("A group needs a name of at most 120 characters."))
    return name
