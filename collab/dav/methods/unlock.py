"""UNLOCK (RFC 4918, 9.11)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.dav.models import Lock
from collab.dav.request import Request
from collab.dav.response import SAFE, DavRefusal, Response
from collab.lib.errors import BadInput, Forbidden


class WrongToken(DavRefusal):
    """409: the token does not lock this address (RFC 4918, 9.11.1)."""

    status = 409
    code = "lock-token-matches-request-uri"
    condition = "<d:lock-token-matches-request-uri/>"
    default = gettext_lazy("This is not locked by the token that was sent.")


def unlock(request: Request) -> Response:
    """Drop one's own lock."""
    token = request.header("Lock-Token")
    if not token.startswith("<") or not token.endswith(">"):
        raise BadInput(_("The Lock-Token header is missing."))
    request.check()
    user = request.actor.user
    held = next((lock for lock in request.locks_on(request.resource) if lock.token == token[1:-1]), None)
    if held is None:
        raise WrongToken
    if user is None or held.user_id != user.pk:
        raise Forbidden(_("Only the one who locked this can unlock it."))
    Lock.objects.filter(token=held.token).delete()
    return Response(204, list(SAFE))
