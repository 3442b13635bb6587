"""Whose answer is awaited: people and groups of the house, addresses beyond it; and who is reminded, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from collab.accounts import addressees, languages
from collab.lib.errors import BadInput, Conflict, NotFound, TooMany
from collab.rights import actions as rights
from collab.rights import link_rules, links
from collab.rights.actor import Actor
from collab.rights.link_mails import NO_MAIL
from collab.rights.models import Link, Principal
from collab.rights.right import RESPONDENT, Right
from polls import letters, queries
from polls.actions.answering import with_token
from polls.actions.common import hold, tell, words
from polls.models import Invited, Participant, Poll

MOST = 500
"""Addresses asked for one poll."""
BEFORE = timedelta(days=2)
"""So long before the deadline those who have not answered are reminded once by the house."""
PACE = timedelta(hours=20)
"""Nobody is reminded by hand more often."""


@transaction.atomic
def invite(actor: Actor, poll: Poll, principals: Sequence[Principal], addresses: str, word: str = "") -> int:
    """Await the answers of these; those of the house may see the poll from now on. Returns how many mails leave.

    Needs EDIT and SHARE. Raises Forbidden, BadInput (what is no address), Conflict (no mail here).
    """
    hold(actor, poll, Right.EDIT | Right.SHARE)
    fresh = []
    for principal in principals:
        _made, is_new = Invited.objects.get_or_create(poll=poll, principal=principal)
        if is_new:
            fresh.append(principal)
            given = rights.given_on(poll, [principal])[0]
            rights.share(actor, poll, principal, Right(given.mask) | Right.SEE | Right.RESPOND)
    asked = _asked(actor, poll, addresses, words(word, 1000)) if addresses.strip() else []
    people = _people(fresh) - {actor.user.pk if actor.user else 0}
    if fresh or asked:
        tell(actor, poll, "poll-invite", people=sorted(people), addresses=len(asked))
    return len(asked)


def _people(principals: Sequence[Principal]) -> set[int]:
    from collab.rights.explain import people_of

    reach = people_of({principal.pk for principal in principals if not _is_everyone(principal)})
    return {pk for members in reach.values() for pk in members}


def _is_everyone(principal: Principal) -> bool:
    """Everyone is nobody: a poll for all of the house waits for all, and rings no bell."""
    return principal.group is not None and principal.group.everyone


def _asked(actor: Actor, poll: Poll, addresses: str, word: str) -> list[Participant]:
    found = addressees.parse(addresses)
    if wrong := [one.written for one in found if not one.email]:
        raise BadInput(_("“%(written)s” is no address: correct it, nothing was sent yet.") % {"written": wrong[0][:80]})
    if not letters.can_post():
        raise Conflict(NO_MAIL)
    if poll.participants.filter(invited=True).count() + len(found) > MOST:
        raise BadInput(_("At most %(count)d addresses are asked for one poll.") % {"count": MOST})
    there = set(poll.participants.exclude(email="").values_list("email", flat=True))
    link = link_for_mail(actor, poll)
    asked = []
    for one in found:
        if one.email not in there:
            there.add(one.email)
            voter = Participant(poll=poll, link=link, name=one.name, email=one.email, invited=True)
            voter.language = translation.get_language() or ""
            with_token(voter).save()
            letters.invited(voter, actor.user, word)
            asked.append(voter)
    return asked


def link_for_mail(actor: Actor, poll: Poll) -> Link:
    """Return a link of the poll below which personal links lie: one that asks for nothing, made where there is none.

    The rules of the house about links hold: it ends when they say so, and where they ask for passwords there is none.
    """
    if (usable := queries.answering_link(poll)) is not None:
        return usable
    label = str(_("In mails"))
    return links.make_link(actor, poll, RESPONDENT.mask, label=label, expires_at=link_rules.latest_end())


@transaction.atomic
def uninvite(actor: Actor, poll: Poll, *, principal: int = 0, voter: int = 0) -> None:
    """Await somebody no more; what they answered and may see stays. Needs EDIT."""
    hold(actor, poll, Right.EDIT)
    gone = Invited.objects.filter(poll=poll, principal=principal).delete()[0]
    asked = Participant.objects.filter(pk=voter, poll=poll, invited=True)
    gone += asked.filter(answered_at=None).delete()[0] + asked.update(invited=False)
    if not gone:
        raise NotFound


@transaction.atomic
def remind(actor: Actor, poll: Poll) -> int:
    """Remind those who are invited and have not answered. Needs EDIT. Raises TooMany, Conflict. Returns how many."""
    hold(actor, poll, Right.EDIT)
    if not poll.is_open:
        raise Conflict(_("This poll takes no answers: there is nothing to remind of."))
    if poll.reminded_at is not None and poll.reminded_at > timezone.now() - PACE:
        raise TooMany(_("They were reminded already today. Try again tomorrow."))
    return _remind(actor, poll)


def remind_all() -> int:
    """Remind of every poll that ends soon, once. Returns of how many."""
    now, count = timezone.now(), 0
    soon = Poll.objects.open().filter(deadline__lt=now + BEFORE, created_at__lt=now - PACE)
    for pk in soon.filter(reminded_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            poll = Poll.objects.select_related("acl", "space").get(pk=pk)
            poll.hold()
            if poll.is_open and poll.reminded_at is None:
                _remind(Actor.nobody(), poll)
                count += 1
    return count


def _remind(actor: Actor, poll: Poll) -> int:
    poll.reminded_at = timezone.now()
    poll.save(update_fields=["reminded_at"])
    people = list(queries.awaited_people(poll).values_list("pk", flat=True))
    written = 0
    for voter in queries.awaited_addresses(poll).select_related("poll", "link"):
        with translation.override(languages.fit(voter.language)):
            written += letters.reminder(voter)
    if people or written:
        tell(actor, poll, "poll-remind", people=people, addresses=written)
    return len(people) + written
