"""Where what comes from another house finds its place: teams become spaces, channels channels, people who they are."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions import channels
from chat.actions.staging import Skips
from chat.models import Channel, Import, ImportPerson, ImportPlace, Seat
from collab.accounts.models import User
from collab.lib.errors import Forbidden, Refusal
from collab.rights import actions as rights
from collab.rights.actor import Actor
from collab.rights.right import CONTRIBUTOR, MANAGER, Right
from collab.spaces import actions as spaces
from collab.spaces.models import Space

DEFAULTS = {"town-square", "general", "général"}
"""Channels in which everybody is, there."""


def space_of(actor: Actor, one: Import, team: dict[str, Any]) -> Space | None:
    """Return the space that a team has here already: where its channels came before, else of its name; None: a new one.

    Only one that the actor manages.
    """
    mine = Space.objects.allowing(actor, Right.MANAGE).team().living().select_related("acl")
    if team.get("space"):
        return mine.filter(pk=team["space"]).first()
    keys = ImportPlace.objects.filter(owner=one, team=team["key"]).values("key")
    before = Channel.objects.living().filter(origin__in=keys).values("space")
    return mine.filter(pk__in=before).first() or mine.filter(name__iexact=team["name"]).order_by("pk").first()


@transaction.atomic
def make_space(actor: Actor, one: Import, team: dict[str, Any]) -> Space:
    """Return the space of a team, made for its people where there is none: who is known here comes in, told nothing."""
    user: User = actor.user  # type: ignore[assignment]
    found = space_of(actor, one, team)
    if found is None:
        found = spaces.create_for(user, team["name"][:80] or _("Imported channels"), description=team.get("about", ""))
        actor.forget()
        people = ImportPerson.objects.filter(owner=one, teams__has_key=team["key"]).exclude(user=None)
        masks = {
            row.user.principal: MANAGER.mask if row.teams[team["key"]] else CONTRIBUTOR.mask  # type: ignore[union-attr]
            for row in people.select_related("user__principal") if row.user_id != user.pk
        }  # fmt: skip
        rights.admit(actor, found, masks)
    team["space"] = found.pk
    Import.objects.filter(pk=one.pk).update(teams=one.teams)
    return found


@transaction.atomic
def settle(actor: Actor, one: Import, place: ImportPlace, skips: Skips) -> Channel | None:
    """Return the channel of a place, made where there is none; None (and told) where there can be none.

    Who may see an existing one stays as it is. All who were in it have read it up to the end.
    """
    found = Channel.objects.living().select_related("acl", "space").filter(origin=place.key).first()
    members = _members(one, place)
    if found is None:
        try:
            found = _between(one, place, members) if place.form == "between" else _room(actor, one, place, members)
        except Refusal as refusal:
            skips.add(place.title or ", ".join(place.members), "place", str(refusal.message))
            found = None
        if found is not None:
            Channel.objects.filter(origin=place.key).exclude(pk=found.pk).update(origin="")
            found.origin = place.key
            archived = timezone.now() if place.archived else found.archived_at
            found.archived_at = archived
            found.save(update_fields=["origin", "archived_at"])
    if found is not None:
        seated = [Seat(channel=found, user=user, read=found.number) for user in members]
        Seat.objects.bulk_create(seated, ignore_conflicts=True)
    place.channel, place.done = found, found is None
    place.save(update_fields=["channel", "done"])
    skips.write()
    return found


def _members(one: Import, place: ImportPlace) -> dict[User, bool]:
    """Return {who was in it and is known here: whether they managed it}."""
    people = ImportPerson.objects.filter(owner=one).exclude(user=None).select_related("user__principal")
    if place.form == "between":
        return {row.user: False for row in people.filter(key__in=place.members).order_by("pk")}  # type: ignore[misc]
    found = people.filter(places__has_key=place.key).order_by("pk")
    return {row.user: bool(row.places[place.key]) for row in found}  # type: ignore[misc]


def _between(one: Import, place: ImportPlace, members: dict[User, bool]) -> Channel:
    """Return the conversation of those who are known here; who is not stands in its name. Raises Forbidden."""
    people = list(members)
    if not people:
        raise Forbidden(_("nobody who was in it has an account here"))
    if len(people) > channels.MOST_PEOPLE:
        raise Forbidden(_("too many people were in it"))
    if len(people) == len(place.members) <= 2:
        return channels.between(people, direct=True)
    names = dict(ImportPerson.objects.filter(owner=one, key__in=place.members).values_list("key", "name"))
    known = (
        ImportPerson.objects.filter(owner=one, key__in=place.members).exclude(user=None).values_list("key", flat=True)
    )
    strange = [names.get(key, key) for key in place.members if key not in set(known)]
    made = channels.between(people, direct=False)
    made.title = ", ".join(strange)[:80] if strange else ""
    made.save(update_fields=["title"])
    return made


def _room(actor: Actor, one: Import, place: ImportPlace, members: dict[User, bool]) -> Channel:
    team = next((team for team in one.teams if team["key"] == place.team), None)
    if team is None:
        team = {"key": place.team, "name": place.team or _("Imported channels"), "about": ""}
        one.teams.append(team)
    space = make_space(actor, one, team)
    closed = place.form == "closed"
    form = Channel.Form.CLOSED if closed else Channel.Form.OPEN
    for number in range(1, 50):
        title = place.title if number == 1 else f"{place.title[:74]} ({number})"
        there = Channel.objects.living().rooms().filter(space=space, title__iexact=title)
        if not there.exists():
            break
        mine = there.filter(form=form, origin="").allowing(actor, Right.MANAGE).select_related("acl", "space").first()
        if mine is not None:
            return mine
    default = not closed and place.title.casefold() in DEFAULTS
    made = channels.make(actor, space, title, purpose=place.purpose, closed=closed, is_default=default)
    made = Channel.objects.select_related("acl", "space").get(pk=made.pk)
    if closed:
        _let_in(actor, made, members)
    if actor.user not in members:
        Seat.objects.filter(channel=made, user=actor.user.pk).delete()  # type: ignore[union-attr]
    return made


def _let_in(actor: Actor, channel: Channel, members: dict[User, bool]) -> None:
    """Give a private channel to those who were in it. Whoever imports is in it only where they were, or nobody is."""
    others = {user: manages for user, manages in members.items() if user.pk != actor.user.pk}  # type: ignore[union-attr]
    inside = len(others) < len(members)
    if others and not any(members.values()) and not inside:
        others[next(iter(others))] = True
    masks = {user.principal: MANAGER.mask if manages else CONTRIBUTOR.mask for user, manages in others.items()}  # type: ignore[attr-defined]
    rights.admit(actor, channel, masks, leave=bool(others) and not inside)
