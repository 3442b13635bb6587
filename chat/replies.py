"""Questions carried to the programs that are asked by a command, and what these answer, at once or later.

The shape is that of Mattermost and Slack: a form with `token`, `command`, `text`, `user_name`, `channel_id`,
`response_url`, `trigger_id`…; an answer of JSON with `text` or `attachments`, for all with `response_type: in_channel`,
else for whoever asked. The body is signed as that of messages (`calls`). To `response_url` a program answers for half
an hour, five times; the address is signed, and opens nothing else.
https://developers.mattermost.com/integrate/slash-commands/custom/
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from chat import calls, payload
from chat.actions import asking as acts
from chat.actions import ephemerals, programs
from chat.models import Asking
from chat.v4 import ids, records
from collab.accounts import languages
from collab.accounts.throttle import Throttle
from collab.lib import outside
from collab.lib.errors import NotFound, Refusal

SECONDS = 10.0
"""So long a program may take for its first answer, all of it."""
SALT = "chat.command"


def carry(pk: int) -> None:
    """Ask a program, say what it answers; say to whoever asked why there is no answer. Once, whatever happens."""
    asking = acts.take(pk)
    if asking is None:
        return
    try:
        reply = _ask(asking)
        if reply is not None:
            acts.answer(asking, reply.text, name=reply.name, in_channel=reply.in_channel)
    except outside.Hostile as trap:
        long = str(trap) == "too long an answer"
        _fail(asking, _unreadable if long else _hostile)
    except TimeoutError:
        _fail(asking, _slow)
    except OSError as error:
        _fail(asking, _slow if str(error) == "not in time" else _away)
    except payload.Unreadable:
        _fail(asking, _unreadable)
    except _Wrong as wrong:
        _fail(asking, _wrong, status=wrong.status)
    except Refusal as refusal:
        _fail(asking, refusal.message)
    acts.end(asking)


def give_up() -> list[int]:
    """Tell those whose questions were given up; return which wait to be sent."""
    waiting, lost = acts.due()
    for one in lost:
        acts.end(one)
        _fail(one, _slow if one.state == Asking.State.SENT else _late)
    return waiting


def later(token: str, address: str, body: bytes, content_type: str) -> None:
    """Take a later answer. Raises NotFound (a wrong or old address, or no answer left), Unreadable, a Refusal."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=acts.KEPT)
        rows = Asking.objects.select_related("command", "channel__space", "channel__acl", "person", "root")
        asking = rows.filter(pk=pk, person__is_active=True, channel__deleted_at=None).first()
    except signing.BadSignature:
        throttle = Throttle()
        throttle.check("hook", "", address)
        throttle.fail("hook", "", address)
        raise NotFound from None
    if asking is None:
        raise NotFound
    acts.take_later(asking)  # one that cannot be read counts, too
    reply = payload.reply(body, content_type)
    if reply is not None:
        acts.answer(asking, reply.text, name=reply.name, in_channel=reply.in_channel)


def body_of(asking: Asking, token: str) -> bytes:
    """Return the form that a program is sent."""
    channel, person = asking.channel, asking.person
    where = reverse("hooks:reply", args=[signing.dumps(asking.pk, salt=SALT)])
    form = {
        "token": token, "team_id": ids.of("team", channel.space_id), "team_domain": channel.space.slug,
        "channel_id": ids.of("channel", channel.pk), "channel_name": records.slug(channel),
        "user_id": ids.of("user", person.pk), "user_name": person.username, "command": f"/{asking.command.word}",
        "text": asking.text, "root_id": ids.of("post", asking.root_id), "response_url": f"{settings.URL}{where}",
        "trigger_id": get_random_string(26).lower(),
    }  # fmt: skip
    return urlencode(form).encode()


class _Wrong(Exception):
    def __init__(self, status: int):
        super().__init__(str(status))
        self.status = status


def _ask(asking: Asking) -> payload.Reply | None:
    """Send it; return what was answered, None for nothing. Raises Hostile, OSError, Unreadable, _Wrong."""
    token = programs.unseal(asking.command.token)
    body = body_of(asking, token)
    told = outside.send(
        asking.command.address, outside.NEAR, calls.headers(token, body), body, most=payload.MOST_BYTES, seconds=SECONDS
    )
    if not 200 <= told.status < 300:
        raise _Wrong(told.status)
    return payload.reply(told.body, told.headers.get("content-type", ""))


def _fail(asking: Asking, sentence: Any, **more: Any) -> None:
    """Say to whoever asked why there is no answer, in their language."""
    person = asking.person
    with translation.override(languages.fit(person.language) if person.language else languages.default()):
        values = {"name": asking.command.name, "word": asking.command.word, "seconds": int(SECONDS)} | more
        text = sentence() % values if callable(sentence) else str(sentence)
        ephemerals.tell(
            asking.channel, person.pk, f"⚠️ {text}", root=asking.root,
            name=asking.command.name, program=asking.command.name,
        )  # fmt: skip


def _slow() -> str:
    return _("“%(name)s” did not answer to /%(word)s within %(seconds)d seconds. If it answers later, you see it here.")


def _late() -> str:
    return _("/%(word)s waited too long and was not sent to “%(name)s”. Type it again.")


def _away() -> str:
    return _("“%(name)s” could not be reached for /%(word)s. Try again later.")


def _hostile() -> str:
    return _("“%(name)s” was not asked for /%(word)s: its address is not on the public network.")


def _wrong() -> str:
    return _("“%(name)s” answered to /%(word)s that something went wrong (%(status)d).")


def _unreadable() -> str:
    return _("“%(name)s” answered to /%(word)s something that cannot be read.")
