"""What happened in a space, in sentences: its own changes, and those of things that the reader may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts.models import User
from collab.events.models import Change
from collab.lib import paging
from collab.registry import registry
from collab.registry.plugin import Text, Told
from collab.rights import switches
from collab.rights.actor import Actor
from collab.rights.models import Principal
from collab.rights.right import role_of
from collab.shell.templatetags.shell import filesize
from collab.spaces.models import Space

PAGE = 30
_READ = 100
_MOST_READ = 1000


@dataclass(frozen=True)
class Line:
    """One change: to what (nothing: the space itself), who (None: the house), what they did, when."""

    who: User | None
    text: Text
    title: str
    url: str
    at: dt.datetime


def page(actor: Actor, space: Space, cursor: str = "", *, size: int = PAGE) -> tuple[list[Line], str]:
    """Return a page of lines, newest first, and the cursor of the next.

    Changes of what the actor may not see are read over. After many of those the page may be short; its cursor goes on.
    """
    after = paging.unseal(cursor, 1)
    below = after[0] if after and isinstance(after[0], int) and 0 < after[0] < 2**62 else 2**62
    lines: list[Line] = []
    read = 0
    while read < _MOST_READ:
        changes = list(
            Change.objects.filter(space_id=space.pk, seq__lt=below).select_related("actor").order_by("-seq")[:_READ]
        )
        told = {one.seq: one for one in _tell(actor, space, changes)}
        for change in changes:
            below = change.seq
            if (said := told.get(change.seq)) is not None:
                lines.append(Line(change.actor, said.text, said.title, said.url, change.at))
                if len(lines) == size:
                    break
        read += len(changes)
        if len(lines) == size or len(changes) < _READ:
            break
    more = Change.objects.filter(space_id=space.pk, seq__lt=below).exists()
    return lines, paging.seal([below]) if more else ""


def _tell(actor: Actor, space: Space, changes: list[Change]) -> list[Told]:
    own = [change for change in changes if (change.ref_kind, change.ref_id) == (Space.REF_KIND, space.pk)]
    wanted = {pk for change in own if isinstance(pk := (change.after or {}).get("principal"), int)}
    names = Principal.objects.select_related("user", "group").filter(link=None).in_bulk(list(wanted))
    told = [Told(change.seq, text) for change in own if (text := _sentence(change, names))]
    for plugin in switches.plugins(actor):
        for verbs in plugin.verbs:
            if about := [change for change in changes if change.ref_kind == verbs.kind]:
                told += verbs.tell(actor, about)
    return told


def _sentence(change: Change, names: dict[int, Principal]) -> str:
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
