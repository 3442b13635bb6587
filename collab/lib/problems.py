"""A refusal as programs read it: a problem document (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from collab.lib.errors import Refusal

MEDIA_TYPE = "application/problem+json"


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return the members of a problem document (RFC 9457, 3.1): the same sentence as a page would say."""
    return {
        "type": f"urn:collab:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": str(refusal.message),
    }


def problem_response(refusal: Refusal, **more: Any) -> JsonResponse:
    """Return the whole answer; `more` are members of its own (3.2)."""
    response = JsonResponse(problem(refusal) | more, status=refusal.status, content_type=MEDIA_TYPE)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    response["Cache-Control"] = "no-store"
    return response
