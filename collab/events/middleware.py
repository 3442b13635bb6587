"""From where a request comes, for the audit log."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from collab.events import audit
from collab.lib.addresses import client_address


class AuditAddressMiddleware:
    """Notes the visitor's network address while the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.address.set(client_address(request.META))
        try:
            return self.get_response(request)
        finally:
            audit.address.reset(token)
