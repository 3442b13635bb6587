"""Previews of the pages to which messages link: asked for in the background, once for an address, then shown to all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat import house_settings, links, pages
from chat.actions.common import announce, take_turn_of_program
from chat.models import Channel, Message, Preview
from collab.lib import outside
from collab.lib.errors import Forbidden, NotFound, Refusal
from collab.registry import house
from collab.rights.actor import Actor
from collab.rights.right import Right

FRESH = timedelta(days=7)
"""A page that was linked to again within that time is not asked again."""
KEPT = timedelta(days=400)
logger = logging.getLogger(__name__)


def wish(message: Message) -> None:
    """Have the first page of the web that a message links to looked at, once its transaction is done."""
    address = next((one for one in links.of(message) if one.startswith("https://") and not links.is_home(one)), "")
    if not address or message.facts.get("bare") or not house.get(house_settings.PREVIEWS):
        return
    try:
        outside.check(address)
    except outside.Hostile:
        return
    pk = message.pk
    transaction.on_commit(lambda: _queue(pk, address), robust=True)


def look(message: int, address: str) -> bool:
    """Look at the page unless that was done lately, and show what it says under the message. Returns whether it does.

    The message is as it is now: one that was taken back, changed, or is to stand bare, gets nothing.
    """
    if not house.get(house_settings.PREVIEWS) or not Message.objects.filter(pk=message, deleted_at=None).exists():
        return False
    digest = hashlib.sha256(address.encode()).digest()
    found = Preview.objects.filter(digest=digest).first()
    if found is None or found.asked_at < timezone.now() - FRESH:
        found = _keep(digest, address)
    return not found.failed and _show(message, found, address)


def hide(actor: Actor, message: Message) -> None:
    """Have one's own message stand without its preview, or as moderator somebody's."""
    if actor.user is None or (message.author_id != actor.user.pk and not actor.can(message.channel, Right.DELETE)):
        raise Forbidden
    _set(message.pk, message.channel, lambda facts: {**facts, "bare": True, "preview": None})


def tidy() -> None:
    """Forget what was asked long ago: messages of that time stand without it."""
    Preview.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()


def _queue(message: int, address: str) -> None:
    from chat.tasks import preview

    preview.apply_async((message, address), retry=False)


def _keep(digest: bytes, address: str) -> Preview:
    try:
        page = pages.look(address)
    except (OSError, outside.Hostile, ValueError) as error:
        logger.info("chat: no preview: %s", type(error).__name__)
        page = None
    fields: dict[str, Any] = {"url": address, "asked_at": timezone.now(), "failed": page is None}
    if page is not None:
        fields |= {"title": page.title, "text": page.text, "site": page.site, "picture": page.picture}
    return Preview.objects.update_or_create(digest=digest, defaults=fields)[0]


def _show(message: int, found: Preview, address: str) -> bool:
    row = Message.objects.filter(pk=message, deleted_at=None).select_related("channel").first()
    if row is None or row.facts.get("bare") or address not in links.of(row) or row.facts.get("preview") == found.pk:
        return False
    try:
        return _set(message, row.channel, lambda facts: facts if facts.get("bare") else {**facts, "preview": found.pk})
    except Refusal:  # archived meanwhile: nothing is said there any more, by us neither
        return False


@transaction.atomic
def _set(message: int, channel: Channel, change: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
    turn = take_turn_of_program(channel, numbered=False)
    row = Message.objects.filter(pk=message, deleted_at=None).first()
    if row is None:
        raise NotFound
    row.facts, row.clock = change(row.facts), turn.clock
    row.save(update_fields=["facts", "clock"])
    announce(channel, turn.clock, "changed")
    return True
