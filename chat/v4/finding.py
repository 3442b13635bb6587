"""What an address of the façade means, for whoever asks: rights inside, and what they may not see is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from chat import finding as words
from chat import people, queries
from chat.models import Channel, Message
from chat.queries import Mine
from chat.v4 import ids, records
from collab.accounts.models import User
from collab.lib.errors import BadInput, NotFound
from collab.registry import registry
from collab.registry.ports import FileCard
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

ME = "me"
ALL = "town-square"
"""As these programs call the channel in which everybody is."""
CHANGES = 1000


def person(actor: Actor, text: str) -> User:
    """Return a person whom the actor knows: by id, or “me”. Raises NotFound, BadInput."""
    if text == ME:
        return myself(actor)
    found = people.known(actor).filter(pk=ids.read("user", text)).first()
    if found is None:
        raise NotFound
    return found


def myself(actor: Actor, text: str = ME) -> User:
    """Return whoever asks; somebody else is not found by this. Raises NotFound, BadInput."""
    user = actor.user
    if user is None or (text != ME and ids.read("user", text) != user.pk):
        raise NotFound
    return user


def teams(actor: Actor) -> Any:
    """Return the spaces in which the actor finds anything to talk about; `is_found`: the space itself, too."""
    inside = Channel.objects.living().rooms().visible_to(actor).values("space")
    ours = Space.objects.visible_to(actor).values("pk")
    found = Space.objects.team().living().filter(Q(pk__in=ours) | Q(pk__in=inside))
    return found.annotate(is_found=ExpressionWrapper(Q(pk__in=ours), BooleanField())).order_by("name", "pk")


def team(actor: Actor, text: str) -> Space:
    """Return a space by its id. Raises NotFound, BadInput."""
    return _one(teams(actor).filter(pk=ids.read("team", text)))


def team_named(actor: Actor, name: str) -> Space:
    """Return a space by the name in its address. Raises NotFound."""
    if "\0" in name:
        raise NotFound
    return _one(teams(actor).filter(slug=name))


def channel(actor: Actor, text: object) -> Mine:
    """Return a channel by its id. Raises NotFound, BadInput."""
    return queries.mine(actor, ids.read("channel", text))


def channel_named(actor: Actor, space: Space, name: str) -> Mine:
    """Return a channel of a space by its name as an address has it, its name itself, or its id.

    Of several that are called alike so, none: nothing may be said in another than was meant. Raises NotFound.
    """
    rows = Channel.objects.living().rooms().visible_to(actor).filter(space=space)
    found = list(rows.only("pk", "title", "is_default")[:1000])
    wanted = name.strip().lstrip("#~").casefold()
    named = [one for one in found if one.title.casefold() == wanted or ids.of("channel", one.pk) == wanted]
    named = named or [one for one in found if records.slug(one) == wanted]
    if not named and wanted == ALL:
        named = [one for one in found if one.is_default]
    if len(named) != 1:
        raise NotFound
    return queries.mine(actor, named[0].pk)


def message(actor: Actor, text: object) -> tuple[Message, Mine]:
    """Return a message by its id, dressed. Raises NotFound, BadInput."""
    found, mine = queries.found(actor, ids.read("post", text))
    if found.deleted_at is not None:
        raise NotFound
    queries.dress([found])
    return found, mine


def messages(actor: Actor, texts: Iterable[str]) -> list[Message]:
    """Return those of the messages that the actor reads, dressed, in this order. Raises BadInput."""
    wanted = [ids.read("post", text) for text in texts]
    found = words.readable(actor).in_bulk(wanted)
    return queries.dress([found[pk] for pk in dict.fromkeys(wanted) if pk in found])


def line(mine: Mine, part: slice, *, before: str = "", after: str = "") -> list[Message]:
    """Return what stands in the channel itself, the latest first, by page or beside a message."""
    rows = queries.messages(mine).in_channel().filter(deleted_at=None)
    at = before or after
    if not at:
        return queries.dress(list(rows.order_by("-number")[part]))
    beside = queries.messages(mine).filter(pk=ids.read("post", at)).values_list("number", "root__number").first()
    if beside is None:
        raise NotFound
    number = beside[0] or beside[1] or 0
    if before:
        return queries.dress(list(rows.filter(number__lt=number).order_by("-number")[part]))
    found = list(rows.filter(number__gt=number).order_by("number")[part])
    return queries.dress(found[::-1])


def changed_since(mine: Mine, since: int) -> list[Message]:
    """Return what was said, changed or taken back after a moment (ms), of the last thousand changes; latest first."""
    rows = list(queries.messages(mine).order_by("-clock", "-pk")[:CHANGES])
    late = [row for row in rows if records.ms(_last(row)) > since]
    return queries.dress(sorted(late, key=lambda row: -row.pk))


def cards(actor: Actor, rows: Iterable[Message]) -> records.Files:
    """Return those files of the messages that the actor may see. Two queries, however many."""
    wanted = list(dict.fromkeys(pk for row in rows for pk in row.facts.get("files", [])))
    store = registry.files()
    return {card.id: card for card in store.cards(actor, wanted)} if store is not None and wanted else {}


def file(actor: Actor, text: object) -> tuple[FileCard, Message]:
    """Return a file with the message that it came with: a token for the chat opens no other files of the house.

    Raises NotFound, BadInput.
    """
    pk, beside = ids.pair("file", text)
    found = queries.found(actor, beside)[0] if beside else None
    if found is None or pk not in found.facts.get("files", []) or (card := cards(actor, [found]).get(pk)) is None:
        raise NotFound
    return card, found


def brought(actor: Actor, mine: Mine, text: object) -> int:
    """Return the number of a file that the actor brought for this channel, or that came with what they read.

    Raises NotFound, BadInput.
    """
    pk, beside = ids.pair("file", text)
    if beside == ids.waiting(myself(actor).pk, mine.channel.pk, pk):
        return pk
    return file(actor, text)[0].id


def members(actor: Actor, mine: Mine, part: slice) -> list[User]:
    """Return a page of those who see the channel, by name; to a guest, of those whom they know."""
    from collab.rights import explain  # it explains only when asked

    wanted = explain.people_with(mine.channel.acl_id, Right.SEE)
    return list(people.known(actor).filter(pk__in=list(wanted)).order_by("username")[part])


def named(actor: Actor, term: str) -> Any:
    """Return the active people whom the actor knows and whose names begin so, or have a word that does."""
    term = term.lstrip("@")
    if len(term) > 100 or "\0" in term:
        raise BadInput
    rows = people.known(actor).filter(is_active=True)
    return rows.filter(Q(username__istartswith=term) | Q(display_name__unaccent__icontains=term)).order_by("username")


def _one(rows: Any) -> Space:
    found: Space | None = rows.first()
    if found is None:
        raise NotFound
    return found


def _last(row: Message) -> Any:
    moments = (row.at, row.edited_at, row.deleted_at, row.pinned_at, row.last_answer_at)
    return max(one for one in moments if one is not None)
