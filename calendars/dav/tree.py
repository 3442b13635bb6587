"""/remote.php/dav/calendars/<user>/<calendar>/<object>: each person's home holds all calendars that they find."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from calendars import queries
from calendars.actions import making
from calendars.dav import freebusy, inbox, mailboxes, multiget, properties, query, sync
from calendars.dav.resources import CalendarResource, HomeResource, NewCalendar, NewObject, ObjectResource
from calendars.models import CalendarObject
from calendars.queries import Mine
from collab.dav import auth
from collab.dav.tree import Missing, Resource
from collab.lib.errors import NotFound
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.dav.request import Request


class CalendarsTree:
    """A tree whose first name must be the person's own, which tells nothing about other people."""

    scope = "calendars"

    def authenticate(self, request: Request) -> Actor:
        return auth.person(request)

    def find(self, request: Request, parts: list[str]) -> Resource:
        user = request.actor.user
        if user is None or not parts or parts[0].lower() != user.username:
            raise NotFound
        parts = [user.username, *parts[1:]]
        if len(parts) == 1:
            making.furnish(request.actor)
            return HomeResource(request, parts, SimpleNamespace(id=user.pk, name="", is_folder=True))
        if (box := mailboxes.find(request, parts)) is not None:
            return box
        there = None
        try:
            if len(parts) == 3:
                found, there = self._with_entry(request.actor, *parts[1:])
            else:
                found = self._calendar(request.actor, parts[1])
        except NotFound:
            if len(parts) == 2:
                return NewCalendar(request, parts)
            return Missing(request, parts)
        if len(parts) == 2:
            return CalendarResource(request, parts, found)
        if len(parts) > 3:
            raise NotFound
        if there is None:
            return NewObject(request, parts, found)
        return ObjectResource(request, parts, found, there)

    def _calendar(self, actor: Actor, name: str) -> Mine:
        """Return the calendar of this name; who comes for the first time is given theirs before. Raises NotFound."""
        try:
            return queries.in_home(actor, name)
        except NotFound:
            if not making.furnish(actor):
                raise
            return queries.in_home(actor, name)

    def _with_entry(self, actor: Actor, name: str, entry: str) -> tuple[Mine, CalendarObject | None]:
        try:
            return queries.in_home_with(actor, name, entry)
        except NotFound:
            found = self._calendar(actor, name)
            return found, queries.named(actor, found, entry)

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        """Nothing comes here from another tree: a file is no calendar entry."""
        return Missing(request, parts)


__all__ = ["CalendarsTree", "freebusy", "inbox", "multiget", "properties", "query", "sync"]
