"""Rights in sentences: who may, through what, given by whom; who gains and who loses by a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.accounts.models import User
from collab.rights import sql
from collab.rights.actor import Actor, acl_of
from collab.rights.lineage import follows_place
from collab.rights.models import Grant, Principal
from collab.rights.right import Right, Role, best_role, role_of

_PEOPLE = f"""SELECT reach.user_id, bit_or(reach.rights)::int FROM (
 SELECT p.user_id, g.rights FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
  JOIN rights_principal p ON p.id = g.principal_id AND p.user_id IS NOT NULL
  WHERE l.acl_id = %(acl)s AND {sql.LIVE} AND (NOT %(lasting)s OR g.expires_at IS NULL)
 UNION ALL
 SELECT m.user_id, g.rights FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
  JOIN rights_principal p ON p.id = g.principal_id JOIN groups_membership m ON m.group_id = p.group_id
  WHERE l.acl_id = %(acl)s AND {sql.LIVE} AND (NOT %(lasting)s OR g.expires_at IS NULL)
 UNION ALL
 SELECT everyone.id, g.rights FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
  JOIN rights_principal p ON p.id = g.principal_id JOIN groups_group e ON e.id = p.group_id AND e.everyone
  JOIN accounts_user everyone ON everyone.rank <> 'guest'
  WHERE l.acl_id = %(acl)s AND {sql.LIVE} AND (NOT %(lasting)s OR g.expires_at IS NULL)
) reach JOIN accounts_user u ON u.id = reach.user_id AND u.is_active
 WHERE %(among)s::bigint[] IS NULL OR reach.user_id = ANY(%(among)s::bigint[])
 GROUP BY reach.user_id HAVING bit_or(reach.rights) & %(bits)s = %(bits)s ORDER BY reach.user_id LIMIT %(limit)s"""


@dataclass(frozen=True)
class Reason:
    """One way a right reaches a person or a thing: `grant` to `grant.principal`, through `acl_kind`/`object_id`.

    `here`: given on the thing itself, not inherited. `role`: the name of what this one grant gives.
    """

    grant: Grant
    role: Role
    here: bool

    @property
    def through(self) -> tuple[str, int]:
        return self.grant.acl.kind, self.grant.acl.object_id


@dataclass(frozen=True)
class Preview:
    """What a change would do: who gains bits, who loses bits, how many may see afterwards."""

    gains: dict[int, Right]
    loses: dict[int, Right]
    seeing: int


def grants_on(thing: Any) -> list[Grant]:
    """Return the live grants that count on the thing, nearest first, with principal and granter fetched."""
    live = Q(expires_at=None) | Q(expires_at__gt=Now())
    rows = Grant.objects.filter(live, acl__descent__acl_id=acl_of(thing)).select_related(
        "acl", "principal__user", "principal__group", "principal__link", "granted_by"
    )
    return sorted(rows, key=lambda grant: (grant.acl_id != acl_of(thing), grant.acl_id, grant.pk))


def explain(actor: Actor, thing: Any) -> list[Reason]:
    """Answer “what may this actor do here, through which group, space or link, by whom, until when”."""
    mine = set(actor.principals)
    return [reason for reason in access(thing) if reason.grant.principal_id in mine]


def access(thing: Any) -> list[Reason]:
    """Answer “who has access, and through what” for everybody."""
    here = acl_of(thing)
    return [Reason(grant, role_of(grant.rights), grant.acl_id == here) for grant in grants_on(thing)]


def people_with(
    acl_id: int, right: Right, *, limit: int | None = None, lasting: bool = False, among: Collection[int] | None = None
) -> dict[int, Right]:
    """Return {user id: mask} of active people who hold the right on the acl; `lasting` ignores grants that end.

    `among`: only of these people (ids).
    """
    wanted = None if among is None else list(among)
    asked = {"acl": acl_id, "bits": int(right), "limit": limit, "lasting": lasting, "among": wanted}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, asked)
        return {user_id: Right(mask) for user_id, mask in cursor.fetchall()}


def audience(thing: Any, right: Right = Right.SEE) -> QuerySet[User]:
    """Answer “who may”: the active people who hold the right on the thing."""
    return User.objects.filter(pk__in=list(people_with(acl_of(thing), right)))


def preview(
    thing: Any, changes: Iterable[tuple[Principal, int, datetime | None]] = (), *, inherits: bool = True
) -> Preview:
    """Answer “who gains and who loses” if each (principal, mask; 0 takes away, end) were set on the thing.

    `inherits=False` also cuts what comes from above (managers stay, as `stop_inheriting` copies them).
    """
    here = acl_of(thing)
    own = _has_own_acl(thing)
    before = [(grant.principal_id, grant.rights) for grant in grants_on(thing)]
    changed = {principal.pk: mask if end is None or end > timezone.now() else 0 for principal, mask, end in changes}
    after = [
        (grant.principal_id, grant.rights)
        for grant in grants_on(thing)
        if not (own and grant.acl_id == here and grant.principal_id in changed)
        and (inherits or (own and grant.acl_id == here) or grant.rights & Right.MANAGE)
    ]
    after += [(pk, mask) for pk, mask in changed.items() if mask]
    return _compared(before, after)


def preview_move(thing: Any, acl_id: int, changes: Iterable[tuple[Principal, int]] = ()) -> Preview:
    """Answer “who gains and who loses” if the thing went to a place with this acl, and each (principal, mask; 0 takes
    away) were set on it. What was given on the thing itself goes with it; a restricted one stays so."""
    own = _has_own_acl(thing)
    before = [(grant.principal_id, grant.rights) for grant in grants_on(thing)]
    changed = {principal.pk: mask for principal, mask in changes}
    mine = [grant for grant in grants_on(thing) if own and grant.acl_id == acl_of(thing)]
    after = [(grant.principal_id, grant.rights) for grant in mine if grant.principal_id not in changed]
    if not own or follows_place(thing.acl):
        live = Q(expires_at=None) | Q(expires_at__gt=Now())
        after += Grant.objects.filter(live, acl__descent__acl_id=acl_id).values_list("principal_id", "rights")
    return _compared(before, after + [(pk, mask) for pk, mask in changed.items() if mask])


def _compared(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> Preview:
    reach = people_of({pk for pk, _mask in before + after})
    old, new = masks_of(before, reach), masks_of(after, reach)
    gains = {pk: Right(mask & ~old.get(pk, 0)) for pk, mask in new.items() if mask & ~old.get(pk, 0)}
    loses = {pk: Right(mask & ~new.get(pk, 0)) for pk, mask in old.items() if mask & ~new.get(pk, 0)}
    return Preview(gains, loses, sum(1 for mask in new.values() if mask & Right.SEE))


def reason(thing: Any, right: Right) -> str:
    """Return the sentence for a refusal: who may do it, and whom to ask."""
    able = people_with(acl_of(thing), right, limit=50)
    groups = sorted(
        {
            str(grant.principal.group)
            for grant in grants_on(thing)
            if grant.principal.group_id and grant.rights & right == right
        }
    )
    names = list(User.objects.filter(pk__in=able).order_by("display_name").values_list("display_name", flat=True)[:3])
    if not names:
        return str(_("Nobody may do this here."))
    people = str(_(" or ")).join(names[:2]) if len(names) < 3 else ", ".join(names[:2])
    if groups:
        return str(
            _("Only %(group)s may do this here. Ask %(people)s.") % {"group": ", ".join(groups[:2]), "people": people}
        )
    return ngettext(
        "Only %(people)s may do this here: ask them.", "Only %(people)s may do this here: ask them.", len(names)
    ) % {"people": people}


def sentence(thing: Any) -> str:
    """Return the verdict: how many people may see the thing."""
    count = len(people_with(acl_of(thing), Right.SEE))
    return ngettext("%(count)d person can see.", "%(count)d people can see.", count) % {"count": count}


def role_on(actor: Actor, thing: Any) -> Role | None:
    """Return the highest role that the actor's rights on the thing amount to."""
    return best_role(int(actor.rights_on(thing)))


def _has_own_acl(thing: Any) -> bool:
    return bool((thing.acl.kind, thing.acl.object_id) == (thing.REF_KIND, thing.pk))


def people_of(principals: set[int]) -> dict[int, list[int]]:
    """Return {principal: [active user ids]}, groups and Everyone unfolded. Three queries."""
    reach: dict[int, list[int]] = {}
    active = Q(is_active=True)
    direct = User.objects.filter(active, principal__in=principals).values_list(F("principal"), "pk")
    grouped = User.objects.filter(active, memberships__group__principal__in=principals).values_list(
        F("memberships__group__principal"), "pk"
    )
    for principal, user in [*direct, *grouped]:
        reach.setdefault(principal, []).append(user)
    for everyone in Principal.objects.filter(pk__in=principals, group__everyone=True):
        reach[everyone.pk] = list(User.objects.filter(active).exclude(rank="guest").values_list("pk", flat=True))
    return reach


def masks_of(grants: list[tuple[int, int]], reach: dict[int, list[int]]) -> dict[int, int]:
    """Return {user id: all that these (principal, mask) give them}."""
    masks: dict[int, int] = {}
    for principal, mask in grants:
        for user in reach.get(principal, ()):
            masks[user] = masks.get(user, 0) | mask
    return masks
