"""Messages carried to the programs that are told of them, and what these answer.

The shape is that of Mattermost and Slack: a form with `token`, `text`, `user_name`, `channel_name`, `trigger_word`…; an
answer of JSON with `text` is said in the channel, with `response_type: comment` in the thread. The body is signed:
`X-Collab-Signature: sha256=<HMAC-SHA256 of the body under the token>`.
https://developers.mattermost.com/integrate/webhooks/outgoing/
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.db import transaction
from django.utils import timezone

from chat import payload
from chat.actions import hooking, programs
from chat.models import Call, Message
from chat.v4 import ids, records
from collab.lib import outside
from collab.lib.errors import Refusal

TRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long after each failure it is tried again."""
_LEASE = timedelta(minutes=5)
"""So long nobody else carries what one has begun to carry."""
KEPT = 20
"""So many failures of a program stay in its list."""
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
BATCH = 200
logger = logging.getLogger(__name__)


class Failed(Exception):
    """It did not arrive; `again`: another try may help."""

    def __init__(self, why: str, *, again: bool):
        super().__init__(why)
        self.why, self.again = why, again


def due() -> list[int]:
    """Return what waits for a try by now."""
    return list(
        Call.objects.filter(next_at__lte=timezone.now()).order_by("next_at").values_list("pk", flat=True)[:BATCH]
    )


def carry(pk: int) -> None:
    """Send one message to its program; say there what it answers. Nothing where somebody else carries it."""
    now = timezone.now()
    mine = Call.objects.filter(pk=pk, next_at__lte=now).update(next_at=now + _LEASE)
    call = Call.objects.select_related("outgoing__channel__space", "message__author").filter(pk=pk).first()
    if not mine or call is None:
        return
    gone = call.message.deleted_at is not None or call.outgoing.channel.deleted_at is not None
    if gone or call.outgoing.stopped_at is not None:
        call.delete()
        return
    try:
        said = _ask(call)
    except Failed as failed:
        _keep(call, failed)
        return
    try:
        with transaction.atomic():
            if Call.objects.filter(pk=pk).delete()[0]:
                _answer(call, said)
    except Exception:  # our own fault: the program has the message, and is not sent it again for that
        logger.exception("chat: the answer to call %d could not be said", pk)
        Call.objects.filter(pk=pk).delete()


def body_of(call: Call, token: str) -> bytes:
    """Return the form that a program is sent."""
    message, channel = call.message, call.outgoing.channel
    author = message.author
    files = [ids.of("file", pk, message.pk) for pk in message.facts.get("files", [])]
    form = {
        "token": token, "team_id": ids.of("team", channel.space_id), "team_domain": channel.space.slug,
        "channel_id": ids.of("channel", channel.pk), "channel_name": records.slug(channel),
        "timestamp": records.ms(message.at), "user_id": ids.of("user", message.author_id or ids.PROGRAM),
        "user_name": author.username if author else message.name, "post_id": ids.of("post", message.pk),
        "text": message.text, "trigger_word": call.word, "file_ids": ",".join(files),
    }  # fmt: skip
    return urlencode(form).encode()


def headers(token: str, body: bytes) -> dict[str, str]:
    """Return the headers under which a form goes to a program that has this token."""
    return {
        "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
        "X-Collab-Signature": f"sha256={hmac.new(token.encode(), body, hashlib.sha256).hexdigest()}",
    }  # fmt: skip


def _ask(call: Call) -> bytes:
    """Send it; return what was answered. Raises Failed."""
    token = programs.unseal(call.outgoing.token)
    body = body_of(call, token)
    parts = urlsplit(call.outgoing.address)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        session = outside.Session(call.outgoing.address, outside.NEAR, headers(token, body))
        with session.ask("POST", target, body) as answer:
            if not 200 <= answer.status < 300:
                raise Failed(f"HTTP {answer.status}", again=answer.status in _LATER)
            return answer.read(payload.MOST_BYTES)
    except outside.Hostile as trap:
        raise Failed(str(trap), again=False) from None
    except OSError as error:
        raise Failed(str(error) or type(error).__name__, again=True) from None


def _keep(call: Call, failed: Failed) -> None:
    now = timezone.now()
    again = failed.again and call.tries < len(TRIES)
    Call.objects.filter(pk=call.pk).update(
        tries=call.tries + 1, tried_at=now, error=failed.why[:200], next_at=now + TRIES[call.tries] if again else None
    )
    old = call.outgoing.calls.filter(next_at=None).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Call.objects.filter(pk__in=list(old)).delete()


def _answer(call: Call, said: bytes) -> None:
    """Say what the program answered, if it did; what cannot be said is no reason to send the message again."""
    try:
        sent = payload.read(said, "application/json")
        message: Message = call.message
        root = (message.root_id or message.pk) if payload.response_type(said) == "comment" else None
        with transaction.atomic():
            hooking.say_by(call.outgoing.channel, sent.text, name=sent.name, program=call.outgoing.name, root=root)
    except (payload.Unreadable, Refusal):
        return
