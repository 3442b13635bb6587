"""Pages of lists: the cursor names the last row seen, so that none is skipped or told twice."""

from typing import Any

from django.db.models import QuerySet
from ninja import Field, Schema

from collab.api.words import BIGGEST
from collab.lib import paging
from collab.lib.errors import BadInput

MOST = 200


class Asking(Schema):
    """Which page of a list."""

    cursor: str = Field("", max_length=200, description="The “next” of the page before.")
    limit: int = Field(paging.PAGE, ge=1, le=MOST)


def page(found: QuerySet[Any], asked: Asking, *, newest_first: bool = False) -> tuple[list[Any], str | None]:
    """Return one page of the rows by number, and the cursor of the next, None after the last. Raises BadInput."""
    if values := paging.unseal(asked.cursor, 1):
        last = values[0]
        if isinstance(last, bool) or not isinstance(last, int) or not 0 <= last <= BIGGEST:
            raise BadInput
        found = found.filter(pk__lt=last) if newest_first else found.filter(pk__gt=last)
    rows = list(found.order_by("-pk" if newest_first else "pk")[: asked.limit + 1])
    shown = rows[: asked.limit]
    return shown, paging.seal([shown[-1].pk]) if len(rows) > asked.limit else None
