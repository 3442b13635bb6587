"""What `shell/marks/_discussion.html` draws: what is said about one thing, and where to say more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from collab.lib.errors import NotFound
from collab.marks import kinds, reading
from collab.marks.words import REACTIONS
from collab.rights import explain
from collab.rights.right import Right
from collab.spaces.models import ARCHIVED


def context(request: HttpRequest, kind: str, thing: Any) -> dict[str, Any]:
    """Return the threads that the request asks for, and what the person may do; the thing is one that they see."""
    actor = request.actor  # type: ignore[attr-defined]
    page = reading.page(actor, thing, before=request.GET.get("before", ""), since=request.GET.get("since", ""))
    archived = thing.space.archived_at is not None
    may = actor.can(thing, Right.COMMENT) and not archived
    return {
        "kind": kind,
        "thing_id": thing.pk,
        "said_on": kinds.title(kind, thing),
        "threads": page.threads,
        "earlier": page.earlier,
        "comments": reading.count(kind, thing.pk),
        "may_comment": may,
        "why_not": "" if may else ARCHIVED if archived else explain.reason(thing, Right.COMMENT),
        "signs": REACTIONS.items(),
        "comments_url": reverse("shell:comments", args=[kind, thing.pk]),
        "comments_topic": f"{kind}:{thing.pk}@{thing.space.seq}",
    }


def seen(request: HttpRequest, kind: str, pk: int) -> Any:
    """Return the thing; its space is the place of this page for who is in it. Raises NotFound."""
    actor = request.actor  # type: ignore[attr-defined]
    thing = kinds.find(actor, kind, pk)
    space = getattr(thing, "space", None)
    if space is None:
        raise NotFound
    if actor.can(space, Right.SEE):
        request.space = space  # type: ignore[attr-defined]
    return thing
