"""The list of people as an administrator, or who brings people in, searches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Count, F, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collab.accounts import ranks
from collab.accounts.models import Rank, User
from collab.groups.models import Membership
from collab.lib import numerals, paging
from collab.lib.errors import BadInput

STATES = {"": pgettext_lazy("people", "All"), "active": _("Active"), "disabled": pgettext_lazy("people", "Disabled"),
          "invited": pgettext_lazy("people", "Invited"), "waiting": _("To approve")}  # fmt: skip
SORTS = {"": _("By name"), "seen": _("Last sign-in first"), "new": _("Newest first")}
_LONGEST = 100
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """What is searched: `q` in names (and addresses), `rank`, `group` (an id), `state`, `sort`, and from where on."""

    q: str = ""
    rank: str = ""
    group: int = 0
    state: str = ""
    sort: str = ""
    after: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.q or self.rank or self.group)

    def address(self, **other: Any) -> str:
        """Return the query of the same search with something else, from its beginning unless said."""
        fields = {name: getattr(self, name) for name in ("q", "rank", "group", "state", "sort")} | other
        return "?" + urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True)
class Row:
    """One person of the list: the ranks that may be chosen, and what else the viewer may do."""

    person: User
    groups: list[str]
    ranks: list[Rank]
    may_disable: bool
    may_delete: bool
    may_reset: bool
    may_see_as: bool


def sorts(viewer: User) -> dict[str, Any]:
    """Return the orders there are; when somebody signed in last is for administrators to see."""
    return {key: label for key, label in SORTS.items() if key != "seen" or ranks.may(viewer, "set.docspace")}


def read(viewer: User, query: QueryDict) -> Wanted:
    """Return what an address asks; what it does not know is left out."""
    group = query.get("group", "")
    return Wanted(
        q=" ".join(query.get("q", "").replace("\0", " ").split())[:_LONGEST],
        rank=rank if (rank := query.get("rank", "")) in Rank.values else "",
        group=numerals.whole(group, 17) or 0,
        state=state if (state := query.get("state", "")) in STATES else "",
        sort=sort if (sort := query.get("sort", "")) in sorts(viewer) else "",
        after=query.get("after", ""),
    )


def matching(viewer: User, wanted: Wanted, people: QuerySet[User] | None = None) -> QuerySet[User]:
    """Return the accounts that match, whatever their state. Addresses are searched by administrators alone."""
    found = User.objects.all() if people is None else people
    if wanted.q:
        names = Q(display_name__unaccent__icontains=wanted.q) | Q(username__unaccent__icontains=wanted.q)
        if ranks.may(viewer, "set.docspace"):
            names |= Q(email__unaccent__icontains=wanted.q)
        found = found.filter(names)
    if wanted.rank:
        found = found.filter(rank=wanted.rank)
    if wanted.group:
        found = found.filter(memberships__group=wanted.group)
    return found


def counts(found: QuerySet[User]) -> dict[str, int]:
    """Return how many match in all, and in each state of an account. One query."""
    return found.aggregate(
        all=Count("pk"), active=Count("pk", Q(is_active=True)), disabled=Count("pk", Q(is_active=False))
    )


def page(viewer: User, found: QuerySet[User], wanted: Wanted) -> tuple[list[Row], str]:
    """Return a page of rows and the address of the next one, "" for none. Two queries."""
    if wanted.state in {"active", "disabled"}:
        found = found.filter(is_active=wanted.state == "active")
    found = _after(_sorted(found, wanted.sort), wanted)
    groups = Membership.objects.select_related("group").order_by("group__name")
    people = list(found.prefetch_related(Prefetch("memberships", groups))[: paging.PAGE + 1])
    more = ""
    if len(people) > paging.PAGE:
        people = people[: paging.PAGE]
        last: Any = people[-1]
        key = last.key.isoformat() if isinstance(last.key, datetime) else last.key
        more = wanted.address(after=paging.seal([key, last.pk]))
    return [_row(viewer, person) for person in people], more


def _sorted(found: QuerySet[User], sort: str) -> QuerySet[User]:
    if sort == "seen":
        return found.annotate(key=Coalesce("last_login", Value(_NEVER))).order_by("-key", "-pk")
    if sort == "new":
        return found.annotate(key=F("created_at")).order_by("-key", "-pk")
    return found.annotate(key=Lower(Unaccent("display_name"))).order_by("key", "pk")


def _after(found: QuerySet[User], wanted: Wanted) -> QuerySet[User]:
    cursor = paging.unseal(wanted.after, 2)
    if cursor is None:
        return found
    key, pk = cursor
    if not isinstance(key, str) or "\0" in key or type(pk) is not int or not 0 < pk < 2**63:
        raise BadInput
    if not wanted.sort:
        return found.filter(Q(key__gt=key) | Q(key=key, pk__gt=pk))
    try:
        moment = datetime.fromisoformat(key)
    except ValueError:
        raise BadInput from None
    return found.filter(Q(key__lt=moment) | Q(key=moment, pk__lt=pk))


def _row(viewer: User, person: User) -> Row:
    return Row(
        person,
        [membership.group.name for membership in person.memberships.all()],
        ranks.ranks_to_give(viewer, person),
        ranks.may_disable(viewer, person),
        ranks.may_delete(viewer, person),
        ranks.may_reset(viewer, person),
        ranks.may_see_as(viewer, person),
    )
