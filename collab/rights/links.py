"""Public links: made, copied again, opened, revoked. The token is a secret; only its HMAC is looked up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights import link_rules, sql
from collab.rights.actions import NOT_YOURS, hold, own_acl, require_passing_on
from collab.rights.actor import PRINCIPALS, Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Grant, Link, Opening, Principal
from collab.rights.right import LINK_MAX, Right
from collab.rights.telling import day, tell

PLAIN = (
    "label", "title", "text", "ask_name", "ask_mail", "ask_visitor", "hide_download", "uses_left", "look", "choices",
    "most_files", "most_each", "most_together", "kinds", "tell",
)  # fmt: skip
"""What one says of a link that changes nothing in the rights."""
NAMED_KEPT = 200
"""Openings under a name that a link remembers."""
GONE = _("This link is no longer valid. Ask for a new one from the person who sent it to you.")

_STANDING = f"""SELECT k.id FROM rights_link k JOIN accounts_user u ON u.id = k.created_by_id AND u.is_active
 WHERE k.id = ANY(%s) AND EXISTS (SELECT FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
  WHERE l.acl_id = k.acl_id AND g.principal_id = ANY(ARRAY({PRINCIPALS})) AND g.rights & %s <> 0 AND {sql.LIVE})"""


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
    title: str = "",
    text: str = "",
    ruled: bool = True,
    token: str = "",
    **fields: Any,
) -> Link:
    """Open a public link with this mask (at most 111: never SHARE nor MANAGE). Needs SHARE and every bit given.

    `title` and `text` are for the page of a drop box; `fields` are the plain ones of the link (`PLAIN`).
    `ruled`: the rules of the house about passwords and ends are kept; one that was open already is put back as it was.
    `token`: the address that somebody has already, or a word of their own.
    Raises Forbidden, also for whom the house lets make no links; BadInput; Conflict (another link has the address).
    """
    mask = Right(mask)
    hold(actor, thing)
    require_making(actor, thing, mask, password=password, expires_at=expires_at, ruled=ruled, token=token, **fields)
    acl = own_acl(thing)
    token = token or secrets.token_urlsafe(32)
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
        created_by=actor.user,
        **fields,
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
    facts: dict[str, Any] = {
        "after": int(mask),
        "until": day(expires_at),
        "password": bool(password),
        "uses": link.uses_left,
    }
    tell("link-made", actor, thing, link=link.pk, label=link.label, **facts)
    return link


def require_making(
    actor: Actor, thing: Guarded, mask: Right, *, password: str = "", expires_at: datetime | None = None,
    ruled: bool = True, token: str = "", **fields: Any,
) -> None:  # fmt: skip
    """Raise what `make_link` raises, unless the actor may make this link now."""
    if token and Link.objects.filter(digest=digest_of(token)).exists():
        raise Conflict(_("Another link has this address already. Choose another word."))
    if not mask or mask & ~LINK_MAX:
        raise BadInput(_("A link cannot give this right."))
    require_showing(mask, hide_download=bool(fields.get("hide_download")))
    require_passing_on(actor, thing, mask, expires_at)
    link_rules.require_maker(actor.user)
    if ruled:
        link_rules.require(password=bool(password), end=expires_at)


@transaction.atomic
def revoke_link(actor: Actor, thing: Guarded, link: Link) -> None:
    """Close a link for good. Its maker may, and whoever may share the thing."""
    if actor.user is None or link.created_by_id != actor.user.pk:
        actor.require(thing, Right.SHARE)
    number = link.pk
    link.principal.delete()
    thing.rights_changed(actor, "unlink", {"link": number})
    tell("link-stopped", actor, thing, link=number, label=link.label)


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
    link_rules.require_maker(actor.user)
    if _given(link) & ~actor.rights_on(thing):
        raise Forbidden(NOT_YOURS)
    _answered_by(actor, thing, link, actor.user)
    tell("link-adopted", actor, thing, link=link.pk, label=link.label)


@transaction.atomic
def hand_over_link(actor: Actor, thing: Guarded, link: Link, user: User) -> None:
    """Let another person answer for the link, who hears of it from now on.

    Its maker may, and whoever may share the thing; the other must hold SHARE and what it gives. Raises Forbidden.
    """
    hold(actor, thing)
    if actor.user is None or link.created_by_id != actor.user.pk:
        actor.require(thing, Right.SHARE)
    if not link_rules.may_make(user):
        raise Forbidden(_("In this house %(name)s may not make public links.") % {"name": str(user)})
    theirs = Actor.of(user)
    if not theirs.can(thing, Right.SHARE) or _given(link) & ~theirs.rights_on(thing):
        raise Forbidden(_("%(name)s may not share this: give them that right first.") % {"name": str(user)})
    if (bound := getattr(thing, "before_link", None)) is not None:
        bound(actor, link, {"created_by": user})
    _answered_by(actor, thing, link, user)
    tell("link-handed-over", actor, thing, user.principal, link=link.pk, label=link.label)  # type: ignore[attr-defined]


def _given(link: Link) -> int:
    return Grant.objects.get(acl_id=link.acl_id, principal_id=link.principal_id).rights


def _answered_by(actor: Actor, thing: Guarded, link: Link, user: User | None) -> None:
    link.created_by = user
    link.save(update_fields=["created_by"])
    thing.rights_changed(actor, "adopt-link", {"link": link.pk})


def count_visit(link: Link) -> bool:
    """Note one opening of the link's page. False when somebody else took the last use meanwhile."""
    usable = Link.objects.filter(Q(uses_left=None) | Q(uses_left__gt=0), pk=link.pk)
    return bool(usable.update(visits=F("visits") + 1, last_opened_at=Now(), uses_left=F("uses_left") - 1))


def still_opens(link: Link) -> bool:
    """Whether whoever opened the link may go on: it has not ended, and its maker may share its thing still."""
    live = Q(principal__grants__expires_at=None) | Q(principal__grants__expires_at__gt=Now())
    lives = Link.objects.filter(live, pk=link.pk, principal__grants__isnull=False).exists()
    return lives and Actor.of(link.created_by).can(link, Right.SHARE)


def require_showing(mask: int, *, hide_download: bool) -> None:
    """Raise BadInput for a link without download that lets people do more than look."""
    if hide_download and mask & ~(Right.SEE | Right.COMMENT):
        raise BadInput(_("Only a link that lets people view can leave out the download."))


def note_name(link: Link, name: str) -> None:
    """Keep who opened a link that asks for it; the oldest names go."""
    Opening.objects.create(link=link, name=name)
    kept = Opening.objects.filter(link=link).order_by("-pk").values("pk")[:NAMED_KEPT]
    Opening.objects.filter(link=link).exclude(pk__in=kept).delete()


def is_for_pages(link: Link) -> bool:
    """Whether only the link's page keeps what it promises: openings counted, names asked, limits, no download."""
    limits = (link.most_files, link.most_each, link.most_together)
    return bool(
        link.uses_left is not None or link.ask_visitor or link.hide_download or link.kinds
        or any(one is not None for one in limits)
    )  # fmt: skip


def standing(found: Iterable[Link]) -> set[int]:
    """Return the ids of those links whose makers may share their things still; the others are suspended. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [[link.pk for link in found], int(Right.SHARE)])
        return {row[0] for row in cursor.fetchall()}


def token_of(actor: Actor, link: Link, thing: Any) -> str:
    """Return the token again, for its maker or a person who may share the thing."""
    if actor.user is None or link.created_by_id != actor.user.pk:
        actor.require(thing, Right.SHARE)
    return box().decrypt(bytes(link.token_sealed)).decode()


def token_for_mail(link: Link) -> str:
    """Return the token for a mail that the house sends by itself to whom it gave the link before."""
    return box().decrypt(bytes(link.token_sealed)).decode()


def digest_of(token: str) -> bytes:
    """Return the HMAC by which a token is looked up: a stolen table opens no link."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).digest()


def box() -> Fernet:
    """Return what seals secrets that leave the process or rest in the database."""
    return Fernet(settings.ENCRYPTION_KEY)
