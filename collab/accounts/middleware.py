"""When a session was last seen, written rarely."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_EVERY = 300.0
_KEPT = 10_000


class SessionSeenMiddleware:
    """Notes address and time of a session at most every five minutes; allauth's own writes on every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self._seen: OrderedDict[str, float] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # after the view: a page that asked for nobody has not read the session, and needs no query here
        session = request.session
        if session.accessed and session.session_key and request.user.is_authenticated:
            self._note(request, session.session_key)
        return response

    def _note(self, request: HttpRequest, key: str) -> None:
        now = time.monotonic()
        if now - self._seen.get(key, -_EVERY) < _EVERY:
            return
        self._seen[key] = now
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)
        agent = request.META.get("HTTP_USER_AGENT", "")[:HTTP_USER_AGENT_MAX_LENGTH]
        address = get_adapter().get_client_ip(request)
        same = UserSession.objects.filter(session_key=key, user=request.user.pk, ip=address, user_agent=agent)
        if not same.update(last_seen_at=timezone.now()):  # a new session, or one that came from elsewhere
            UserSession.objects.create_from_request(request)
