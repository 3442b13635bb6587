"""What is left of a thing in the rights once its row is gone."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from collab.rights import lineage
from collab.rights.models import Acl, Principal


@transaction.atomic
def forget_things(kind: str, ids: Collection[int]) -> None:
    """Delete the links and the circles of these things; their rows are deleted before, since they hold their circle.

    Things of other kinds that hung under such a circle stay with the people who had them through it.
    """
    Principal.objects.filter(link__kind=kind, link__object_id__in=ids).delete()
    own = Acl.objects.filter(kind=kind, object_id__in=ids)
    for left in Acl.objects.filter(parent__in=own).exclude(kind=kind, object_id__in=ids):
        stand_alone(left.pk, left.pk)
    own.update(parent=None)
    own.delete()


def stand_alone(circle: int, like: int) -> None:
    """Let the circle inherit nothing, and give it just the lasting grants that count on `like`: nobody sees more."""
    with connection.cursor() as cursor:
        cursor.execute(_LASTING, [circle, like])
    lineage.inherit_from([circle], None)


_LASTING = """INSERT INTO rights_grant AS g (acl_id, principal_id, rights, note, created_at)
 SELECT %s, g.principal_id, bit_or(g.rights), '', now() FROM rights_lineage l
 JOIN rights_grant g ON g.acl_id = l.ancestor_id JOIN rights_principal p ON p.id = g.principal_id
 WHERE l.acl_id = %s AND g.expires_at IS NULL AND (p.user_id IS NOT NULL OR p.group_id IS NOT NULL)
 GROUP BY g.principal_id ON CONFLICT (principal_id, acl_id) DO UPDATE SET expires_at = NULL,
 rights = excluded.rights | CASE WHEN g.expires_at IS NULL THEN g.rights ELSE 0 END"""
