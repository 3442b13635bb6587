"""What surrounds every call: who asks, what they sent, and how they are answered.

Clients hold the media type against “application/json” sign by sign, and read the version from a header of every answer.
A call comes by a token alone; a browser's cookie opens nothing here, so no page of another site can use one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_exempt

from chat import pace
from collab.api import door as api
from collab.api.door import NotAllowed, SignInNeeded
from collab.lib import numerals
from collab.lib.addresses import client_address, neighbourhood
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal, TooLarge, TooMany
from collab.lib.speaking import speak_to
from collab.rights import switches
from collab.rights.actor import Actor

VERSION = "9.11.0"
"""What we say to be: the version from which on clients find no call missing that we do not have either."""
VERSION_ID = f"{VERSION}.{VERSION}.collab.false"
MOST_BYTES = 256 * 1024
MOST_NAMED = 200
"""So many things one call may name."""
OK = {"status": "OK"}
SCOPE = "chat"
Call = Callable[..., Any]


class Answer:
    """What a call answers beyond a plain record: another status, headers of its own."""

    def __init__(self, record: Any, status: int = 200, headers: Mapping[str, str] | None = None):
        self.record, self.status, self.headers = record, status, headers or {}


def door(
    *, strangers: bool = False, reads: bool = False, nowhere: Call | None = None, **calls: Call
) -> Callable[..., HttpResponseBase]:  # fmt: skip
    """Return the view of one address: `GET=…`, `POST=…` are called with (request, actor, **the parts of the address).

    `strangers`: nobody need have signed in. `reads`: its POST changes nothing, so a token that only reads is enough.
    `nowhere`: called whatever the method.
    """

    @csrf_exempt  # the token in the header says who; nobody's cookie counts here
    @login_not_required
    def answer(request: HttpRequest, **where: Any) -> HttpResponseBase:
        left: pace.Left | None = None
        try:
            call = nowhere or calls.get("GET" if request.method == "HEAD" else request.method or "")
            if call is None:
                raise NotAllowed
            actor = Actor.nobody() if strangers else signed_in(request, write=not reads)
            if reads or request.method in api.READING:
                left = pace.take(actor.device or neighbourhood(client_address(request.META)))
                if not left.allowed:
                    raise TooMany(retry_after=left.wait)
            found = call(request, actor, **where)
        except Refusal as refusal:
            found = refused(refusal)
        response = found if isinstance(found, HttpResponseBase) else _drawn(found)
        for name, value in left.headers.items() if left is not None else ():
            response[name] = value
        response["X-Version-Id"] = VERSION_ID
        response["X-Request-Id"] = get_random_string(26).lower()
        response.setdefault("Cache-Control", "no-store")
        return response

    return answer


def signed_in(request: HttpRequest, *, write: bool = True) -> Actor:
    """Return who asks, by their token. Raises SignInNeeded, Forbidden (its scope), NotFound (chat is off), TooMany."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not token.strip():
        raise SignInNeeded
    actor = by_token(token.strip(), client_address(request.META))
    speak_to(actor.user)
    require_scope(actor, write=write and request.method not in api.READING)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def by_token(token: str, address: str) -> Actor:
    """Return whose token it is. Raises SignInNeeded, TooMany."""
    try:
        return Actor.of_bearer(token, address)
    except Forbidden as wrong:
        raise SignInNeeded(wrong.message) from None


def require_scope(actor: Actor, *, write: bool) -> None:
    """Raise Forbidden for a token that was made for something else, NotFound where the chat is off."""
    if not actor.allows_scope(SCOPE, write=write):
        raise Forbidden(api.WRONG_SCOPE)
    switches.require(switches.by_slug(SCOPE), actor)


def refused(refusal: Refusal) -> HttpResponse:
    """Return the refusal as these programs read it."""
    record = {
        "id": f"api.collab.{refusal.code.replace('-', '_')}.app_error", "message": str(refusal.message),
        "detailed_error": "", "request_id": get_random_string(26).lower(), "status_code": refusal.status,
    }  # fmt: skip
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return _drawn(Answer(record, refusal.status, headers))


def unknown(request: HttpRequest, actor: Actor, **where: Any) -> Any:
    """Say that this address is not among those of the façade."""
    raise NotFound


def sent(request: HttpRequest, kind: type) -> Any:
    """Return the JSON that was sent, an object or a list. Raises BadInput, TooLarge."""
    length = numerals.whole(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > MOST_BYTES:
        raise TooLarge
    try:
        found = json.loads(request.read(MOST_BYTES + 1) or b"null")
    except (ValueError, RecursionError):
        raise BadInput from None
    if not isinstance(found, kind):
        raise BadInput
    return found


def text(value: object, most: int = 16_000) -> str:
    """Return a text that was sent, "" for none. Raises BadInput for anything else, and for what cannot be kept."""
    if value is None:
        return ""
    if (
        not isinstance(value, str)
        or len(value) > most
        or "\0" in value
        or value != value.encode(errors="ignore").decode()
    ):
        raise BadInput
    return value


def texts(value: object, most: int = MOST_NAMED) -> list[str]:
    """Return a list of short texts. Raises BadInput."""
    if not isinstance(value, list) or len(value) > most:
        raise BadInput
    return [text(one, 300) for one in value]


def number(request: HttpRequest, name: str, default: int, most: int) -> int:
    """Return a whole number of the query, at most so large. Raises BadInput."""
    said = request.GET.get(name, "")
    if not said:
        return default
    if (value := numerals.whole(said)) is None:
        raise BadInput
    return min(value, most)


def slice_of(request: HttpRequest, default: int = 60) -> slice:
    """Return which rows the query asks for by `page` and `per_page`, at most 200."""
    size = max(1, number(request, "per_page", default, 200))
    first = number(request, "page", 0, 10_000) * size
    return slice(first, first + size)


def _drawn(found: Any) -> HttpResponse:
    told = found if isinstance(found, Answer) else Answer(found)
    body = json.dumps(told.record, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, status=told.status, content_type="application/json")
    for name, value in told.headers.items():
        response[name] = value
    return response
