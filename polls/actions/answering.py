"""Answering: for oneself, once or again, by an account or by a link; the last place goes to exactly one."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from collab.rights import links
from collab.rights.actor import Actor
from collab.rights.models import Link
from collab.rights.right import Right
from polls import queries, urns, wording
from polls.actions.common import CLOSED, enter, hold, line, tell, words
from polls.models import Option, Participant, Poll

MOST = 5000
"""Participants of one poll."""
_TAKEN = """SELECT a.key::bigint, count(*) FROM polls_participant p, jsonb_each_text(p.answers) a
 WHERE p.poll_id = %s AND p.id <> %s AND p.removed_at IS NULL AND a.value = 'y' GROUP BY a.key"""


def why_not(actor: Actor, poll: Poll, voter: Participant | None) -> str:
    """Return why this person or visitor may not answer now, "" where they may."""
    if not poll.is_open:
        return str(CLOSED)
    if poll.secret and voter is not None and voter.answered_at is not None:
        return str(_("Your ballot is in the urn. It is secret, so nobody can find it again, not even to change it."))
    mask = actor.rights_on(poll)
    if not mask & Right.RESPOND and not (actor.user is not None and mask & Right.SEE):
        return str(_("You may look at this poll, not answer it."))
    needs_list = poll.only_invited or (poll.secret and actor.user is None)
    if needs_list and not queries.is_invited(actor, poll, voter):
        return str(_("Only those who were invited answer here. Open your own link, or ask whoever made this poll."))
    return ""


@transaction.atomic
def answer(
    actor: Actor, poll: Poll, voter: Participant | None, given: Mapping[str, Any], *,
    name: str = "", email: str = "", word: str = "", link: Link | None = None,
) -> Participant:  # fmt: skip
    """Keep what somebody answers, in the place of what they answered before; return them.

    `given`: {option as text: answer}. `voter`: who they are, where they took part or were asked; a visitor (`link`)
    without one is somebody new. Raises Forbidden, Conflict (closed, full), BadInput.
    """
    version, limits = poll.version, queries.limits(poll)
    ballot = checked(poll, limits, given)
    count = enter(actor, poll, "poll-answer")
    if poll.version != version:
        limits = queries.limits(poll)
        ballot = checked(poll, limits, given)
    if voter is not None:
        voter = Participant.objects.filter(pk=voter.pk, poll=poll, removed_at=None).first()
        if voter is None:
            raise NotFound
    else:
        voter = queries.voter_of(actor, poll)
    if refusal := why_not(actor, poll, voter):
        raise (Forbidden if poll.is_open else Conflict)(refusal)
    voter = voter or _new(actor, poll, link, count)
    _require_places(poll, limits, ballot, voter.pk or 0, count)
    if actor.user is None:
        voter.name = line(name, 100, _("Write your name, so that others know who answers."))
        voter.email = email or voter.email
        voter.language = translation.get_language() or ""
    voter.removed_at = None
    voter.answered_at = timezone.now()
    if poll.secret:
        urns.drop(poll, ballot)
    else:
        voter.answers, voter.word = ballot, words(word, 500)
        _require_reason(poll, ballot, voter.word)
    voter.save()
    return voter


def checked(poll: Poll, chosen: Collection[int], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers as they are kept. Raises BadInput for none, for others than are offered, for too many."""
    known = {str(pk) for pk in chosen}
    offered = {one.value for one in wording.answers(poll)}
    ballot = {key: value for key, value in given.items() if key in known and value not in ("", None)}
    if poll.method == Poll.Method.RANKED:
        ballot = _order(ballot, len(known))
    elif not offered.issuperset(ballot.values()):
        raise BadInput
    if poll.method == Poll.Method.PICK:
        ballot = {key: ballot.get(key, "n") for key in known} if "y" in ballot.values() or ballot else {}
    if not ballot:
        raise BadInput(_("Choose an answer first."))
    taken = sum(1 for value in ballot.values() if value == "y")
    if poll.most is not None and poll.method != Poll.Method.RANKED and taken > poll.most:
        text = ngettext("Choose at most %(count)d.", "Choose at most %(count)d.", poll.most)
        raise BadInput(text % {"count": poll.most})
    return ballot


def _order(ballot: Mapping[str, Any], most: int) -> dict[str, Any]:
    places: dict[str, Any] = {}
    for key, value in ballot.items():
        if not (str(value).isascii() and str(value).isdigit() and 1 <= int(str(value)[:6]) <= most):
            raise BadInput
        places[key] = int(value)
    if len(set(places.values())) != len(places):
        raise BadInput(_("Give each place once: one is first, one second…"))
    return places


def _require_reason(poll: Poll, ballot: Mapping[str, Any], word: str) -> None:
    if poll.method == Poll.Method.CONSENT and "n" in ballot.values() and not word:
        raise BadInput(_("Say what you object to, in a few words: then the others can answer it."))


def taken(poll: Poll, but: int = 0) -> dict[int, int]:
    """Return {option: how many have it}, leaving one participant out."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [poll.pk, but])
        return dict(cursor.fetchall())


def _require_places(
    poll: Poll, limits: Mapping[int, int | None], ballot: Mapping[str, Any], me: int, count: int = MOST
) -> None:
    """Raise Conflict when an option has no place left for this answer; the lock is held until the commit."""
    places = {pk: limit or poll.limit for pk, limit in limits.items() if ballot.get(str(pk)) == "y"}
    wanted = {pk: limit for pk, limit in places.items() if limit is not None}
    # as long as there are fewer participants than places, nothing is full
    if not wanted or count < min(wanted.values()):
        return
    had = taken(poll, me)
    for pk, limit in wanted.items():
        if had.get(pk, 0) >= limit:
            text = _("“%(option)s” is full: the last place was taken. Nothing was sent yet; choose another.")
            raise Conflict(text % {"option": wording.name(Option.objects.select_related("poll").get(pk=pk))})


def _new(actor: Actor, poll: Poll, link: Link | None, count: int) -> Participant:
    if count >= MOST:
        raise TooLarge(_("This poll has as many answers as it can hold."))
    if actor.user is not None:
        return Participant(poll=poll, user=actor.user)
    return with_token(Participant(poll=poll, link=link))


def with_token(voter: Participant) -> Participant:
    """Give somebody without account a personal link, of which the house keeps what can be mailed, not read."""
    token = secrets.token_urlsafe(24)
    voter.digest, voter.sealed = links.digest_of(token), links.box().encrypt(token.encode())
    return voter


@transaction.atomic
def withdraw(actor: Actor, poll: Poll, voter: Participant) -> None:
    """Take one's own answer back. Raises Conflict for a closed poll, or a ballot in the urn."""
    hold(actor, poll)
    if refusal := why_not(actor, poll, voter):
        raise Conflict(refusal)
    Participant.objects.filter(pk=voter.pk, poll=poll).update(answers=None, word="", answered_at=None)
    tell(actor, poll, "poll-withdraw", participant=voter.pk)


@transaction.atomic
def remove(actor: Actor, poll: Poll, pk: int, *, removed: bool = True) -> None:
    """Take somebody's answer out of a poll, or bring it back. Needs EDIT; ballots in an urn are nobody's to take."""
    hold(actor, poll, Right.EDIT)
    if poll.secret:
        raise Conflict(_("A ballot in the urn is nobody's: it cannot be taken out."))
    found = poll.participants.filter(pk=pk)
    if not found.update(removed_at=timezone.now() if removed else None):
        raise NotFound
    if not removed and (voter := found.first()) and voter.answers and poll.is_open:
        _require_places(poll, queries.limits(poll), voter.answers, voter.pk)
    tell(actor, poll, "poll-remove" if removed else "poll-unremove", participant=pk)
