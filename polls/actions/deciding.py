"""Choosing the outcome: the poll closes, whoever answered hears of it, and a date goes into calendars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from collab.lib.errors import Conflict, NotFound, Refusal
from collab.registry import registry
from collab.registry.ports import Happening
from collab.rights.actor import Actor
from collab.rights.right import Right
from polls import ics, letters, queries
from polls.actions.common import hold, tell
from polls.models import Option, Poll


@transaction.atomic
def decide(actor: Actor, poll: Poll, option: Option, *, mailed: bool = True) -> int:
    """Choose an option and close the poll. Needs EDIT. Returns how many hear of it.

    A date is put into the space's calendar where an app offers one and the actor may; the date goes by mail to whoever
    answered unless the calendar invites them.
    """
    hold(actor, poll, Right.EDIT)
    if not poll.options.filter(pk=option.pk, removed_at=None).exists():
        raise NotFound
    poll.decided, poll.closed_at = option, poll.closed_at or timezone.now()
    poll.version += 1  # of two events with one name calendars take the later
    poll.save(update_fields=["decided", "closed_at", "version"])
    voters = list(queries.answered(poll).select_related("user", "link", "poll")) if mailed else []
    people = [voter.user_id for voter in voters if voter.user_id]
    tell(actor, poll, "poll-decide", option=option.pk, people=people)
    calendar = registry.calendar() if poll.kind == Poll.Kind.DATE else None
    if calendar is not None:
        kept = _into(lambda: calendar.put(actor, poll.space, happening(poll, option, voters)))
        if kept and calendar.invites:
            return len(people) + sum(bool(voter.email) for voter in voters if not voter.user_id)
    return sum(letters.decided(poll, option, voter) for voter in voters)


@transaction.atomic
def undecide(actor: Actor, poll: Poll) -> None:
    """Take the choice back; the poll stays closed. Needs EDIT. Raises Conflict where nothing was chosen."""
    hold(actor, poll, Right.EDIT)
    if poll.decided_id is None:
        raise Conflict
    poll.decided, poll.version = None, poll.version + 1
    poll.save(update_fields=["decided", "version"])
    if (calendar := registry.calendar()) is not None:
        _into(lambda: calendar.drop(actor, poll.space, ics.uid(poll)))
    tell(actor, poll, "poll-undecide")


def _into(put: Callable[[], Any]) -> bool:
    """Let the calendar do it; whoever manages a poll may yet add nothing to the calendars of its space."""
    try:
        with transaction.atomic():
            put()
    except Refusal:
        return False
    return True


def happening(poll: Poll, option: Option, voters: list[Any]) -> Happening:
    """Return the chosen date as a calendar takes it."""
    return Happening(
        ics.uid(poll), poll.title, poll.text, poll.version, option.day, option.starts_at, option.ends_at,
        tuple(voter.user_id for voter in voters if voter.user_id),
        () if poll.is_visitors else tuple((one.name, one.email) for one in voters if not one.user_id and one.email),
        tuple(one.user_id for one in voters if one.user_id and (one.answers or {}).get(str(option.pk)) == "y"),
    )  # fmt: skip
