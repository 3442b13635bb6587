"""The check of forms for pages that read their form themselves: files arrive in it, under limits of their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Forbidden


class OldPage(Forbidden):
    """403: a browser's session without the token of its page; a page of another site cannot know it."""

    code = "csrf"
    default = _("This page was too old, or your browser refuses cookies. Go back, reload the page, and send again.")


class _Check(CsrfViewMiddleware):
    """Django's own check, which tells its verdict instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def require(request: HttpRequest) -> None:
    """Raise OldPage unless the form comes from a page of ours: origin and token, as Django checks them."""
    if _Check(_nothing).process_view(request, _nothing, (), {}):
        raise OldPage


def is_checked(request: HttpRequest) -> bool:
    """Whether the form was found to be from a page of ours."""
    return getattr(request, "csrf_processing_done", False)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)
