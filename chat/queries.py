"""Finding channels and what was said in them: rights inside, and nobody reads what was before their time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest

from chat import emoji as emojis
from chat.models import Channel, Follow, Message, Preview, Reaction, Seat
from collab.accounts.models import User
from collab.lib.errors import NotFound
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.models import Grant
from collab.rights.right import Right
from collab.spaces.models import Space

PAGE, ANSWERS = 50, 200
MOST_IN_COLUMN = 300


@dataclass(frozen=True)
class Mine:
    """A channel as one person has it: what they may do (`mask`), their seat if they have one, who else is in it.

    `others`: those with whom one talks, in a conversation that is no channel.
    """

    channel: Channel
    mask: int
    seat: Seat | None
    others: tuple[User, ...] = ()

    @property
    def title(self) -> str:
        if self.channel.title or not self.channel.is_between:
            return self.channel.title
        return ", ".join(str(one) for one in self.others)

    @property
    def unread(self) -> int:
        """How much was said that they have not seen."""
        if self.seat is None:
            return self.channel.number if self.channel.is_between else 0
        return max(0, self.channel.number - self.seat.read)

    @property
    def badge(self) -> int:
        """What is counted aloud: what is said to this person, by name or between people; nothing where it is muted."""
        if self.seat is not None and self.seat.level == Seat.Level.NOTHING:
            return 0
        return self.unread if self.channel.is_between else (self.seat.mentions if self.seat else 0)

    @property
    def is_muted(self) -> bool:
        return self.seat is not None and self.seat.level == Seat.Level.NOTHING

    @property
    def is_favourite(self) -> bool:
        return self.seat is not None and self.seat.is_favourite

    @property
    def since(self) -> int:
        return self.seat.since if self.seat is not None else 0

    @property
    def may_say(self) -> bool:
        """Whether they may begin something in the channel itself."""
        right = Right.EDIT if self.channel.announcements else Right.ADD
        return bool(self.mask & right) and self.channel.is_open

    @property
    def may_answer(self) -> bool:
        return bool(self.mask & Right.ADD) and self.channel.is_open

    @property
    def may_attach(self) -> bool:
        """Whether files may come with what is said here."""
        return self.may_answer and registry.files() is not None

    @property
    def may_react(self) -> bool:
        return bool(self.mask & Right.COMMENT) and self.channel.is_open

    @property
    def may_moderate(self) -> bool:
        return bool(self.mask & Right.DELETE)

    @property
    def may_edit(self) -> bool:
        return bool(self.mask & (Right.ADD if self.channel.is_between else Right.EDIT)) and self.channel.is_open

    @property
    def may_invite(self) -> bool:
        """Whether they may let others in: by right in a channel, as one of them in a conversation of several."""
        if self.channel.is_between:
            return self.channel.form == Channel.Form.GROUP and self.may_answer
        return bool(self.mask & Right.SHARE) and self.channel.is_open

    @property
    def may_manage(self) -> bool:
        return bool(self.mask & Right.MANAGE)


def mine(actor: Actor, pk: int, *, named: bool = True) -> Mine:
    """Return the living channel as this person has it. Raises NotFound alike for what is gone and what they lack.

    Not `named`: without who else is in it, for who does not call it by its name.
    """
    found = _with_seats(actor, Channel.objects.living().visible_to(actor).filter(pk=pk), named=named)
    if not found:
        raise NotFound
    return found[0]


def column(actor: Actor) -> list[Mine]:
    """Return the channels that the person has in their column: where they sit, what is between people, the first of
    each of their spaces. At most 300, those of the last talk first where there are more."""
    return _with_seats(actor, _in_column(actor)) if actor.user is not None else []


def heard(actor: Actor) -> list[tuple[int, int, str]]:
    """Return (id, space, the two of a conversation of two) of the channels in the person's column. One query."""
    return list(_in_column(actor).values_list("pk", "space", "pair")) if actor.user is not None else []


def news(actor: Actor, current: int) -> int:
    """Return a number that is another one when something was said in the person's column beside this channel."""
    rows = _in_column(actor).values_list("pk", "number") if actor.user is not None else []
    return sum(number for pk, number in rows if pk != current)


def waiting(actor: Actor) -> int:
    """Return the sum of what is counted aloud in the person's column (`Mine.badge`). One query."""
    between, user = Q(form__in=[Channel.Form.DIRECT, Channel.Form.GROUP]), actor.user.pk if actor.user else 0
    found = Channel.objects.living().filter(space__archived_at=None, archived_at=None).visible_to(actor)
    found = found.alias(mine=FilteredRelation("seats", condition=Q(seats__user=user)))
    found = found.filter(between | Q(mine__mentions__gt=0), mine__left_at=None)
    found = found.filter(Q(mine__level=None) | ~Q(mine__level=Seat.Level.NOTHING))
    unread = Greatest(F("number") - Coalesce(F("mine__read"), 0), 0)
    badge = Case(When(between, then=unread), default=F("mine__mentions"), output_field=BigIntegerField())
    return found.aggregate(total=Sum(badge))["total"] or 0


def _in_column(actor: Actor) -> Any:
    seats = Seat.objects.filter(channel=OuterRef("pk"), user=actor.user.pk)  # type: ignore[union-attr]
    left = Exists(seats.exclude(left_at=None))
    sitting = Exists(seats.filter(left_at=None))
    ours = Q(is_default=True) | ~Q(form=Channel.Form.OPEN)
    found = Channel.objects.living().filter(space__archived_at=None).visible_to(actor)
    found = found.filter(sitting | (ours & ~left), archived_at=None)
    return found.order_by(F("last_at").desc(nulls_last=True), "pk")[:MOST_IN_COLUMN]


def browse(actor: Actor, space: Space, *, archived: bool = False) -> list[Mine]:
    """Return the channels of a space that the person finds, by name."""
    found = Channel.objects.living().rooms().visible_to(actor).filter(space=space, archived_at__isnull=not archived)
    first = Message.objects.filter(channel=OuterRef("pk"), number=1).values("at")[:1]
    return _with_seats(actor, found.annotate(first_at=Subquery(first)).order_by("title", "pk")[:MOST_IN_COLUMN])


def messages(channel: Mine) -> Any:
    """Return all that the person reads in the channel."""
    return Message.objects.filter(channel=channel.channel, pk__gte=channel.since)


def thread(
    channel: Mine, root: int, *, after: int | None = None, before: int = 0
) -> tuple[Message, list[Message]]:  # fmt: skip
    """Return how a thread begins and a page of answers: the last (`before` one), or those `after` one. Or NotFound."""
    beginning = messages(channel).filter(pk=root, root=None).first()
    if beginning is None:
        raise NotFound
    rows = messages(channel).filter(root=root, **({"pk__lt": before} if before else {}))
    answers = list(rows.filter(pk__gt=after).order_by("pk")[:ANSWERS] if after is not None else
                   reversed(rows.order_by("-pk")[:ANSWERS]))  # fmt: skip
    dress([beginning, *answers])
    return beginning, answers


def changed(channel_id: int, since: int, most: int) -> list[Message]:
    """Return what changed after this moment of the channel's clock, in its order, about `most`; for rooms, which tell
    each page only what it may hear.

    Never a part of one moment: an answer and the count on what it answers change by one stroke, and whoever goes on
    from that moment would not hear of the other.
    """
    rows = Message.objects.filter(channel=channel_id, clock__gt=since).order_by("clock", "pk")
    found = list(rows[:most])
    if len(found) == most:
        last = found[-1]
        found += Message.objects.filter(channel=channel_id, clock=last.clock, pk__gt=last.pk).order_by("pk")
    return dress(found)


def found(actor: Actor, pk: int) -> tuple[Message, Mine]:
    """Return a message with its channel as the person has it. Raises NotFound."""
    message = Message.objects.filter(pk=pk).first()
    if message is None:
        raise NotFound
    channel = mine(actor, message.channel_id)
    if message.pk < channel.since:
        raise NotFound
    message.channel = channel.channel
    return message, channel


def dress(rows: list[Message]) -> list[Message]:
    """Give messages their authors and signs: two queries, however many; one more for pictures of the house's signs, one
    for previews."""
    people = User.objects.in_bulk({row.author_id for row in rows if row.author_id is not None})
    signs: dict[int, dict[str, list[int]]] = {}
    some = [row.pk for row in rows if row.deleted_at is None]
    for message, emoji, user in (
        Reaction.objects.filter(message__in=some).order_by("pk").values_list("message_id", "emoji", "user_id")
    ):
        signs.setdefault(message, {}).setdefault(emoji, []).append(user)
    shown = {pk for row in rows if (pk := row.facts.get("preview"))}
    previews = (
        Preview.objects.defer("picture").annotate(has_picture=Q(picture__isnull=False)).in_bulk(shown) if shown else {}
    )
    pictures = emojis.pictures(one for those in signs.values() for one in those)
    for row in rows:
        row.author = people.get(row.author_id) if row.author_id is not None else None
        row.signs = signs.get(row.pk, {})
        row.pictures = pictures
        row.preview = previews.get(row.facts.get("preview") or 0)
    return rows


def following(actor: Actor) -> Any:
    """Return the threads that the person follows, the last answered first; with `unread` answers or not."""
    user = actor.user.pk if actor.user is not None else 0
    follows = Follow.objects.filter(root=OuterRef("pk"), user=user, stopped=False)
    later = Seat.objects.filter(channel=OuterRef("channel"), user=user, since__gt=OuterRef("pk"))
    rows = Message.objects.said().visible_to(actor).filter(Exists(follows), ~Exists(later), answered__gt=0)
    newer = Message.objects.filter(root=OuterRef("pk"), deleted_at=None).exclude(author=user)
    read = Follow.objects.filter(root=OuterRef("root"), user=user).values("read")[:1]
    unread = Exists(newer.filter(pk__gt=Subquery(read)))
    return rows.annotate(has_news=unread).order_by("-last_answer_at", "-pk")


def _with_seats(actor: Actor, found: Any, *, named: bool = True) -> list[Mine]:
    rows = list(found.with_rights(actor).select_related("space", "acl"))
    for row in rows:
        actor.remember(row, row.mask)
    ids = [row.pk for row in rows]
    user = actor.user.pk if actor.user is not None else 0
    seats = {one.channel_id: one for one in Seat.objects.filter(channel__in=ids, user=user)}
    others = _others([row for row in rows if row.is_between], user) if named else {}
    return [Mine(row, row.mask, seats.get(row.pk), others.get(row.pk, ())) for row in rows]


def _others(rows: list[Channel], user: int) -> dict[int, tuple[User, ...]]:
    """Return who else is in these conversations: those who hold a right on their own circle."""
    if not rows:
        return {}
    by_acl = {row.acl_id: row.pk for row in rows}
    grants = Grant.objects.filter(acl__in=by_acl).exclude(principal__user=None)
    pairs = grants.order_by("pk").values_list("acl_id", "principal__user_id")
    people = User.objects.in_bulk({person for _acl, person in pairs})
    found: dict[int, list[User]] = {}
    for acl, person in pairs:
        if person != user:
            found.setdefault(by_acl[acl], []).append(people[person])
    alone = {row.pk for row in rows} - found.keys()
    if alone and user in people:
        found |= {pk: [people[user]] for pk in alone}
    return {pk: tuple(those) for pk, those in found.items()}


def others(channel: Channel, user: User) -> tuple[User, ...]:
    """Return with whom somebody talks in a conversation between people."""
    return _others([channel], user.pk).get(channel.pk, ())


def titles(actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """Return {id: what it is called for this person} of those of these channels that they see."""
    found = _with_seats(actor, Channel.objects.living().visible_to(actor).filter(pk__in=ids)) if ids else []
    return {one.channel.pk: one.title for one in found}


def thrown(actor: Actor, pk: int) -> Channel:
    """Return a channel in the trash that the actor may bring back. Raises NotFound."""
    rows = Channel.objects.exclude(deleted_at=None).allowing(actor, Right.MANAGE)
    found = rows.select_related("acl", "space").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def thrown_in(actor: Actor, space: Space) -> Any:
    """Return the channels of a space in the trash that the actor may bring back, the last thrown away first."""
    rows = Channel.objects.exclude(deleted_at=None).rooms().filter(space=space).allowing(actor, Right.MANAGE)
    return rows.order_by("-deleted_at", "-pk")


def direct_with(actor: Actor, person: User) -> Channel | None:
    """Return the conversation of these two, where there is one already."""
    if actor.user is None:
        return None
    pair = ":".join(str(pk) for pk in sorted({actor.user.pk, person.pk}))
    return Channel.objects.living().visible_to(actor).filter(pair=pair).first()
