"""A team space keeps a manager when people leave groups, are demoted, disabled or deleted, and when groups go."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import ngettext

from collab.accounts.models import User
from collab.accounts.signals import EVERYONE, losing
from collab.groups.models import Group
from collab.lib.errors import Conflict

# A way is one path by which one active person manages one space for good; `touched` are the spaces that lose one.
_WAYS = """WITH ways AS (
 SELECT g.acl_id, p.user_id, NULL::bigint AS group_id FROM rights_grant g JOIN rights_principal p ON p.id =
  g.principal_id
  WHERE p.user_id IS NOT NULL AND g.rights & 128 <> 0 AND g.expires_at IS NULL
 UNION ALL SELECT g.acl_id, m.user_id, p.group_id FROM rights_grant g JOIN rights_principal p ON p.id = g.principal_id
  JOIN groups_membership m ON m.group_id = p.group_id WHERE g.rights & 128 <> 0 AND g.expires_at IS NULL
 UNION ALL SELECT g.acl_id, u.id, p.group_id FROM rights_grant g JOIN rights_principal p ON p.id = g.principal_id
  JOIN groups_group e ON e.id = p.group_id AND e.everyone JOIN accounts_user u ON u.rank <> 'guest'
  WHERE g.rights & 128 <> 0 AND g.expires_at IS NULL),
 lost AS (SELECT w.acl_id FROM ways w WHERE w.user_id = coalesce(%(user)s, w.user_id)
  AND w.group_id IS NOT DISTINCT FROM coalesce(%(group)s, w.group_id))"""

_LOCK = f"""{_WAYS} SELECT s.id FROM spaces_space s WHERE s.acl_id IN (SELECT acl_id FROM lost) ORDER BY s.id
 FOR NO KEY UPDATE OF s"""

_LEFT_ALONE = f"""{_WAYS}
 SELECT s.name FROM spaces_space s WHERE s.kind = 'team' AND (s.archived_at IS NULL OR %(for_good)s)
 AND s.acl_id IN (SELECT acl_id FROM lost)
 AND NOT EXISTS (SELECT 1 FROM ways w JOIN accounts_user u ON u.id = w.user_id AND u.is_active WHERE w.acl_id = s.acl_id
  AND NOT (w.user_id = coalesce(%(user)s, w.user_id) AND w.group_id IS NOT DISTINCT FROM coalesce(%(group)s,
  w.group_id)))
 ORDER BY s.name LIMIT 50"""


def left_alone(user: User | None, group: Group | None = None, *, for_good: bool = False) -> list[str]:
    """Return the names of the spaces that would lose their last manager; archived ones only matter `for_good`."""
    values = {"user": user.pk if user else None, "group": group.pk if group else None, "for_good": for_good}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_ALONE, values)
        return [row[0] for row in cursor.fetchall()]


def keep_managers(
    sender: Any, user: User | None, group: Group | str | None, for_good: bool = False, **kwargs: Any
) -> None:
    """Raise Conflict, naming the spaces, if what is about to end is their last way to a manager."""
    if group == EVERYONE:
        group = Group.objects.get(everyone=True)
    ending = group if isinstance(group, Group) else None
    with connection.cursor() as cursor:  # the last two managers may be going at the same moment
        cursor.execute(_LOCK, {"user": user.pk if user else None, "group": ending.pk if ending else None})
    alone = left_alone(user, ending, for_good=for_good)
    if alone:
        raise Conflict(
            ngettext(
                "“%(space)s” would be left without a manager. Let somebody else manage it first.",
                "These spaces would be left without a manager: %(space)s. Let somebody else manage them first.",
                len(alone),
            )
            % {"space": ", ".join(alone)}
        )


def connect() -> None:
    """Attach the receiver; called once when the app is ready."""
    losing.connect(keep_managers, dispatch_uid="spaces.keeping")
