"""Finding polls and what was answered: one query per question, rights inside; nothing hidden leaves here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from collab.accounts.models import User
from collab.lib import paging
from collab.lib.errors import BadInput, NotFound
from collab.rights import explain, links
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import DISCUSSANT, RESPONDENT, Right
from collab.spaces.models import Space
from polls import counting, urns
from polls.models import Option, Participant, Poll

PAGE = 50
CELLS = 600
"""So many answers stand on one page of the table, whatever the number of options."""
FEWEST = 3
"""A secret ballot of fewer people would tell who said what."""


def find(actor: Actor, pk: int, *, thrown: bool = False) -> Poll:
    """Return the poll with what its rights need. Raises NotFound alike for what is gone and what may not be seen."""
    found = Poll.objects.found_by(actor).select_related("acl", "space", "created_by", "maker", "decided").filter(pk=pk)
    poll = found.first()
    if poll is None or (poll.deleted_at is not None and not thrown):
        raise NotFound
    return poll


def options(poll: Poll) -> list[Option]:
    """Return what can be chosen, days in their order, words as they were put."""
    return list(poll.options.filter(removed_at=None))


def limits(poll: Poll) -> dict[int, int | None]:
    """Return {what can be chosen: how many may take it, where it says so itself}."""
    return dict(poll.options.filter(removed_at=None).order_by().values_list("pk", "limit"))


def listed(actor: Actor, state: str, space: Space | None, after: str) -> tuple[list[Poll], str]:
    """Return a page of polls the actor finds, the newest first, and the cursor of the next.

    `state`: "open", "over", "archived" or "trash" (those they may bring back).
    """
    found = _in_state(Poll.objects.found_by(actor), actor, state)
    if space is not None:
        found = found.filter(space=space)
    if start := paging.unseal(after, 1):
        if not isinstance(start[0], int):
            raise BadInput
        found = found.filter(pk__lt=start[0])
    answered = Count("participants", Q(participants__answered_at__isnull=False, participants__removed_at=None))
    mine = Participant.objects.filter(poll=OuterRef("pk"), user=actor.user, answered_at__isnull=False)
    page = found.select_related("space", "decided", "maker").annotate(answered=answered, mine=Exists(mine))
    rows = list(page.order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], paging.seal([rows[PAGE - 1].pk]) if len(rows) > PAGE else ""


def _in_state(found: Any, actor: Actor, state: str) -> Any:
    if state == "trash":
        return found.exclude(deleted_at=None).allowing(actor, Right.DELETE)
    if state == "archived":
        return found.living().exclude(archived_at=None)
    now_open = Poll.objects.open().values("pk")
    found = found.living().filter(archived_at=None)
    return found.filter(pk__in=now_open) if state == "open" else found.exclude(pk__in=now_open)


def places(actor: Actor) -> list[Space]:
    """Return where the actor may make polls: their own space first, then teams' by name."""
    found = Space.objects.allowing(actor, Right.ADD).living().select_related("acl").order_by("name", "pk")
    return sorted(found, key=lambda space: not (actor.user is not None and space.owner_id == actor.user.pk))


def awaiting(actor: Actor) -> Any:
    """Return the open polls that wait for this person: they were invited, or their team asks and nobody was."""
    if actor.user is None:
        return Poll.objects.none()
    answered = Participant.objects.filter(poll=OuterRef("pk"), user=actor.user, answered_at__isnull=False)
    invited = Q(invited__principal__in=actor.principals)
    teams = Q(invited=None, only_invited=False, maker=None, space__kind=Space.Kind.TEAM)
    found = Poll.objects.open().found_by(actor).filter(invited | teams).exclude(Exists(answered))
    return found.select_related("space").distinct().order_by("deadline", "pk")


def voter_of(actor: Actor, poll: Poll) -> Participant | None:
    """Return the signed-in person as they take part, None while they do not."""
    return poll.participants.filter(user=actor.user).first() if actor.user is not None else None


def is_invited(actor: Actor, poll: Poll, voter: Participant | None) -> bool:
    """Whether whoever answers is on the list: by name, through a group, or by their address."""
    if voter is not None and voter.invited:
        return True
    return actor.user is not None and poll.invited.filter(principal__in=actor.principals).exists()


def awaited_people(poll: Poll) -> QuerySet[User]:
    """Return the people of the house who are invited and have not answered, groups unfolded as they are now."""
    reach = explain.people_of(set(poll.invited.values_list("principal_id", flat=True)))
    people = {pk for members in reach.values() for pk in members}
    answered = poll.participants.filter(answered_at__isnull=False).exclude(user=None).values("user_id")
    return User.objects.filter(pk__in=people, is_active=True).exclude(pk__in=answered).order_by("display_name", "pk")


def awaited_addresses(poll: Poll) -> Any:
    """Return the participants who were asked by mail and have not answered."""
    return poll.participants.filter(invited=True, answered_at=None, removed_at=None).exclude(email="")


def answered(poll: Poll) -> Any:
    """Return those who took part, in the order of their coming."""
    return poll.participants.filter(answered_at__isnull=False, removed_at=None).select_related("user").order_by("pk")


def ballots(poll: Poll) -> Sequence[counting.Ballot]:
    """Return every ballot, whoever asks: what may be shown of them is `results`' question."""
    if poll.secret:
        return urns.ballots(poll)
    return list(answered(poll).order_by().values_list("answers", flat=True))


def answering_link(poll: Poll) -> Link | None:
    """Return the oldest link that opens to whoever has it and lets them answer: it asks for nothing, and stands."""
    lasting = Q(principal__grants__expires_at=None) | Q(principal__grants__expires_at__gt=Now())
    found = Link.objects.filter(
        lasting, kind=Poll.REF_KIND, object_id=poll.pk, password="", ask_visitor=False, uses_left=None,
        principal__grants__rights__in=[int(RESPONDENT.mask), int(DISCUSSANT.mask)],
    )  # fmt: skip
    rows = list(found.order_by("pk"))
    standing = links.standing(rows)
    return next((link for link in rows if link.pk in standing), None)


@dataclass(frozen=True)
class Results:
    """What may be seen now. `totals` is None while it is hidden; `too_few`: a secret ballot of so few tells nothing."""

    count: int
    totals: dict[int, counting.Total] | None
    rounds: list[counting.Round]
    too_few: bool = False


def results(poll: Poll, chosen: list[Option]) -> Results:
    """Count what was answered, as far as it may be seen by anybody now."""
    if poll.results_shown and not poll.secret:
        found = ballots(poll)
        count, too_few = len(found), False
    else:
        count = answered(poll).count()
        too_few = poll.secret and count < FEWEST
        if not poll.results_shown or too_few:
            return Results(count, None, [], poll.is_over and too_few)
        found = ballots(poll)
    ids = [option.pk for option in chosen]
    rounds = counting.ranked(ids, found) if poll.method == Poll.Method.RANKED else []
    return Results(count, counting.totals(poll.method, ids, found), rounds)


@dataclass(frozen=True)
class Rows:
    """A page of the table: participants with their answers; `more` is the cursor of the next."""

    rows: list[Participant]
    more: str = ""


def table(poll: Poll, width: int, after: str) -> Rows:
    """Return a page of who answered what; without names where these are hidden, nothing where the answers are."""
    if poll.secret or not poll.results_shown or not poll.names_shown:
        return Rows([])
    size = max(10, CELLS // max(1, width))
    found = answered(poll)
    if start := paging.unseal(after, 1):
        if not isinstance(start[0], int):
            raise BadInput
        found = found.filter(pk__gt=start[0])
    rows = list(found[: size + 1])
    return Rows(rows[:size], paging.seal([rows[size - 1].pk]) if len(rows) > size else "")
