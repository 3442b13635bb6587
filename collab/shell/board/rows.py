"""The rows: groups, Everyone last, and the people who were added or who have rights of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import User
from collab.groups.models import Group, Membership
from collab.rights import board
from collab.rights.models import Grant, Principal
from collab.rights.right import Right

NAMED = 2
_ORDER = ("everyone", Lower(Func("name", function="unaccent")), "pk")
ADDED = 50


@dataclass(frozen=True)
class Row:
    """A group or a person. `added`: the viewer put it on the board and may take it off again."""

    principal: int
    who: Any
    note: str
    added: bool = False

    @property
    def is_group(self) -> bool:
        return isinstance(self.who, Group)


def page(text: str, first: int, most: int = board.ROWS) -> tuple[list[Row], int]:
    """Return the groups from the one numbered `first` on, and how many there are. Three queries."""
    groups = Group.objects.filter(principal__isnull=False)
    if text:
        everyone = Q(everyone=True) if text.casefold() in _("Everyone").casefold() else Q(pk__in=())
        members = Q(members__display_name__unaccent__icontains=text, members__is_active=True)
        groups = groups.filter(Q(name__unaccent__icontains=text, everyone=False) | everyone | members).distinct()
    total = groups.count()
    shown = groups.order_by(*_ORDER).values_list("pk", "everyone", _ORDER[1])[first : first + most]
    sized = Group.objects.filter(pk__in=[pk for pk, *_order in shown])
    counted = sized.annotate(size=Count("members", Q(members__is_active=True))).select_related("principal")
    return _groups(list(counted.order_by(*_ORDER))), total


def _groups(groups: list[Any]) -> list[Row]:
    few = [group.pk for group in groups if 0 < group.size <= NAMED]
    members: dict[int, list[str]] = {}
    shown = Membership.objects.filter(group__in=few, user__is_active=True).select_related("user")
    for membership in shown.order_by("user__display_name", "user_id"):
        members.setdefault(membership.group_id, []).append(membership.user.get_short_name() or str(membership.user))
    everybody = User.objects.filter(is_active=True).exclude(rank="guest").count() if groups else 0
    return [
        Row(
            group.principal.pk,
            group,
            ", ".join(members.get(group.pk, ())) or _people(everybody if group.everyone else group.size),
        )
        for group in groups
    ]


def _people(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}


def people(principals: Iterable[int], *, added: bool = True) -> list[Row]:
    """Return the rows of these people, by name."""
    found = Principal.objects.filter(pk__in=list(principals), user__is_active=True).select_related("user")
    shown = found.order_by("user__display_name", "pk")[: board.ROWS]
    return [Row(one.pk, one.user, str(one.user.get_rank_display()), added) for one in shown]  # type: ignore[union-attr]


def named(text: str) -> list[int]:
    """Return the principals of the people whose name holds the text."""
    found = User.objects.filter(
        Q(display_name__unaccent__icontains=text) | Q(username__istartswith=text), is_active=True
    )
    return list(found.order_by("display_name", "pk").values_list("principal", flat=True)[:ADDED])


def with_rights_on(acls: Iterable[int]) -> list[int]:
    """Return the principals of people who were given something on these very acls."""
    grants = Grant.objects.filter(acl__in=list(acls), principal__user__is_active=True, rights__gte=int(Right.SEE))
    return list(grants.values_list("principal", flat=True).distinct()[: board.ROWS])
