"""The API put together: its calls, who may make them, and how mistakes are told."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from collab.api import changes, jobs, links, marks, search, shares, spaces, things, words
from collab.api.door import authenticate, refused
from collab.lib.errors import BadInput, NotFound, Refusal

MOST_MISTAKES = 20

api = NinjaAPI(
    title="Collab",
    version="1",
    description=(
        "Spaces, their members and changes, shares and public links, and the search. Numbers of things never change. "
        "Sign in by session with the CSRF token, or send an app password: `Authorization: Bearer …`. "
        "Refusals are problem documents (RFC 9457)."
    ),
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    auth=authenticate,
)
you = Router(tags=["you"])


@you.get("", response=words.Me, summary="Who you are here")
def me(request: HttpRequest) -> Any:
    """And what your password was made for."""
    actor = request.actor  # type: ignore[attr-defined]
    user = actor.user
    return {
        "id": user.principal.pk,
        **(things.person(user) or {}),
        "rank": user.rank,
        "scopes": sorted(actor.scopes),
    }


api.add_router("/me", you)
api.add_router("/spaces", spaces.router)
api.add_router("/spaces", changes.router)
api.add_router("/spaces", shares.members)
api.add_router("/spaces", marks.in_spaces)
api.add_router("/comments", marks.comments)
api.add_router("/labels", marks.labels)
api.add_router("/favourites", marks.favourites)
api.add_router("/shares", shares.router)
api.add_router("/links", links.router)
api.add_router("/jobs", jobs.router)
api.add_router("/search", search.router)


@api.exception_handler(Refusal)
def refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The sentence that a page would say."""
    return refused(request, refusal)


@api.exception_handler(ValidationError)
def mistakes(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """400, with each mistake and where it is; what was sent is not repeated."""
    told = [{"at": _place(item["loc"]), "detail": str(item["msg"])[:300]} for item in error.errors[:MOST_MISTAKES]]
    where = ", ".join(dict.fromkeys(item["at"] for item in told))
    return refused(request, BadInput(_("This cannot be used: %(where)s.") % {"where": where}), errors=told)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """400: a body that is no JSON."""
    return refused(request, BadInput())


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    """404: nothing at this address."""
    return refused(request, NotFound())


def _place(path: tuple[Any, ...]) -> str:
    """Return where a mistake is: “query.limit”, “body.name”; the name of our parameter says nothing to a caller."""
    kind, *names = [str(part) for part in path]
    return ".".join([kind, *names[-1:]])
