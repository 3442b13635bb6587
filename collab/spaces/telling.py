"""What happened to a space itself, in sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.events.models import Change
from collab.lib.routes import reverse
from collab.lib.sizes import filesize
from collab.registry import registry
from collab.registry.plugin import Told
from collab.rights.actor import Actor
from collab.rights.models import Principal
from collab.rights.right import role_of
from collab.spaces.models import Space


def seen(actor: Actor) -> Any:
    """Return the team spaces that the actor may see."""
    return Space.objects.visible_to(actor).team()


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put what was done to spaces into sentences, leaving out those that the actor does not see."""
    spaces = seen(actor).in_bulk([change.ref_id for change in changes])
    wanted = {pk for change in changes if isinstance(pk := (change.after or {}).get("principal"), int)}
    names = Principal.objects.select_related("user", "group").filter(link=None).in_bulk(list(wanted)) if wanted else {}
    told = []
    for change in changes:
        space = spaces.get(change.ref_id)
        if space is not None and (text := sentence(change, names)):
            url = "" if space.is_personal else reverse("shell:space", args=[space.pk])
            told.append(Told(change.seq, text, space.name, url, alone=change.kind == "expire"))
    return told


def sentence(change: Change, names: dict[int, Principal]) -> str:
    """Return what was done to the space; "" for what says nothing to people."""
    before, after = change.before or {}, change.after or {}
    if change.kind == "edit":
        return _edited(before, after)
    if "principal" in after:
        return _member(change, after, names.get(after["principal"]))
    if change.kind == "delete":
        day = dt.date.fromisoformat(after["on"])
        return _("asked that it be erased on %(day)s") % {"day": formats.date_format(day, "DATE_FORMAT")}
    if change.kind == "quota":
        room = after.get("quota")
        return _("gave it a room of %(room)s") % {"room": filesize(room)} if room else _("lifted the limit of its room")
    if change.kind == "cover":
        return (
            _("put a picture on its front page") if after.get("cover") else _("took the picture of its front page off")
        )
    return str(_SAID.get(change.kind, "")) or registry.said(change) or ""


def _edited(before: dict[str, Any], after: dict[str, Any]) -> str:
    parts = []
    if "name" in after and before.get("name") != after["name"]:
        parts.append(_("renamed it, it was “%(name)s”") % {"name": before.get("name", "")})
    if "description" in after and before.get("description") != after["description"]:
        parts.append(_("changed what it is for"))
    if "front" in after:
        parts.append(_("wrote on its front page"))
    if "hue" in after and before.get("hue") != after["hue"]:
        parts.append(_("changed its colour"))
    return ", ".join(parts)


def _member(change: Change, after: dict[str, Any], whom: Principal | None) -> str:
    name = str(whom) if whom is not None else _("somebody who is gone")
    if change.kind == "share" and "people" in after:
        text = ngettext("let %(count)d person in", "let %(count)d people in", after["people"])
        return str(text % {"count": after["people"]})
    if change.kind == "share":
        return _("gave a right to %(name)s: %(role)s") % {"name": name, "role": _role(after)}
    if change.kind == "unshare":
        left = whom is not None and whom.user_id is not None and whom.user_id == change.actor_id
        return _("left it") if left else _("took %(name)s out of it") % {"name": name}
    if change.kind == "expire":
        return _("The right of %(name)s has ended") % {"name": name}
    return str(_SAID.get(change.kind, ""))


def _role(after: dict[str, Any]) -> str:
    return str(role_of(int(after.get("rights", 0))).label).lower()


_SAID: dict[str, Any] = {
    "create": gettext_lazy("made the space"),
    "archive": gettext_lazy("archived it"),
    "restore": gettext_lazy("brought it back from the archive"),
    "keep": gettext_lazy("decided to keep it after all"),
    "take-charge": gettext_lazy("took charge of it as an administrator"),
}
