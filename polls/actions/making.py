"""Making polls, changing what is asked, making another of the same; options come and go with their answers kept."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, Conflict, Forbidden, Stale, TooLarge
from collab.rights import links
from collab.rights.actions import keep_by_maker
from collab.rights.actor import Actor
from collab.rights.right import RESPONDENT, Right
from collab.spaces.models import Space
from polls import queries, wording
from polls.actions.common import hold, line, tell, words
from polls.models import Maker, Option, Participant, Poll
from polls.slots import Slot

MOST_OPTIONS = 100
BEGUN = _("People have answered already: how it is answered stays. Make another poll like this one instead.")
FIELDS = (
    "title", "text", "method", "secret", "hide_results", "hide_names", "only_invited", "proposals", "limit", "most",
    "deadline",
)  # fmt: skip
"""What may be said of a poll besides its options."""
_FIXED = ("method", "secret")
"""What stays once somebody has answered."""


@dataclass(frozen=True)
class Wanted:
    """An option as it shall be: `pk` of one that is there, else a new one; a slot in time, or words."""

    slot: Slot | None = None
    text: str = ""
    limit: int | None = None
    pk: int | None = None


@transaction.atomic
def make(
    actor: Actor, space: Space, kind: str, fields: dict[str, Any], wanted: Sequence[Wanted], *,
    zone: str = "", public: bool = False, address: str = "", maker: Maker | None = None,
) -> Poll:  # fmt: skip
    """Make a poll in the space, which its maker manages. Needs ADD there. Raises Forbidden, BadInput.

    `public`: with a link by which anybody who has it answers, at this `address` where one is said. `maker`: the visitor
    who asks it (`asking`); the actor manages the space, and answers for it.
    """
    space.hold()
    actor.forget()
    actor.require(space, Right.ADD)
    poll = draft(kind, fields, wanted, zone)
    poll.space, poll.acl, poll.created_by = space, space.acl, None if maker else actor.user
    poll.save()
    if maker is not None:
        maker.poll, maker.typed = poll, None
        maker.save()
    _put(poll, wanted)
    keep_by_maker(actor, poll)
    tell(Actor.nobody() if maker else actor, poll, "poll-make", title=poll.title)
    if public:
        links.make_link(actor, poll, RESPONDENT.mask, token=address)
    return poll


def draft(kind: str, fields: dict[str, Any], wanted: Sequence[Wanted], zone: str) -> Poll:
    """Return the poll that would be made of this, without a place and not kept. Raises BadInput, TooLarge."""
    if kind not in Poll.Kind.values:
        raise BadInput
    poll = Poll(kind=kind)
    poll.zone = zone if zone in zoneinfo.available_timezones() else timezone.get_current_timezone_name()
    _set(poll, fields)
    if len(wanted) > MOST_OPTIONS:
        raise TooLarge(_("A poll has at most %(count)d options.") % {"count": MOST_OPTIONS})
    for one in wanted:
        _option(poll, one)
    return poll


@transaction.atomic
def change(actor: Actor, poll: Poll, version: int, fields: dict[str, Any], wanted: Sequence[Wanted]) -> None:
    """Change what is asked. Needs EDIT. Raises Stale when somebody changed it since `version`, Conflict, BadInput."""
    hold(actor, poll, Right.EDIT)
    if poll.version != version:
        raise Stale(_("Somebody changed this poll before you: look at it again, then make your change."))
    begun = poll.participants.filter(answered_at__isnull=False).exists()
    if begun and any(name in fields and fields[name] != getattr(poll, name) for name in _FIXED):
        raise Conflict(BEGUN)
    if poll.secret and begun and _differs(poll, wanted):
        raise Conflict(BEGUN)
    if poll.secret and begun and poll.is_over and fields.get("deadline") != poll.deadline:
        raise Conflict(_("This secret ballot is counted: it cannot be opened again."))
    _set(poll, fields)
    poll.version += 1
    poll.save()
    _put(poll, wanted)
    tell(actor, poll, "poll-change", title=poll.title)


@transaction.atomic
def propose(actor: Actor, poll: Poll, wanted: Wanted, by: str) -> Option:
    """Add an option as a participant, where that is welcome. Raises Forbidden, BadInput, Conflict."""
    hold(actor, poll)
    if not poll.proposals or not poll.is_open:
        raise Forbidden(_("Nobody proposes anything here: ask whoever made this poll."))
    mask = actor.rights_on(poll)
    if not mask & Right.RESPOND and not (actor.user is not None and mask & Right.SEE):
        raise Forbidden
    by = line(by, 100, _("Write your name, so that others know who proposes it."))
    before = queries.options(poll)
    option = _option(poll, wanted, by=by)
    if any(_same(option, one) for one in before):
        raise Conflict(_("This is there already: answer it in the list."))
    if len(before) >= MOST_OPTIONS:
        raise TooLarge(_("A poll has at most %(count)d options.") % {"count": MOST_OPTIONS})
    option.place = _places(poll, [*before, option]).index(option)
    option.save()
    tell(actor, poll, "poll-propose", option=option.pk)
    return option


@transaction.atomic
def duplicate(actor: Actor, poll: Poll, space: Space | None = None) -> Poll:
    """Make another poll that asks the same, in the same space or another, without answers. Needs SEE, and ADD there."""
    actor.require(poll, Right.SEE)
    fields = {name: getattr(poll, name) for name in FIELDS} | {"deadline": None}
    if space is None:
        fields["title"] = _gettext("%(title)s (copy)") % {"title": poll.title[:180]}
    made = make(actor, space or poll.space, poll.kind, fields, [], zone=poll.zone)
    rows = [
        Option(poll=made, place=one.place, day=one.day, starts_at=one.starts_at, ends_at=one.ends_at, text=one.text,
               limit=one.limit)
        for one in queries.options(poll)
    ]  # fmt: skip
    Option.objects.bulk_create(rows)
    return made


@transaction.atomic
def bring(
    actor: Actor, space: Space, title: str, kind: str, wanted: Sequence[Wanted], people: Sequence[tuple[str, list[str]]]
) -> Poll:
    """Make a poll of what was read from a file of another house: options, and who answered what, in their order."""
    poll = make(actor, space, kind, {"title": title, "method": Poll.Method.MAYBE}, wanted)
    chosen = list(poll.options.order_by("pk"))
    now = timezone.now()
    rows = [
        Participant(
            poll=poll, name=line(name, 100, _("A name in this file is too long.")), answered_at=now,
            answers={str(option.pk): value for option, value in zip(chosen, values, strict=True) if value},
        )
        for name, values in people
    ]  # fmt: skip
    Participant.objects.bulk_create(rows, batch_size=500)
    return poll


def _set(poll: Poll, fields: dict[str, Any]) -> None:
    """Put the fields on the poll, checked. Raises BadInput."""
    for name in FIELDS:
        if name in fields:
            setattr(poll, name, fields[name])
    poll.title = line(poll.title, 200, _("Give the poll a title of at most 200 letters."))
    poll.text = words(poll.text, 4000)
    if poll.method not in Poll.Method.values:
        raise BadInput
    if poll.secret:
        poll.hide_results, poll.limit, poll.proposals = True, None, False


def _put(poll: Poll, wanted: Sequence[Wanted]) -> None:
    """Let the poll have these options: those that are there stay with their answers, the others are taken out."""
    there = {option.pk: option for option in queries.options(poll)}
    if len(wanted) > MOST_OPTIONS:
        raise TooLarge(_("A poll has at most %(count)d options.") % {"count": MOST_OPTIONS})
    kept: list[Option] = []
    for one in wanted:
        fresh = _option(poll, one)
        same = there.get(one.pk or 0)
        if same is not None:
            same.day, same.starts_at, same.ends_at = fresh.day, fresh.starts_at, fresh.ends_at
            same.text, same.limit = fresh.text, fresh.limit
            fresh = same
        if not any(_same(fresh, other) for other in kept):
            kept.append(fresh)
    for place, option in enumerate(_places(poll, kept)):
        option.place = place
        option.save()
    gone = there.keys() - {option.pk for option in kept}
    Option.objects.filter(pk__in=gone).update(removed_at=timezone.now())


def _option(poll: Poll, one: Wanted, by: str = "") -> Option:
    refusal = _("Write each option in at most 200 letters.")
    text = line(one.text, 200, refusal, needed=poll.kind == Poll.Kind.CHOICE)
    option = Option(poll=poll, text=text, limit=one.limit, by=by)
    if poll.kind == Poll.Kind.DATE:
        if one.slot is None:
            raise BadInput(_("Choose a day."))
        option.starts_at, option.ends_at = one.slot.moments(wording.zone_of(poll))
        option.day = None if option.starts_at else one.slot.day
    return option


def _places(poll: Poll, found: list[Option]) -> list[Option]:
    """Return the options in their order: days by time, words as they were put."""
    if poll.kind == Poll.Kind.CHOICE:
        return found
    zone = wording.zone_of(poll)

    def at(option: Option) -> tuple[Any, ...]:
        local = option.starts_at.astimezone(zone) if option.starts_at else None
        return (local.date() if local else option.day, option.starts_at or datetime.min.replace(tzinfo=zone))

    return sorted(found, key=at)


def _same(one: Option, other: Option) -> bool:
    def facts(option: Option) -> tuple[Any, ...]:
        return option.day, option.starts_at, option.ends_at, option.text

    return facts(one) == facts(other)


def _differs(poll: Poll, wanted: Sequence[Wanted]) -> bool:
    now = queries.options(poll)
    return len(now) != len(wanted) or any(
        not _same(option, _option(poll, one)) or option.pk != one.pk for option, one in zip(now, wanted, strict=True)
    )
