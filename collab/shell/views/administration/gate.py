"""Who gets into administration at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.lib.errors import Forbidden

View = Callable[..., HttpResponse]
CLOSED = _("Administration is for the owner and the administrators. Ask one of them for what you need.")


def administrators(view: View) -> View:
    """Let in those whose rank administers the house; raise Forbidden for others."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ranks.may(request.user, "set.docspace"):
            raise Forbidden(CLOSED)
        return view(request, *args, **kwargs)

    return guarded


def people_keepers(view: View) -> View:
    """Let in those whose rank brings people in and promotes them; raise Forbidden for others."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ranks.may_see_people(request.user):
            raise Forbidden(CLOSED)
        return view(request, *args, **kwargs)

    return guarded


def inviters(view: View) -> View:
    """Let in those whose rank may invite somebody; raise Forbidden for others."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ranks.ranks_to_give(request.user):
            raise Forbidden(_("Your profile does not allow inviting people. Ask an administrator or a space manager."))
        return view(request, *args, **kwargs)

    return guarded
