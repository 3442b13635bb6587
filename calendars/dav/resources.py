"""What a device finds: the home, calendars, entries, and places where nothing is yet."""

from __future__ import annotations

import io
from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from calendars import exporting, queries
from calendars.actions import inviting, making, storing
from calendars.dav import settings
from calendars.dav.entry import Entry, entries, entry_of, etag_of, shown_bytes
from calendars.dav.kinds import CALENDAR, FEATURES, HOME, LARGEST, OBJECT, REPORT_BOUNDS
from calendars.dav.tokens import etag_of_calendar
from calendars.ical.refusals import TooLargeObject
from calendars.models import CalendarObject, Preference
from calendars.queries import Mine
from calendars.refusals import NeedPrivileges, NotHere, ScheduledElsewhere, UidTaken
from collab.dav.body import Body
from collab.dav.hrefs import href
from collab.dav.request import Request
from collab.dav.response import MethodNotAllowed
from collab.dav.tree import Content, Resource, Saved, Shown, Upload, Whole
from collab.lib.errors import Forbidden, Stale, TooLarge
from collab.rights.right import Right


class HomeResource(Resource):
    """A container of calendars, never a calendar itself (RFC 4791, 6.2.1)."""

    methods = frozenset({"OPTIONS", "PROPFIND", "PROPPATCH", "REPORT"})
    features = FEATURES
    kind = HOME
    is_collection = True
    stored_kind = Preference.REF_KIND

    def __init__(self, request: Request, parts: list[str], row: Any):
        super().__init__(request, parts)
        self.row = row
        self.ref = (HOME, row.id)

    def members(self) -> tuple[str, list[Mine]]:
        return CALENDAR, queries.home(self.request.actor)

    def may_change_properties(self) -> None:
        """One's own home is one's own to note things on."""


class CalendarResource(Resource):
    """A calendar collection (RFC 4791, 4.2) as one person has it."""

    methods = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "DELETE", "REPORT"})
    features = FEATURES
    report_bounds = REPORT_BOUNDS
    kind = CALENDAR
    is_collection = True
    stored_kind = CalendarObject.REF_KIND  # of entries nothing is stored; numbers of preferences are not theirs

    def __init__(self, request: Request, parts: list[str], found: Mine):
        super().__init__(request, parts)
        self.row = self.found = found
        self.ref = (Preference.REF_KIND, found.id) if found.id else None
        self.display_name = found.title
        self.etag = etag_of_calendar(found)

    def members(self) -> tuple[str, list[Entry]]:
        return OBJECT, entries(self.request.actor, self.found)

    def whole(self) -> Whole:
        """Return the calendar as one file, as far as the person sees it (`?export` is the same)."""
        made = partial(exporting.stream, self.request.actor, self.found)
        return Whole(f"{self.found.title}.ics", exporting.MEDIA_TYPE, made)

    def may_change_properties(self) -> None:
        """Everybody notes on a calendar what it is to them; its own facts ask for more (`settings`)."""
        preference = making.prefer(self.request.actor, self.found.calendar)
        self.ref = (Preference.REF_KIND, preference.pk)

    def delete(self) -> None:
        """Throw the calendar away; whoever does not manage it is told to take it off their list instead."""
        if not self.found.mask & Right.MANAGE:
            raise NeedPrivileges(self.href, "unbind")
        making.throw_away(self.request.actor, self.found.calendar)


class NewCalendar(Resource):
    """A place in the home where no calendar is yet."""

    methods = frozenset({"OPTIONS", "MKCALENDAR", "MKCOL"})
    features = FEATURES
    exists = False

    def make_collection(self, upload: Upload) -> Saved:
        """Make a calendar of one's own (RFC 4791, 5.3.1; RFC 5689)."""
        space = getattr(self.request.actor.user, "personal_space", None)
        wanted = settings.wanted(upload.properties)
        if space is None or wanted is None:
            raise NotHere
        settings.make(self.request.actor, space, self.parts[-1], wanted)
        return Saved(created=True)


def tag_of(found: Any) -> list[tuple[str, str]]:
    """Return the Schedule-Tag header of an entry that has one (RFC 6638, 3.2.10)."""
    tag = "" if getattr(found, "busy", False) else found.schedule_tag
    return [("Schedule-Tag", f'"{tag}"')] if tag else []


def saved(stored: storing.Stored) -> Saved:
    """Return what a device is told of a write: its ETag only where what is stored is what it sent."""
    etag = None if stored.rewritten else f'"{stored.found.etag}"'

    def shown() -> Shown:
        found = stored.found
        kind = f"{exporting.MEDIA_TYPE}; component={found.component.lower()}"
        return Shown(bytes(found.data), kind, f'"{found.etag}"')

    return Saved(stored.created, etag, headers=tag_of(stored.found), shown=shown)


def _only_new(there: CalendarObject | None) -> None:
    """Raise Stale where something lies by now, for whom `Overwrite: F` keeps it (RFC 4918, 10.6)."""
    if there is not None:
        raise Stale(_("There is already something with this name."))


class _InCalendar(Resource):
    """What lies directly in a calendar, or could."""

    features = FEATURES

    def __init__(self, request: Request, parts: list[str], found: Mine):
        super().__init__(request, parts)
        self.found = found

    def put(self, body: Body, upload: Upload) -> Saved:
        """Keep what was sent, byte for byte, and say so by its ETag, unless scheduling changed it (RFC 4791, 5.3.4)."""
        try:
            data = body.whole(LARGEST)
        except TooLarge:
            raise TooLargeObject from None
        try:
            stored = storing.put(
                self.request.actor, self.found.calendar, self.parts[-1], data, guard=self.guard(), how=self.how()
            )  # fmt: skip
        except UidTaken as refusal:
            refusal.at(href(self.request.base, [*self.parts[:-1], refusal.name], collection=False))
            raise
        except ScheduledElsewhere as refusal:
            names = [self.parts[0], refusal.other.calendar.name, refusal.other.name]
            refusal.at(href(self.request.base, names, collection=False) if self.found.is_own else "")
            raise
        except Forbidden as refusal:
            raise self.refused("write-content" if self.exists else "bind", refusal) from refusal
        return saved(stored)

    def guard(self) -> Any:
        """Return what holds the device's conditions against the entry as it is, under the lock."""
        usual = self.request.guard(lambda there: etag_of(there, self.request.actor, self.found))
        tag = self.request.header("If-Schedule-Tag-Match")
        if not tag:
            return usual

        def guard(there: CalendarObject | None) -> None:
            if there is None or not there.schedule_tag or f'"{there.schedule_tag}"' != tag:
                raise Stale  # RFC 6638, 8.3
            if usual is not None:
                usual(there)

        return guard

    def how(self) -> inviting.How:
        """Return how those invited are told (RFC 6638, 8)."""
        reply = self.request.header("Schedule-Reply", "T").upper() != "F"
        return inviting.How(reply=reply, merge=bool(self.request.header("If-Schedule-Tag-Match")))

    def refused(self, privilege: str, refusal: Forbidden) -> NeedPrivileges:
        """Return the refusal in the words of RFC 3744, with the reason kept."""
        needed = NeedPrivileges(self.href, privilege)
        needed.message = refusal.message
        return needed


class NewObject(_InCalendar):
    """A name in a calendar that no entry bears."""

    methods = frozenset({"OPTIONS", "PUT"})
    exists = False

    def not_allowed(self) -> MethodNotAllowed:
        return MethodNotAllowed(self.methods)


class ObjectResource(_InCalendar):
    """A calendar object resource (RFC 4791, 4.1)."""

    methods: ClassVar[frozenset[str]] = frozenset(
        {"OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "PUT", "DELETE", "MOVE", "COPY", "REPORT"}
    )
    kind = OBJECT

    def __init__(self, request: Request, parts: list[str], found: Mine, there: CalendarObject):
        super().__init__(request, parts, found)
        self.there = there
        self.row = entry_of(there, request.actor, found)
        self.etag = self.row.etag
        self.mtime = self.row.mtime

    def content(self) -> Content:
        """Return the entry's bytes: as they were sent, or only when it is, where no more may be seen."""
        data = shown_bytes(self.there, self.request.actor, self.found)
        media = f"text/calendar; charset=utf-8; component={self.there.component.lower()}"
        return Content(len(data), media, lambda: io.BytesIO(data), headers=tag_of(self.row))

    def delete(self) -> None:
        try:
            storing.delete(self.request.actor, self.there, guard=self.guard(), how=self.how())
        except Forbidden as refusal:
            raise self.refused("unbind", refusal) from refusal

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        """Move to another name or calendar, the UID as it is (RFC 4918, 9.9)."""
        if not isinstance(target, _InCalendar):
            raise Forbidden
        stored = storing.move(
            self.request.actor, self.there, target.found.calendar, target.parts[-1],
            guard=None if overwrite else _only_new, source=self.guard(),
        )  # fmt: skip
        return saved(stored)

    def copy(self, target: Resource, *, deep: bool, overwrite: bool) -> Saved:
        """Put the same bytes at another name (RFC 4918, 9.8); in the same calendar its UID is in the way."""
        if not isinstance(target, _InCalendar):
            raise Forbidden
        data = shown_bytes(self.there, self.request.actor, self.found)
        guard = None if overwrite else _only_new
        stored = storing.put(self.request.actor, target.found.calendar, target.parts[-1], data, guard=guard)
        return saved(stored)

    def may_change_properties(self) -> None:
        """Nothing but what it is can be said of an entry: its bytes are the truth."""
        raise Forbidden
