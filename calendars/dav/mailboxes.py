"""The scheduling inbox and outbox of a person (RFC 6638, 2.1 and 2.2), beside their calendars.

Messages are delivered into calendars by the house itself; the inbox says so to devices, which take them out again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from django.db.models.functions import Length

from calendars.actions.receiving import take_out
from calendars.dav import asking
from calendars.dav.kinds import FEATURES, INBOX, LARGEST, MESSAGE, OUTBOX, REPORT_BOUNDS
from calendars.models import Message
from collab.dav.body import Body
from collab.dav.request import Request
from collab.dav.response import SAFE, XML, Response
from collab.dav.tree import Content, Missing, Resource
from collab.lib.errors import TooLarge

MOST = 1_000
"""So many messages are listed: the newest."""


STEP, STEP_BYTES = 100, 1 << 20
"""So many messages are read with their bytes at once, or so many bytes and one message."""


class Row:
    """A message as properties read it; `data` only where somebody asked for it."""

    is_folder = False

    def __init__(self, found: Message, data: bytes | None = None):
        self.id, self.name = found.pk, found.name
        self.etag, self.size = f'"{found.etag}"', int(found.length)  # type: ignore[attr-defined]
        self.made: datetime = found.created_at
        self.data = data


def listed(user: int) -> Any:
    """Return what lies in a person's inbox, the newest first, without its bytes."""
    return Message.objects.filter(user=user).defer("data").annotate(length=Length("data")).order_by("-pk")


def with_bytes(found: Iterable[Message]) -> Iterator[Row]:
    """Yield these with their bytes, which are read in steps; what was taken out meanwhile is left out."""
    for step in _steps(found):
        there = dict(Message.objects.filter(pk__in=[one.pk for one in step]).values_list("pk", "data"))
        yield from (Row(one, bytes(there[one.pk])) for one in step if one.pk in there)


def _steps(found: Iterable[Message]) -> Iterator[list[Message]]:
    step: list[Message] = []
    size = 0
    for one in found:
        if step and (len(step) == STEP or size + int(one.length) > STEP_BYTES):  # type: ignore[attr-defined]
            yield step
            step, size = [], 0
        step.append(one)
        size += int(one.length)  # type: ignore[attr-defined]
    if step:
        yield step


class _Mailbox(Resource):
    features = FEATURES
    is_collection = True

    def __init__(self, request: Request, parts: list[str]):
        super().__init__(request, parts)
        assert request.actor.user is not None
        self.user = request.actor.user
        self.row = SimpleNamespace(id=self.user.pk, name=parts[-1], is_folder=True, user=self.user)


class Inbox(_Mailbox):
    """What came for a person."""

    methods: ClassVar[frozenset[str]] = frozenset({"OPTIONS", "PROPFIND", "PROPPATCH", "REPORT"})
    report_bounds = REPORT_BOUNDS
    kind = INBOX

    def members(self) -> tuple[str, Iterable[Any]]:
        return MESSAGE, [Row(one) for one in listed(self.user.pk)[:MOST]]

    def may_change_properties(self) -> None:
        """One's own inbox is one's own to set up."""


class Outbox(_Mailbox):
    """Where a person's devices ask when others are busy."""

    methods: ClassVar[frozenset[str]] = frozenset({"OPTIONS", "PROPFIND", "POST"})
    kind = OUTBOX

    def post(self, body: Body) -> Response:
        """Answer a question about busy times (RFC 6638, 5)."""
        try:
            data = body.whole(min(LARGEST, 1 << 20))
        except TooLarge:
            raise TooLarge from None
        answer = asking.answer(self.request.actor, data)
        return Response(200, [("Content-Type", XML), *SAFE], answer.encode())


class InboxMessage(Resource):
    """One message in the inbox; whoever has read it takes it out."""

    methods: ClassVar[frozenset[str]] = frozenset({"OPTIONS", "GET", "HEAD", "PROPFIND", "DELETE"})
    features = FEATURES
    kind = MESSAGE

    def __init__(self, request: Request, parts: list[str], found: Message):
        super().__init__(request, parts)
        self.found, self.row = found, Row(found, bytes(found.data))
        self.etag = self.row.etag
        self.mtime = int(found.created_at.timestamp())

    def content(self) -> Content:
        data = self.row.data or b""
        media = f"text/calendar; charset=utf-8; component=vevent; method={self.found.method.lower()}"
        return Content(len(data), media, lambda: io.BytesIO(data))

    def delete(self) -> None:
        take_out(self.request.actor, self.found)


def find(request: Request, parts: list[str]) -> Resource | None:
    """Return the inbox, the outbox or a message, None where the names mean something else."""
    if len(parts) == 2 and parts[1] in BOXES:
        return BOXES[parts[1]](request, parts)
    if len(parts) >= 2 and parts[1] in BOXES:
        found = None
        if len(parts) == 3 and request.actor.user is not None:
            found = listed(request.actor.user.pk).filter(name=parts[2]).first()
        return InboxMessage(request, parts, found) if found and parts[1] == "inbox" else Missing(request, parts)
    return None


BOXES: dict[str, type[_Mailbox]] = {"inbox": Inbox, "outbox": Outbox}


def tag(user: int) -> str:
    """Return what changes whenever the inbox does."""
    names = Message.objects.filter(user=user).order_by("pk").values_list("name", flat=True)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:20]
