"""What is known of the contents a file has had: who wrote each, when, by what means, and when it was replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from collab.accounts.models import AppPassword
from collab.events.models import Change
from collab.rights.actor import Actor
from files.models import Node, Version

WROTE = ("add", "copy", "edit", "restore-version")
"""Changes that give a file a content; the last two replace one, and a version of it is made in that moment."""
MOST = 1000
"""So many changes of a file are looked at, the latest; of older contents it is not said how they came."""


class Wrote(NamedTuple):
    """How a content came: the moment it was stored, None when that is forgotten, and a few words on the means."""

    at: datetime | None
    how: str


def origins(actor: Actor, node: Any, versions: Sequence[Version]) -> tuple[Wrote, dict[int, Wrote]]:
    """Return how the present content of the file came, and {version: how it came}. Two queries."""
    found = Change.objects.filter(ref_kind=Node.REF_KIND, ref_id=node.pk, kind__in=WROTE).order_by("-pk")[:MOST]
    changes = list(found)[::-1]
    names = _own_devices(actor, changes)
    wrote: dict[tuple[int, datetime], Change | None] = {}
    last: Change | None = None
    for change in changes:
        blob = (change.before or {}).get("blob")
        if blob is not None:
            wrote[(blob, change.at)] = last
        last = change
    versions_by = {one.pk: wrote.get((one.blob_id, one.created_at)) for one in versions}
    return _wrote(last, names), {pk: _wrote(change, names) for pk, change in versions_by.items()}


def _wrote(change: Change | None, names: dict[str, str]) -> Wrote:
    return Wrote(change.at, _how(change, names)) if change is not None else Wrote(None, "")


def _how(change: Change, names: dict[str, str]) -> str:
    after = change.after or {}
    if change.kind == "copy":
        return _("made as a copy")
    if change.kind == "restore-version":
        return _("brought back with its folder") if after.get("act") else _("an earlier version brought back")
    by = str(after.get("by", ""))
    if by in names:
        return _("saved by “%(device)s”") % {"device": names[by]}
    if by == "p" or by.startswith("a"):
        return _("saved by a device")
    return {"s": _("saved in a browser"), "l": _("came by a public link"), "t": _("written in the browser")}.get(by, "")


def _own_devices(actor: Actor, changes: Sequence[Change]) -> dict[str, str]:
    """Return {`a12`: the name of the app password}, of the person's own: what others call theirs is not told."""
    used = {
        by for change in changes if (by := str((change.after or {}).get("by", "")))[1:].isdecimal() and by[0] == "a"
    }
    if not used or actor.user is None:
        return {}
    mine = AppPassword.objects.filter(user=actor.user, pk__in=[int(by[1:]) for by in used])
    return {f"a{pk}": name for pk, name in mine.values_list("pk", "name")}
