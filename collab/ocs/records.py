"""One share as clients read it (sync.md, 5)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from collab.ocs.sharees import LINK
from collab.ocs.sharing import last_day, shown, type_of
from collab.registry.places import Placed
from collab.rights import links
from collab.rights.actor import Actor
from collab.rights.models import Grant, Link
from collab.rights.right import Right

HIDDEN = "***"
"""Says that a link has a password, and nothing about it."""


def record(request: HttpRequest, actor: Actor, grant: Grant, placed: Placed) -> dict[str, Any]:
    """Return the record of a grant; every field that clients know is there, empty where we have nothing to say."""
    share_type = type_of(grant)
    giver = grant.granted_by
    may_share = bool(placed.mask & Right.SHARE)
    may_change = may_share and not grant.rights & ~placed.mask
    mine = actor.user is not None and grant.principal.user_id == actor.user.pk
    may_end = may_share or _made(actor, grant.principal.link) if share_type == LINK else may_change or mine
    day = last_day(grant.expires_at)
    return {
        "id": str(grant.pk),
        "share_type": share_type,
        "uid_owner": giver.username if giver else placed.owner,
        "displayname_owner": str(giver) if giver else placed.owner_name,
        "permissions": int(shown(grant.rights, placed)),
        "can_edit": may_change,
        "can_delete": may_end,
        "stime": int(grant.created_at.timestamp()),
        "parent": None,
        "expiration": f"{day:%Y-%m-%d} 00:00:00" if day else None,
        "token": None,
        "uid_file_owner": placed.owner,
        "displayname_file_owner": placed.owner_name,
        "note": grant.note,
        "label": "",
        "path": placed.path,
        "item_type": "folder" if placed.is_folder else "file",
        "mimetype": placed.media_type,
        "has_preview": False,
        "storage_id": f"space::{placed.space_id}",
        "storage": placed.space_id,
        "item_source": placed.id,
        "file_source": placed.id,
        "file_parent": placed.parent_id,
        "file_target": placed.path,
        "item_size": placed.size,
        "item_mtime": placed.mtime,
        **_whom(request, actor, grant, placed),
        "mail_send": 0,
        "hide_download": int(share_type == LINK and grant.principal.link.hide_download),
        "attributes": None,
        "status": [],
    }


def readable(actor: Actor, grant: Grant, placed: Placed | None) -> bool:
    """Whether the person may know of the share: who sees a thing may know with whom it is shared.

    A link is a secret of its maker and of those who may share the thing. A grant on an acl that the thing
    no longer uses counts for nothing.
    """
    if placed is None or placed.acl_id != grant.acl_id or placed.id != grant.acl.object_id:
        return False
    if type_of(grant) != LINK:
        return True
    return bool(placed.mask & Right.SHARE) or _made(actor, grant.principal.link)


def _whom(request: HttpRequest, actor: Actor, grant: Grant, placed: Placed) -> dict[str, Any]:
    principal = grant.principal
    name = principal.user.username if principal.user else principal.group.name if principal.group else ""
    if name:
        return {
            "share_with": name,
            "share_with_displayname": str(principal.user or principal.group),
            "share_with_displayname_unique": name,
            "password": None,
            "send_password_by_talk": False,
            "url": "",
        }
    link = principal.link
    actor.remember(placed, placed.mask)
    token = links.token_of(actor, link, placed)
    secret = HIDDEN if link.password else None
    return {
        # older clients look for the password under the name of whom a share is for
        "share_with": secret,
        "share_with_displayname": link.label,
        "share_with_displayname_unique": "",
        "password": secret,
        "send_password_by_talk": False,
        "label": link.label,
        "token": token,
        "url": request.build_absolute_uri(f"/s/{token}"),
    }


def _made(actor: Actor, link: Link) -> bool:
    return actor.user is not None and link.created_by_id == actor.user.pk
