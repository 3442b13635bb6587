"""What polls do for a space as a whole, and for a person who takes their data or leaves."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts.models import User
from collab.rights.actor import Actor
from collab.spaces.models import Space
from polls import queries, wording
from polls.actions import ending, making
from polls.models import Invited, Participant, Poll


def holdings(space: Space, actor: Actor | None) -> list[str]:
    """Say how many polls there are that the actor sees; for None all of them, those in the trash too."""
    found = Poll.objects.filter(space=space)
    count = (found.living().visible_to(actor) if actor is not None else found).count()
    return [ngettext("%(count)d poll", "%(count)d polls", count) % {"count": count}] if count else []


def copy(actor: Actor, source: Space, space: Space, *, content: bool = False) -> None:
    """Ask the same in a new space, without answers: polls are content, and come only with it."""
    if content:
        unreserved = Q(acl=source.acl_id) | Q(acl__parent=source.acl_id)
        found = Poll.objects.living().visible_to(actor).filter(unreserved, space=source)
        for poll in found.select_related("acl", "space").order_by("pk"):
            making.duplicate(actor, poll, space)


def erase(space: Space) -> None:
    """Delete the polls of a space, in the transaction that deletes the space."""
    ending.erase(list(Poll.objects.filter(space=space).values_list("pk", flat=True)))


def export(person: User, into: Any) -> None:
    """Put in the polls that the person made, and what they answered; of a secret ballot that they took part."""
    made = Poll.objects.living().filter(created_by=person).visible_to(Actor.of(person)).order_by("pk")
    polls = [
        {"title": poll.title, "text": poll.text, "made": poll.created_at,
         "options": [wording.name(option) for option in queries.options(poll)]}
        for poll in made
    ]  # fmt: skip
    into.json("polls.json", polls, about=_("Polls that you made"))
    rows = Participant.objects.filter(user=person).select_related("poll").order_by("pk")
    visible = set(Poll.objects.found_by(Actor.of(person)).values_list("pk", flat=True))
    answers = [
        {"poll": one.poll.title if one.poll_id in visible else None, "at": one.answered_at, "word": one.word,
         "answers": _said(one) if one.poll_id in visible else one.answers}
        for one in rows
    ]  # fmt: skip
    into.json("answers.json", answers, about=_("What you answered to polls"))
    asked = Invited.objects.filter(principal__user=person, poll__in=visible).values_list("poll__title", flat=True)
    into.json("invited.json", list(asked.order_by("pk")), about=_("Polls to which you were invited by name"))


def _said(one: Participant) -> dict[str, str]:
    found = queries.options(one.poll)
    answers = one.answers or {}
    return {wording.name(o): wording.word(one.poll, answers[str(o.pk)]) for o in found if str(o.pk) in answers}


def forget(person: User, **how: Any) -> None:
    """Let the polls of the person's own space go with it; what they answered elsewhere stays, as nobody's.

    With `heir` or not: a poll asks for its person, and none of them is an heirloom.
    """
    ending.erase(list(Poll.objects.filter(space__owner=person).values_list("pk", flat=True)))
    mine = Participant.objects.filter(user=person)
    mine.update(name=_("somebody who left"), email="", word="")
