"""What happened to albums, in sentences."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.events.models import Change
from collab.registry import registry
from collab.registry.plugin import Told
from collab.rights.actor import Actor
from files.models import Album

_SENTENCES: dict[str, Any] = {
    "album-make": gettext_lazy("made this album"),
    "album-rename": gettext_lazy("renamed this album"),
    "album-trash": gettext_lazy("threw this album away, not its pictures"),
    "album-restore": gettext_lazy("brought this album back"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
FORGETS = dict.fromkeys(("album-make", "album-rename", "album-add", "album-remove", "album-trash"), ("name",))


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of albums into sentences, leaving out those of albums that the actor does not see."""
    seen = Album.objects.visible_to(actor).in_bulk({change.ref_id for change in changes})
    return [
        Told(change.seq, sentence(change), album.name, reverse("files:album", args=[album.pk]) if living else "")
        for change in changes
        if (album := seen.get(change.ref_id)) is not None
        for living in [album.deleted_at is None]
    ]


def sentence(change: Change) -> str:
    """Return what was done; the person's name stands before it."""
    count = (change.after or {}).get("count", 1)
    if change.kind == "album-add":
        text = ngettext("put %(count)d picture into this album", "put %(count)d pictures into this album", count)
        return text % {"count": count}
    if change.kind == "album-remove":
        text = ngettext("took %(count)d picture out of this album", "took %(count)d pictures out of this album", count)
        return text % {"count": count}
    if change.kind in _SENTENCES:
        return str(_SENTENCES[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said
