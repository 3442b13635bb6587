"""To find is to be allowed: querysets that know what an actor may see and do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.aggregates import Aggregate
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Now

from collab.rights import sql
from collab.rights.models import Lineage
from collab.rights.right import Right

if TYPE_CHECKING:
    from collab.rights.actor import Actor

ModelT = TypeVar("ModelT", bound=models.Model)


class BitOr(Aggregate):
    """The OR of all masks (PostgreSQL's bit_or)."""

    function = "bit_or"
    output_field = models.PositiveSmallIntegerField()


class GuardedQuerySet(models.QuerySet[ModelT]):
    """For a model whose `ACL` names the path to its acl: "acl", or "node__acl" for a child."""

    def allowing(self, actor: Actor, right: Right) -> Self:
        """Rows on which the actor holds the right: a semi-join per bit, so no duplicates and no DISTINCT.

        Each bit may come from another grant, as in `Actor.can`.
        """
        if len(actor.principals) == 0:
            return self.none()
        found = self
        for bit in Right(right):
            allowed = RawSQL(sql.ALLOWED_ACLS, (list(actor.principals), int(bit)))  # noqa: S611 - constant text
            found = found.filter(**{f"{self.model.ACL}_id__in": allowed})  # type: ignore[attr-defined]
        return found

    def allowing_any(self, actor: Actor, rights: Right) -> Self:
        """Rows on which the actor holds one of these rights at least."""
        if len(actor.principals) == 0:
            return self.none()
        allowed = RawSQL(sql.ALLOWED_ACLS, (list(actor.principals), int(rights)))  # noqa: S611 - constant text
        return self.filter(**{f"{self.model.ACL}_id__in": allowed})  # type: ignore[attr-defined]

    def visible_to(self, actor: Actor) -> Self:
        """Rows that the actor may see."""
        return self.allowing(actor, Right.SEE)

    def with_rights(self, actor: Actor) -> Self:
        """Annotate `mask`: all that the actor may do on each row (for toolbars, DAV privileges)."""
        live = Q(ancestor__grants__expires_at=None) | Q(ancestor__grants__expires_at__gt=Now())
        grants = (
            Lineage.objects.filter(
                live,
                acl_id=OuterRef(f"{self.model.ACL}_id"),  # type: ignore[attr-defined]
                ancestor__grants__principal_id__in=list(actor.principals) or [0],
            )
            .order_by()
            .values("acl_id")
            .annotate(found=BitOr(F("ancestor__grants__rights")))
            .values("found")
        )
        return self.annotate(mask=Coalesce(Subquery(grants), 0))
