"""What of the trash is looked for: by name, who threw it away, since when, of what kind, here or everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib import numerals
from files import kinds
from files.models import Node

SINCE: dict[str, tuple[str | Promise, int]] = {
    "day": (_("Since yesterday"), 1),
    "week": (_("In the last 7 days"), 7),
    "month": (_("In the last 30 days"), 30),
}
FOLDERS = "folders"
NOBODY = "none"
MOST_PEOPLE = 100


@dataclass(frozen=True)
class Filter:
    """The wishes of an address; what is not known there wishes nothing."""

    q: str = ""
    who: str = ""
    since: str = ""
    kind: str = ""
    everywhere: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> Filter:
        who, since, kind = (query.get(name, "") for name in ("who", "since", "kind"))
        return cls(
            query.get("q", "").strip().replace("\0", "")[:100],
            who if who == NOBODY or numerals.whole(who) is not None else "",
            since if since in SINCE else "",
            kind if kind == FOLDERS or kind in kinds.BY_SLUG else "",
            query.get("where") == "all",
        )

    def __bool__(self) -> bool:
        return bool(self.q or self.who or self.since or self.kind)

    def apply(self, found: Any) -> Any:
        """Return what of these trash entries is wished for."""
        if self.q:
            found = found.filter(node__name__unaccent__icontains=self.q)
        if self.who:
            found = found.filter(deleted_by=None if self.who == NOBODY else int(self.who))
        if self.since:
            found = found.filter(deleted_at__gte=timezone.now() - timedelta(days=SINCE[self.since][1]))
        if self.kind == FOLDERS:
            found = found.filter(node__kind=Node.Kind.FOLDER)
        elif self.kind:
            ends = (Q(node__name__iendswith=f".{ending}") for ending in kinds.BY_SLUG[self.kind].endings)
            found = found.filter(reduce(or_, ends), node__kind=Node.Kind.FILE)
        return found

    def query(self, **more: str) -> str:
        """Return the address with these wishes, and `more`."""
        query = QueryDict(mutable=True)
        values = {"q": self.q, "who": self.who, "since": self.since, "kind": self.kind}
        for name, value in (values | {"where": "all" if self.everywhere else ""} | more).items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}"


def people(found: Any) -> list[tuple[str, str]]:
    """Return those who threw something of this away, by name: (value, name). Two queries."""
    ids = set(found.order_by().values_list("deleted_by", flat=True).distinct()[: MOST_PEOPLE + 1])
    named = User.objects.filter(pk__in=ids - {None}).order_by("display_name", "username")[:MOST_PEOPLE]
    nobody = [(NOBODY, str(_("By visitors, or people who left")))] if None in ids else []
    return [*((str(user.pk), str(user)) for user in named), *nobody]


def kinds_offered() -> list[tuple[str, Any]]:
    """Return the kinds that one may ask for: (value, label)."""
    return [(FOLDERS, _("Folders")), *((family.slug, family.label) for family in kinds.FAMILIES)]
