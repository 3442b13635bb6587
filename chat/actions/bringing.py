"""Files that come with what is said: kept in the space's own folder, by the rights of whoever sends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import posting
from chat.models import Channel
from collab.lib.errors import Forbidden
from collab.registry import registry
from collab.rights.actor import Actor

MOST, EACH, TOGETHER = 10, 250 * 10**6, 500 * 10**6
"""Files of one message, bytes of each and of all."""
ONLY_OPEN = gettext_lazy(
    "Files can be sent in open channels only: they lie in the space, where others would see them. Share the file with"
    " those here and send its link."
)


def send(actor: Actor, channel: Channel, text: str, files: Sequence[Any], **how: Any) -> posting.Said:
    """Say something with these files, all or nothing. Raises as `posting.say`, and Forbidden where none can lie."""
    if not files:
        return posting.say_once(actor, channel, text, **how)
    store = registry.files()
    if store is None or channel.form != Channel.Form.OPEN:
        raise Forbidden(ONLY_OPEN)
    name = channel.title.replace("/", "-").replace("\\", "-").strip(". ") or str(channel.pk)
    path = (_("Discussions"), name)
    return posting.say_once(actor, channel, text, bring=lambda: store.keep(actor, channel.space, path, files), **how)
