"""Making spaces: a person's own at birth, a team's by rank and from a template."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit, log
from collab.lib.errors import Forbidden
from collab.lib.hues import HUES, hue_of
from collab.lib.text import fold
from collab.registry import house, registry
from collab.rights import actions as rights
from collab.rights import lineage
from collab.rights.actor import Actor
from collab.rights.models import Acl, Grant, Principal
from collab.rights.right import Right
from collab.spaces import templates
from collab.spaces.actions import rooms
from collab.spaces.actions.common import checked_name, person
from collab.spaces.models import Space


@transaction.atomic
def create(
    actor: Actor,
    name: str,
    *,
    description: str = "",
    template: str = "empty",
    members: Iterable[rights.Given] = (),
) -> Space:
    """Make a team space as its template says, for its first members; who makes it manages it.

    Raises Forbidden (by rank), BadInput.
    """
    user = require_may_create(actor)
    chosen = templates.find(template)
    space = create_for(user, name, description=description, front=str(chosen.front))
    if chosen.everyone is not None:
        rights.share(actor, space, Principal.objects.get(group__everyone=True), chosen.everyone.mask)
    rights.share_all(actor, space, (one for one in members if one.principal != user.principal))
    for hooks in registry.spaces():
        if hooks.furnish is not None:
            hooks.furnish(actor, space, chosen.slug)
    return space


@transaction.atomic
def create_for(
    user: User, name: str, *, description: str = "", quota: int | None = None, front: str = "", hue: str = ""
) -> Space:
    """Make a team space that the person will manage, whatever their rank (an administrator's or importer's step).

    Without a `quota` it has as much room as the house gives to new spaces.
    """
    space = create_untold(user, name, description=description, quota=quota, front=front, hue=hue)
    audit.record("space-made", user, ("space", space.pk), space.name)
    return space


def create_untold(
    user: User, name: str, *, description: str = "", quota: int | None = None, front: str = "", hue: str = ""
) -> Space:
    """Make the space; whoever calls says in the audit log what it is a part of."""
    space = _make(
        Space.Kind.TEAM, checked_name(name), created_by=user, description=description[:2000], front=front,
        quota=house.get(rooms.TEAM) if quota is None else quota, own_room=quota is not None,
        **({"hue": hue} if hue in HUES else {}),
    )  # fmt: skip
    Grant.objects.create(acl=space.acl, principal=user.principal, rights=int(Right.ALL), granted_by=user)
    log.record(space.pk, "create", ("space", space.pk), user.pk, after={"name": space.name})
    return space


@transaction.atomic
def personal_space(user: User) -> Space:
    """Return the person's own space, made at the first call; it grants them everything."""
    # two devices may come at the first moment: the person's row lets one make it
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    found = Space.objects.filter(owner=user).first()
    if found:
        return found
    space = _make(
        Space.Kind.PERSONAL, user.display_name or user.username, owner=user, created_by=user,
        slug=f"~{user.username}", quota=house.get(rooms.PERSONAL),
    )  # fmt: skip
    Grant.objects.create(acl=space.acl, principal=user.principal, rights=int(Right.ALL), granted_by=user)
    return space


def require_may_create(actor: Actor) -> User:
    """Return who acts, if their rank lets them make spaces. Raises Forbidden."""
    user = person(actor)
    if not ranks.may(user, "rooms.create"):
        raise Forbidden(_("Your profile does not allow making spaces. Ask an administrator."))
    return user


def _make(kind: str, name: str, *, slug: str = "", hue: str = "", **fields: object) -> Space:
    """Insert the space and its acl; each names the other, so the acl's id is set last."""
    acl = lineage.create_acl("space", -secrets.randbits(62))
    space = Space.objects.create(
        kind=kind,
        name=name,
        slug=slug or _free_slug(name),
        acl=acl,
        hue=hue or hue_of(Space.objects.filter(kind=Space.Kind.TEAM).count()),
        **fields,
    )
    Acl.objects.filter(pk=acl.pk).update(object_id=space.pk)
    acl.object_id = space.pk
    return space


def _free_slug(name: str) -> str:
    """Return an address nobody has; another space of the same name waits for this transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('collab.space.slug'))")
    stem = slugify(fold(name))[:60] or "space"
    taken = set(Space.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
