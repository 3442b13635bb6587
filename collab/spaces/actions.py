"""Making spaces, and deciding who is in them with which role."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import log
from collab.lib.errors import BadInput, Forbidden
from collab.lib.hues import hue_of
from collab.lib.text import check_name, fold
from collab.rights import actions as rights
from collab.rights import lineage
from collab.rights.actor import Actor
from collab.rights.models import Acl, Grant, Principal
from collab.rights.right import Right
from collab.spaces import quotas
from collab.spaces.models import ARCHIVED, Pin, Space


@transaction.atomic
def create(actor: Actor, name: str, *, description: str = "", quota: int | None = None) -> Space:
    """Make a team space whose maker manages it. Raises Forbidden (by rank), BadInput."""
    user = _person(actor)
    if not ranks.may(user, "rooms.create"):
        raise Forbidden(_("Your profile does not allow making spaces. Ask an administrator."))
    return create_for(user, name, description=description, quota=quota)


@transaction.atomic
def create_for(user: User, name: str, *, description: str = "", quota: int | None = None) -> Space:
    """Make a team space that the person will manage, whatever their rank (an administrator's or importer's step)."""
    space = _make(Space.Kind.TEAM, _checked(name), created_by=user, description=description[:2000], quota=quota)
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
        Space.Kind.PERSONAL,
        user.display_name or user.username,
        owner=user,
        created_by=user,
        slug=f"~{user.username}",
        quota=quotas.for_new_people(),
    )
    Grant.objects.create(acl=space.acl, principal=user.principal, rights=int(Right.ALL), granted_by=user)
    return space


@transaction.atomic
def edit(actor: Actor, space: Space, **fields: Any) -> Space:
    """Change name, description or hue. Needs MANAGE."""
    actor.require(space, Right.MANAGE)
    _require_living(space)
    if "name" in fields:
        fields["name"] = _checked(fields["name"])
    before = {name: getattr(space, name) for name in fields}
    for name, value in fields.items():
        setattr(space, name, value)
    space.save(update_fields=list(fields))
    log.record(space.pk, "edit", ("space", space.pk), _person(actor).pk, before=before, after=fields)
    return space


@transaction.atomic
def set_member(actor: Actor, space: Space, principal: Principal, mask: Right | int, **options: Any) -> Grant:
    """Give a person or group a role in the space (or change it). Needs SHARE and what is given."""
    _require_living(space)
    return rights.share(actor, space, principal, mask, **options)


@transaction.atomic
def remove_member(actor: Actor, space: Space, principal: Principal) -> None:
    """Take the person or group out of the space; a team space keeps at least one manager."""
    _require_living(space)
    rights.unshare(actor, space, principal)


@transaction.atomic
def archive(actor: Actor, space: Space) -> None:
    """Make the space read-only and take its folder from everybody's devices."""
    _require_rank(actor, space, "rooms.archive_own", "rooms.archive_others")
    space.archived_at = timezone.now()
    space.save(update_fields=["archived_at"])
    log.record(space.pk, "archive", ("space", space.pk), _person(actor).pk)


@transaction.atomic
def restore(actor: Actor, space: Space) -> None:
    """Bring an archived space back."""
    _require_rank(actor, space, "arch.restore_own", "arch.restore_others")
    space.archived_at = None
    space.save(update_fields=["archived_at"])
    log.record(space.pk, "restore", ("space", space.pk), _person(actor).pk)


@transaction.atomic
def take_charge(actor: Actor, space: Space) -> Grant:
    """Make oneself a manager of a team space that one does not manage. Administrators only; its log says so."""
    user = _person(actor)
    if space.is_personal or not ranks.may(user, "rooms.edit_others"):
        raise Forbidden(_("Only an administrator can take charge of a space that others manage."))
    rights.hold(actor, space)
    grant, _made = Grant.objects.update_or_create(
        acl=space.acl,
        principal=user.principal,
        defaults={"rights": int(Right.ALL), "expires_at": None, "granted_by": user},
    )
    actor.forget()
    space.rights_changed(actor, "take-charge", {"principal": user.principal.pk})
    return grant


def pin(actor: Actor, space: Space, *, pinned: bool = True) -> None:
    """Keep the space on top of one's list, or let it go."""
    actor.require(space, Right.SEE)
    _require_living(space)
    user = _person(actor)
    if pinned:
        Pin.objects.get_or_create(user=user, space=space)
    else:
        Pin.objects.filter(user=user, space=space).delete()


def _make(kind: str, name: str, *, slug: str = "", **fields: Any) -> Space:
    """Insert the space and its acl; each names the other, so the acl's id is set last."""
    acl = lineage.create_acl("space", -secrets.randbits(62))
    space = Space.objects.create(
        kind=kind,
        name=name,
        slug=slug or _free_slug(name),
        acl=acl,
        hue=hue_of(Space.objects.filter(kind=Space.Kind.TEAM).count()),
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


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 120 or "/" in name:
        raise BadInput(_("A space needs a name of at most 120 characters, without “/”."))
    return check_name(name)  # devices show it as a folder


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise Forbidden
    return actor.user


def _require_living(space: Space) -> None:
    if space.archived_at:
        raise Forbidden(ARCHIVED)


def _require_rank(actor: Actor, space: Space, own: str, others: str) -> None:
    """One's own space is one that one manages; others' need the rank of an administrator."""
    user = _person(actor)
    managed = actor.can(space, Right.MANAGE) and space.created_by_id == user.pk
    if space.is_personal or not ((managed and ranks.may(user, own)) or ranks.may(user, others)):
        raise Forbidden(_("Only who made this space, or an administrator, can do this."))
