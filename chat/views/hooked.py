"""The door at which programs say something. They speak as Slack and Mattermost do, and are answered so."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from chat import payload, replies
from chat.actions import hooking
from chat.models import Channel, Hook
from collab.lib import numerals
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.lib.text import fold
from collab.rights import switches
from collab.rights.actor import Actor


@login_not_required
@never_cache
@csrf_exempt  # the secret in the address says who; nobody's session counts here
def hook(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a program sent, in the one channel of this address; answered by “ok”, or by an object of JSON."""
    if request.method != "POST":
        answer = _refused("method_not_allowed", "Programs POST to this address.", 405)
        answer["Allow"] = "POST"
        return answer
    try:
        switches.require(switches.by_slug("chat"), Actor.nobody())
        found = hooking.find(token, client_address(request.META))
        sent = _sent(request)
        if sent.channel and not _is_of(sent.channel, found):
            raise payload.Unreadable("channel_not_found", "This address belongs to another channel.", 404)
        hooking.say(found, sent.text, name=sent.name)
    except (payload.Unreadable, Refusal) as wrong:
        return _told(wrong)
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@csrf_exempt  # the signature in the address says who; nobody's session counts here
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Take what a program answers later to a command; answered as a hook."""
    if request.method != "POST":
        answer = _refused("method_not_allowed", "Programs POST to this address.", 405)
        answer["Allow"] = "POST"
        return answer
    try:
        switches.require(switches.by_slug("chat"), Actor.nobody())
        _require_short(request)
        body = request.read(payload.MOST_BYTES + 1)
        replies.later(token, client_address(request.META), body, request.content_type or "")
    except (payload.Unreadable, Refusal) as wrong:
        return _told(wrong)
    return HttpResponse("ok", content_type="text/plain")


def _told(wrong: payload.Unreadable | Refusal) -> HttpResponse:
    if isinstance(wrong, payload.Unreadable):
        return _refused(wrong.code, wrong.message, wrong.status)
    answer = _refused(*_SAID.get(type(wrong), _LATER))
    if wrong.retry_after is not None:
        answer["Retry-After"] = str(wrong.retry_after)
    return answer


_SAID: dict[type[Refusal], tuple[str, str, int]] = {
    NotFound: ("no_service", "No hook has this address, or it was stopped.", 404),
    Conflict: ("channel_is_archived", "This channel is archived: nothing is said in it any more.", 410),
    Forbidden: ("not_allowed", "Nothing may be said there for this person.", 403),
    BadInput: ("no_text", "There is nothing in it that can be said.", 400),
}
_LATER = ("rate_limited", "That was a lot at once: wait a moment.", 429)


def _require_short(request: HttpRequest) -> int | None:
    """Return how long the body is said to be; raise Unreadable where that is too much."""
    length = numerals.whole(request.META.get("CONTENT_LENGTH") or "")
    if length is not None and length > payload.MOST_BYTES:
        raise payload.Unreadable("payload_too_large", "At most 64 KB are taken.", 413)
    return length


def _sent(request: HttpRequest) -> payload.Payload:
    length = _require_short(request)
    if (request.content_type or "").lower() == "multipart/form-data":
        if length is None:
            raise payload.Unreadable("invalid_payload", "Say how long it is.", 411)
        return payload.read(b"", "", str(request.POST.get("payload", "")))
    return payload.read(request.read(payload.MOST_BYTES + 1), request.content_type or "")


def _is_of(wanted: str, found: Hook) -> bool:
    """Whether a program means the hook's own channel: by its name, as Mattermost writes it too (“town-square”)."""
    channel: Channel = found.channel
    name = fold(channel.title)
    return fold(wanted.removeprefix("#")) in {name, name.replace(" ", "-"), str(channel.pk)}


def _refused(code: str, message: str, status: int) -> HttpResponse:
    """Answer in Mattermost's shape with Slack's word. The type is exact: programs do not parse it with a charset."""
    said = {"id": code, "message": message, "detailed_error": "", "request_id": get_random_string(26).lower()}
    return HttpResponse(json.dumps(said | {"status_code": status}), status=status, content_type="application/json")
