"""Who has access already, and through what: given here, or by the space and the folders above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import Rank
from collab.groups.models import Group
from collab.profiles import statuses
from collab.registry import registry
from collab.rights import explain
from collab.rights.actions import owns_acl
from collab.rights.actor import Actor
from collab.rights.models import Acl
from collab.rights.right import Right, Role
from collab.shell.members import Row
from collab.shell.sharing.subject import Subject

SHOWN = 100


@dataclass(frozen=True)
class Circle:
    """A page of those who have access by one acl; `more`: how many come after, `next`: the query of their page."""

    title: str
    here: bool
    rows: list[Row]
    more: int
    next: str


def circles(subject: Subject, acl: int = 0, start: int = 0) -> list[Circle]:
    """Return who has access, nearest circle first; of the circle `acl` those from the one numbered `start`."""
    by_acl: dict[int, list[explain.Reason]] = {}
    for reason in explain.access(subject.thing):
        by_acl.setdefault(reason.grant.acl_id, []).append(reason)
    own = owns_acl(subject.thing)
    starts = {one: start if one == acl and start < len(reasons) else 0 for one, reasons in by_acl.items()}
    shown = {
        one: sorted(reasons, key=_order)[starts[one] : starts[one] + SHOWN] for one, reasons in by_acl.items()
    }  # fmt: skip
    sizes = _sizes(reason for reasons in shown.values() for reason in reasons)
    found = []
    for one, reasons in shown.items():
        here, after = own and one == subject.thing.acl_id, starts[one] + len(reasons)
        title = _("Here") if here else _title(subject.actor, by_acl[one][0].grant.acl)
        rows = [_row(subject, reason, sizes, here=own and reason.here) for reason in reasons]
        statuses.attach(subject.actor, [row.who for row in rows])
        found.append(Circle(title, here, rows, len(by_acl[one]) - after, f"?circle={one}&from={after}"))
    return found


def _row(subject: Subject, reason: explain.Reason, sizes: dict[int, int], *, here: bool) -> Row:
    principal = reason.grant.principal
    who = principal.group or principal.user
    roles: tuple[Role, ...] = ()
    if here and who is not None and not Right(reason.grant.rights) & ~subject.mask:
        roles = tuple(subject.roles)
        if roles and reason.role not in roles:
            roles = (reason.role, *roles)
    is_me = subject.actor.user is not None and principal.user_id == subject.actor.user.pk
    return Row(reason.grant, who, reason.role, _note(who, sizes), roles, here and is_me)


def _order(reason: explain.Reason) -> tuple[int, str]:
    principal = reason.grant.principal
    place = 0 if principal.group_id else 1 if principal.user_id else 2
    return place, str(principal.group or principal.user or "").casefold()


def _title(actor: Actor, acl: Acl) -> str:
    """Return what gives the right, by name if the viewer sees it."""
    above = registry.thing(acl.kind, acl.object_id)
    declared = registry.shareable(acl.kind)
    if above is None or declared is None or not actor.can(above, Right.SEE):
        return _("Through a place above")
    return _("Through “%(name)s”") % {"name": declared.title(above)}


def _sizes(reasons: Iterable[explain.Reason]) -> dict[int, int]:
    """Return how many active people each group holds. One query."""
    groups = {reason.grant.principal.group_id for reason in reasons if reason.grant.principal.group_id}
    counted = Group.objects.filter(pk__in=groups).annotate(size=Count("members", Q(members__is_active=True)))
    return dict(counted.order_by().values_list("pk", "size"))


def _note(who: Any, sizes: dict[int, int]) -> str:
    if who is None:
        return ""
    if not isinstance(who, Group):
        return str(who.get_rank_display()) if who.rank == Rank.GUEST else ""
    if who.everyone:
        return _("All active members, never guests")
    count = sizes.get(who.pk, 0)
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}
