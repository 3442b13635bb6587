"""The closure of acl parents; kept by these functions alone, compared with the truth by `verify`."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import F, Q

from collab.rights.models import Acl, Lineage


@transaction.atomic
def create_acl(kind: str, object_id: int, parent_id: int | None = None) -> Acl:
    """Make the acl of one thing, under `parent_id` (whose rights then add) or on its own."""
    acl = Acl.objects.create(kind=kind, object_id=object_id, parent_id=parent_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_lineage (acl_id, ancestor_id) SELECT %s, ancestor_id FROM rights_lineage"
            " WHERE acl_id = %s UNION ALL SELECT %s, %s",
            [acl.pk, parent_id, acl.pk, acl.pk],
        )
    return acl


@transaction.atomic
def inherit_from(acl_ids: list[int], parent_id: int | None) -> None:
    """Hang these acls, and all below them, under another parent, or under none (restricted).

    None of them may lie below another of them. Raises ValueError if that would close a circle.
    """
    if not acl_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM rights_lineage WHERE acl_id = %s AND ancestor_id = ANY(%s)", [parent_id, acl_ids])
        if cursor.fetchone():
            raise ValueError("an acl cannot inherit from itself")
        inside = "(SELECT acl_id FROM rights_lineage WHERE ancestor_id = ANY(%s))"
        cursor.execute(
            f"DELETE FROM rights_lineage WHERE acl_id IN {inside} AND ancestor_id NOT IN {inside}", [acl_ids, acl_ids]
        )
        cursor.execute(
            "INSERT INTO rights_lineage (acl_id, ancestor_id) SELECT DISTINCT down.acl_id, up.ancestor_id"
            " FROM rights_lineage down, rights_lineage up WHERE down.ancestor_id = ANY(%s) AND up.acl_id = %s",
            [acl_ids, parent_id],
        )
    Acl.objects.filter(pk__in=acl_ids).update(parent_id=parent_id)


def follows_place(acl: Acl) -> bool:
    """Whether a circle follows the place in which its thing lies.

    One that inherits nothing does not; nor does one that hangs under the circle of a thing of another kind, as what is
    sent in a private channel: it goes along with that, wherever it lies.
    """
    return acl.parent is not None and acl.parent.kind in {acl.kind, "space"}


def following(acl_ids: Collection[int]) -> set[int]:
    """Return which of these circles follow their place. One query."""
    beside = Q(parent__kind=F("kind")) | Q(parent__kind="space")
    return set(Acl.objects.filter(beside, pk__in=acl_ids).values_list("pk", flat=True))


def verify() -> list[str]:
    """Return a sentence for every row of the closure that is missing or too many; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE truth (acl_id, ancestor_id) AS (SELECT id, id FROM rights_acl"
            " UNION SELECT t.acl_id, a.parent_id FROM truth t JOIN rights_acl a ON a.id = t.ancestor_id"
            " WHERE a.parent_id IS NOT NULL)"
            " (SELECT 'missing', * FROM truth EXCEPT SELECT 'missing', acl_id, ancestor_id FROM rights_lineage)"
            " UNION ALL (SELECT 'too many', acl_id, ancestor_id FROM rights_lineage EXCEPT SELECT"
            " 'too many', * FROM truth)"
        )
        return [f"lineage {what}: acl {acl} from {ancestor}" for what, acl, ancestor in cursor.fetchall()]


def chain(acl_id: int) -> list[int]:
    """Return the acl and its ancestors' ids (unordered)."""
    return list(Lineage.objects.filter(acl_id=acl_id).values_list("ancestor_id", flat=True))
