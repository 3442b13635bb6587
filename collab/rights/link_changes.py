"""What becomes of a public link once it is made: changed, stopped, brought back by an undo."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.rights import link_rules, links
from collab.rights.actions import hold, share
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded
from collab.rights.models import Grant, Link
from collab.rights.right import Right
from collab.rights.telling import day, tell

UNDO_FOR = 3600
"""Seconds in which a revoked link can be brought back."""
_KEPT = ("password", "visits", *links.PLAIN)
_TOO_LATE = _("It is too late to undo this. Make a new link.")


@transaction.atomic
def change_link(
    actor: Actor, thing: Guarded, link: Link, mask: Right | int, *, expires_at: datetime | None = None,
    note: str = "", password: str | None = None, **fields: Any,
) -> None:  # fmt: skip
    """Give the link this mask, end, note and `fields` (those of `links.PLAIN`).

    `password`: None keeps it, "" takes it away; whoever had unlocked the link must then type the new one.
    Needs SHARE and every bit that it gave and will give. Raises Forbidden, BadInput, NotFound (closed meanwhile).
    """
    sealed = {} if password is None else {"password": make_password(password) if password else ""}
    links.require_showing(int(mask), hide_download=bool(fields.get("hide_download", link.hide_download)))
    hold(actor, thing)
    if not Link.objects.filter(pk=link.pk).exists():
        raise NotFound(links.GONE)
    if (bound := getattr(thing, "before_link", None)) is not None:
        bound(actor, link, fields)
    before = Grant.objects.filter(principal_id=link.principal_id).values_list("rights", flat=True).first()
    has_password = bool(link.password) if password is None else bool(password)
    link_rules.require(password=has_password, end=expires_at)
    share(actor, thing, link.principal, mask, expires_at=expires_at, note=note)
    for name, value in (fields | sealed).items():
        setattr(link, name, value)
    link.save(update_fields=[*fields, *sealed])
    facts: dict[str, Any] = {
        "before": before,
        "after": int(mask),
        "until": day(expires_at),
        "password": bool(link.password),
    }
    tell("link-changed", actor, thing, link=link.pk, label=link.label, uses=link.uses_left, **facts)


def undo_of(actor: Actor, thing: Guarded, link: Link) -> str:
    """Return what `restore_link` needs to bring the link back, sealed; "" when the actor could not."""
    grant = Grant.objects.filter(principal_id=link.principal_id).first()
    may = link_rules.may_make(actor.user) and actor.can(thing, Right.SHARE)
    if actor.user is None or grant is None or not may:
        return ""
    state = {name: getattr(link, name) for name in _KEPT} | {
        "token": links.token_of(actor, link, thing), "mask": grant.rights, "by": actor.user.pk,
        "thing": [link.kind, link.object_id], "end": grant.expires_at.isoformat() if grant.expires_at else "",
    }  # fmt: skip
    return links.box().encrypt(json.dumps(state).encode()).decode()


@transaction.atomic
def restore_link(actor: Actor, thing: Guarded, sealed: str) -> Link:
    """Bring back a link that the actor revoked, under the same address; the actor answers for it from now on.

    Needs what making it needs. Raises Conflict when it is too late, Forbidden, BadInput.
    """
    try:
        state = json.loads(links.box().decrypt(sealed.encode(), ttl=UNDO_FOR))
    except (InvalidToken, ValueError):
        raise Conflict(_TOO_LATE) from None
    end = datetime.fromisoformat(state["end"]) if state["end"] else None
    mine = actor.user is not None and state["by"] == actor.user.pk
    if not mine or state["thing"] != [thing.REF_KIND, thing.pk]:
        raise BadInput
    digest = links.digest_of(state["token"])
    if (end is not None and end <= timezone.now()) or Link.objects.filter(digest=digest).exists():
        raise Conflict(_TOO_LATE)
    link = links.make_link(actor, thing, state["mask"], expires_at=end, ruled=False, token=state["token"])
    Link.objects.filter(pk=link.pk).update(**{name: state[name] for name in _KEPT})
    link.refresh_from_db()
    return link


@transaction.atomic
def stop_link(actor: Actor, thing: Guarded | None, link: Link) -> None:
    """Close a link for good, whatever became of its thing (None: gone, or not seen any more).

    Its maker may, and whoever administers the house. Raises Forbidden.
    """
    user = actor.user
    if user is None or (link.created_by_id != user.pk and not ranks.may_stop_links(user)):
        raise Forbidden
    number, label = link.pk, link.label
    link.principal.delete()
    if thing is not None:
        thing.rights_changed(actor, "unlink", {"link": number})
        tell("link-stopped", actor, thing, link=number, label=label)
    else:
        audit.record("link-stopped", user, (link.kind, link.object_id), link=number, label=label)
