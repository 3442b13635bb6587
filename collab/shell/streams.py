"""What the pages of activity have in common: what of a stream is asked for, its lines, and what the page listens to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from collab.accounts.models import User
from collab.activity import scope, stream
from collab.activity.scope import Scope
from collab.activity.telling import Line
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from collab.spaces.models import Space

MOST_HEARD = 90
"""Spaces that a page listens to."""
ME, OTHERS = "me", "others"


@dataclass(frozen=True)
class Wanted:
    """What the reader narrowed the stream to, as the address says it."""

    app: str = ""
    who: str = ""
    space: str = ""

    @classmethod
    def of(cls, query: QueryDict, actor: Actor) -> Wanted:
        """Read the address; what it cannot mean is left out."""
        app = query.get("app", "")
        return cls(
            app if app in dict(scope.apps(actor)) else "",
            who if (who := query.get("who", "")) in {ME, OTHERS} or numerals.whole(who) is not None else "",
            space if numerals.whole(space := query.get("space", "")) is not None else "",
        )

    def __bool__(self) -> bool:
        return bool(self.app or self.who or self.space)

    def scope(self, actor: Actor, of: Scope) -> Scope:
        """Narrow a scope to it. Raises NotFound for a space that the actor does not see."""
        me = actor.user.pk if actor.user else None
        if self.space and not Space.objects.visible_to(actor).filter(pk=int(self.space)).exists():
            raise NotFound
        return replace(
            of,
            app=self.app,
            space=int(self.space) if self.space else of.space,
            person=me if self.who == ME else numerals.whole(self.who),
            but=me if self.who == OTHERS else None,
        )

    def query(self, **more: str) -> str:
        """Return it as the query of an address."""
        named = {"app": self.app, "who": self.who, "space": self.space, **more}
        return urlencode({name: value for name, value in named.items() if value})


def context(request: HttpRequest, of: Scope, *, base: str) -> dict[str, Any]:
    """Return what `shell/activity/_stream.html` draws; `base`: the address of the stream."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = Wanted.of(request.GET, actor)
    narrowed = wanted.scope(actor, of)
    cursor = request.GET.get("before", "")
    topics = "" if cursor else _topics(actor, narrowed.space)  # read before the lines: what follows is told
    page = stream.page(actor, narrowed, cursor)
    return {
        "page": page,
        "wanted": wanted,
        "topics": topics,
        "earlier": f"{base}?{wanted.query(before=page.more)}" if page.more else "",
        "fresh": f"{base}?{wanted.query(above=str(page.top))}",
        "first": not cursor,
        "apps": scope.apps(actor),
        "people": _people(page.lines, wanted, actor),
        "base": base,
    }


def above(request: HttpRequest, of: Scope) -> int | None:
    """Return how many lines there are above the one that the page says it begins with; None when it asks nothing."""
    top = request.GET.get("above", "")
    if not top:
        return None
    actor: Actor = request.actor  # type: ignore[attr-defined]
    narrowed = Wanted.of(request.GET, actor).scope(actor, of)
    return stream.count_new(actor, narrowed, since) if (since := numerals.whole(top)) is not None else 0


def _people(lines: list[Line], wanted: Wanted, actor: Actor) -> list[User]:
    """Return who can be chosen: those on the page, and no name that is not on it."""
    me = actor.user.pk if actor.user else None
    found = {line.who.pk: line.who for line in lines if line.who is not None and line.who.pk != me}
    return sorted(found.values(), key=lambda user: str(user).casefold())


def _topics(actor: Actor, space: int | None) -> str:
    spaces = Space.objects.visible_to(actor).order_by("-seq")
    clocks = (spaces if space is None else spaces.filter(pk=space)).values_list("pk", "seq")[:MOST_HEARD]
    return " ".join(f"space:{pk}@{seq}" for pk, seq in clocks)
