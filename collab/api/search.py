"""The search for programs: what the box and the page find, no more and no less."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from collab.api import words
from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from collab.search import finding, kinds
from collab.search.finding import Hit

router = Router(tags=["search"])


class Asking(Schema):
    """What is looked for, as one types it, and a page of it."""

    q: words.Text = Field(max_length=400, description='Words, "phrases", -words, type: in: by: after: before: app:')
    limit: int = Field(finding.PAGE, ge=1, le=finding.MOST)
    after: words.Text = Field("", max_length=200, description="The `next` of the page before.")


class Piece(Schema):
    """A piece of text; `found`: it is one of the words that were looked for."""

    text: str
    found: bool


class Result(Schema):
    """Something found. `place`: where it lies; `inside`: the same as `in:` takes it; `excerpt`: where its text has the
    words."""

    thing: words.Thing
    title: str
    place: str
    inside: str
    url: str = Field(description="Its page, below the address of the house.")
    by: str = Field(description="Who changed it last.")
    at: datetime | None
    archived: bool
    excerpt: list[Piece]


class Results(Schema):
    """People, groups and spaces first, on the first page. `instead`: words with a mistake put right that find
    something; with `swapped` the items are theirs."""

    items: list[Result]
    next: str | None
    instead: str | None
    swapped: bool


@router.get("", response=Results, summary="Find by words")
def search(request: HttpRequest, asked: Query[Asking]) -> Any:
    """Only what you see, and what your password was made for."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not kinds.of(actor):
        raise Forbidden(_("The password of this device was not made for this. Make another in your settings."))
    found = finding.find(actor, asked.q, after=asked.after, limit=asked.limit)
    return {
        "items": [_record(hit) for hit in (*found.first, *found.hits)],
        "next": found.next or None,
        "instead": str(found.instead) if found.instead else None,
        "swapped": found.swapped,
    }


def _record(hit: Hit) -> dict[str, Any]:
    shown = hit.shown
    return {
        "thing": {"kind": hit.kind, "id": hit.id},
        "title": shown.title,
        "place": shown.place,
        "inside": shown.inside,
        "url": shown.url,
        "by": shown.by,
        "at": shown.at,
        "archived": shown.archived,
        "excerpt": [{"text": piece.text, "found": piece.found} for piece in hit.excerpt],
    }
