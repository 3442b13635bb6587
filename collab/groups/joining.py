"""Groups that an invitation opens: checked when it is made, joined when it is accepted."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.accounts.models import Invitation, User
from collab.accounts.signals import joining, offering
from collab.groups import actions
from collab.groups.models import Group
from collab.lib.errors import BadInput, Forbidden


def require_offered(sender: Any, user: User | None, groups: list[int], **more: Any) -> None:
    """Refuse groups that are not there, or that this person does not manage."""
    found = list(Group.objects.named().filter(pk__in=groups))
    if len(found) != len(set(groups)):
        raise BadInput(_("Choose groups in the list."))
    for group in found:
        if not actions.may_edit(user, group):
            raise Forbidden(_("Only this group's managers and administrators can change it. Ask one of them."))


def join(sender: Any, user: User, invitation: Invitation, **more: Any) -> None:
    """Put the newcomer in the groups that are still there and that the maker still manages."""
    maker = invitation.created_by
    for group in Group.objects.named().filter(pk__in=invitation.group_ids):
        if maker is not None and actions.may_edit(maker, group):
            actions.add(maker, group, user, outside=True)  # the maker chose both, the rank and the groups


def connect() -> None:
    """Begin to listen."""
    offering.connect(require_offered, dispatch_uid="groups.offering")
    joining.connect(join, dispatch_uid="groups.joining")
