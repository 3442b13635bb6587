"""Public links: made, copied again, opened, revoked. The token is a secret; only its HMAC is looked up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.rights.actions import NOT_YOURS, hold, own_acl, require_passing_on
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Grant, Link, Principal
from collab.rights.right import LINK_MAX, Right

GONE = _("This link is no longer valid. Ask for a new one from the person who sent it to you.")


class Gone(NotFound):
    """404: no link has this token, or none any more; why is never told."""

    default = GONE


@transaction.atomic
def make_link(
    actor: Actor,
    thing: Guarded,
    mask: Right | int = Right.SEE,
    *,
    password: str = "",
    expires_at: datetime | None = None,
    label: str = "",
    note: str = "",
    uses_left: int | None = None,
    title: str = "",
    text: str = "",
    ask_name: bool = True,
) -> Link:
    """Open a public link with this mask (at most 111: never SHARE nor MANAGE). Needs SHARE and every bit given.

    `title`, `text` and `ask_name` are for the page of a drop box.
    """
    mask = Right(mask)
    if not mask or mask & ~LINK_MAX:
        raise BadInput(_("A link cannot give this right."))
    hold(actor, thing)
    require_passing_on(actor, thing, mask, expires_at)
    acl = own_acl(thing)
    token = secrets.token_urlsafe(32)
    principal = Principal.objects.create()
    link = Link.objects.create(
        principal=principal,
        acl=acl,
        kind=thing.REF_KIND,
        object_id=thing.pk,
        digest=digest_of(token),
        token_sealed=box().encrypt(token.encode()),
        password=make_password(password) if password else "",
        label=label[:200],
        title=title[:200],
        text=text[:2000],
        ask_name=ask_name,
        created_by=actor.user,
        uses_left=uses_left,
    )
    Grant.objects.create(
        acl=acl,
        principal=principal,
        rights=int(mask),
        expires_at=expires_at,
        granted_by=actor.user,
        note=note[:500],
    )
    actor.forget()
    thing.rights_changed(actor, "link", {"link": link.pk, "rights": int(mask)})
    return link


@transaction.atomic
def revoke_link(actor: Actor, thing: Guarded, link: Link) -> None:
    """Close a link for good. Its maker may, and whoever may share the thing."""
    if actor.user is None or link.created_by_id != actor.user.pk:
        actor.require(thing, Right.SHARE)
    link.principal.delete()
    thing.rights_changed(actor, "unlink", {"link": link.pk})


def open_link(
    token: str, password: str | None = None, *, kind: str | None = None, counted: bool = False
) -> tuple[Link, bool]:
    """Return (link, unlocked). Raises Gone alike for wrong, ended, used-up and suspended links.

    A link is suspended while its maker may not share the thing any more, until somebody adopts it.
    `unlocked` is false while the link's password is missing or wrong. `counted`: this visit took its use
    already, so that the last one does not end before its visitor has read the page.
    """
    live = Q(principal__grants__expires_at=None) | Q(principal__grants__expires_at__gt=Now())
    usable = Q() if counted else Q(uses_left=None) | Q(uses_left__gt=0)
    found = Link.objects.filter(live, usable, digest=digest_of(token))
    link = found.filter(principal__grants__isnull=False).select_related("acl", "principal", "created_by").first()
    if link is None or (kind and link.kind != kind) or not Actor.of(link.created_by).can(link, Right.SHARE):
        raise Gone
    unlocked = not link.password or (password is not None and check_password(password[:1024], link.password))
    return link, unlocked


@transaction.atomic
def adopt_link(actor: Actor, thing: Guarded, link: Link) -> None:
    """Answer for a link from now on: one whose maker may no longer share opens again. Needs SHARE and what it gives."""
    actor.require(thing, Right.SHARE)
    given = Grant.objects.get(acl_id=link.acl_id, principal_id=link.principal_id).rights
    if given & ~actor.rights_on(thing):
        raise Forbidden(NOT_YOURS)
    link.created_by = actor.user
    link.save(update_fields=["created_by"])
    thing.rights_changed(actor, "adopt-link", {"link": link.pk})


def count_visit(link: Link) -> bool:
    """Note one opening of the link's page. False when somebody else took the last use meanwhile."""
    usable = Link.objects.filter(Q(uses_left=None) | Q(uses_left__gt=0), pk=link.pk)
    return bool(usable.update(visits=F("visits") + 1, last_opened_at=Now(), uses_left=F("uses_left") - 1))


def token_of(actor: Actor, link: Link, thing: Any) -> str:
    """Return the token again, for its maker or a person who may share the thing."""
    if actor.user is None or link.created_by_id != actor.user.pk:
        actor.require(thing, Right.SHARE)
    return box().decrypt(bytes(link.token_sealed)).decode()


def digest_of(token: str) -> bytes:
    """Return the HMAC by which a token is looked up: a stolen table opens no link."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).digest()


def box() -> Fernet:
    """Return what seals secrets that leave the process or rest in the database."""
    return Fernet(settings.ENCRYPTION_KEY)
