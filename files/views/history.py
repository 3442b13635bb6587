"""What happened to a thing, in sentences, from the change log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.accounts.models import User
from collab.events.models import Change
from collab.registry import registry


class Line(NamedTuple):
    """One change: who (None: nobody known, the house itself), what, when."""

    who: User | None
    text: str
    at: datetime


def lines(changes: list[Change]) -> list[Line]:
    """Return the sentences, in the order given."""
    return [Line(change.actor, said, change.at) for change in changes if (said := sentence(change))]


def sentence(change: Change) -> str:
    """Return what was done; the person's name stands before it. "" for what says nothing to people."""
    if change.kind == "move":
        return _moved(change)
    if change.kind in _SENTENCES:
        return str(_SENTENCES[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said


def _moved(change: Change) -> str:
    before, after = change.before or {}, change.after or {}
    if before.get("parent") != after.get("parent"):
        return _("moved it to another folder")
    return _("renamed it, it was “%(name)s”") % {"name": before.get("name", "")}


_SENTENCES: dict[str, Any] = {
    "add": gettext_lazy("added it"),
    "copy": gettext_lazy("made it as a copy"),
    "edit": gettext_lazy("changed its contents"),
    "touch": gettext_lazy("changed its date"),
    "restore-version": gettext_lazy("brought back an earlier version"),
    "trash": gettext_lazy("moved it to the trash"),
    "restore": gettext_lazy("brought it back from the trash"),
    "arrive": gettext_lazy("brought it from another space"),
    "leave": gettext_lazy("moved it to another space"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
