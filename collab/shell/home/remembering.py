"""What a home page remembers of its person: when they were last here, and what they put away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from collab.accounts.models import User
from collab.shell.models import HomeState

MOST = 30

# A pause of an hour begins a new visit; until when one was here is known to five minutes, so that a page is no write.
_VISIT = """WITH noted AS (UPDATE shell_homestate SET seen_at = now(), before = CASE
   WHEN seen_at < now() - interval '1 hour' THEN seen_at ELSE before END
  WHERE user_id = %(user)s AND seen_at < now() - interval '5 minutes' RETURNING before, put_away),
 state AS (SELECT * FROM noted UNION ALL SELECT before, put_away FROM shell_homestate WHERE user_id = %(user)s
  AND NOT EXISTS (SELECT FROM noted))
 SELECT state.before, state.put_away, EXISTS (SELECT FROM accounts_apppassword WHERE user_id = %(user)s),
  EXISTS (SELECT FROM accounts_user WHERE id <> %(user)s) OR EXISTS (SELECT FROM accounts_invitation),
  EXISTS (SELECT FROM events_job WHERE actor_id = %(user)s AND state <> 'done'
   AND updated_at > now() - interval '1 day')
 FROM (SELECT 1) one LEFT JOIN state ON true"""


@dataclass(frozen=True)
class State:
    """`before`: the end of the visit before this one, None for a first visit; `put_away`: names of what is not shown.

    `device`: a device is connected; `company`: somebody else is in the house, or invited; `busy`: jobs of theirs go on,
    or failed lately.
    """

    before: datetime | None
    put_away: list[str]
    device: bool
    company: bool
    busy: bool


def visit(user: User) -> State:
    """Note that the person is here, and return what is known of them. One query; at the first visit two."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIT, {"user": user.pk})
        before, put_away, device, company, busy = cursor.fetchone()
    if put_away is None:
        HomeState.objects.bulk_create([HomeState(user=user, seen_at=timezone.now())], ignore_conflicts=True)
    return State(before, put_away or [], device, company, busy)


@transaction.atomic
def put_away(user: User, name: str) -> None:
    """Show this no more."""
    state = _locked(user)
    state.put_away = [*(one for one in state.put_away if one != name), name][-MOST:]
    state.save(update_fields=["put_away"])


@transaction.atomic
def bring_back(user: User, name: str) -> None:
    """Show it again."""
    state = _locked(user)
    state.put_away = [one for one in state.put_away if one != name]
    state.save(update_fields=["put_away"])


def _locked(user: User) -> HomeState:
    HomeState.objects.bulk_create([HomeState(user=user, seen_at=timezone.now())], ignore_conflicts=True)
    return HomeState.objects.select_for_update().get(user=user)
