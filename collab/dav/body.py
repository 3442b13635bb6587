"""The body of a request: read in blocks, counted, and never left half read in front of a proxy."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from collab.dav.connections import release_connections
from collab.lib import numerals
from collab.lib.errors import BadInput, TooLarge

BLOCK = 1 << 20
AHEAD = 256 << 10
DRAIN_BYTES = 256 << 20
DRAIN_SECONDS = 30


class Interrupted(BadInput):
    """400: fewer bytes came than were announced; nothing of them is kept."""

    code = "interrupted"


class Body:
    """Reads `wsgi.input` within its length; chunked bodies have none (`length` is None) and end by themselves."""

    def __init__(self, environ: dict[str, Any]):
        self._input = environ["wsgi.input"]
        self.read = 0
        self.ended = False
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        announced = environ.get("CONTENT_LENGTH") or ""
        self.length = None if chunked else numerals.whole(announced) or 0
        self.ended = self.length == 0
        self._ahead: bytes | None = None

    def read_ahead(self) -> None:
        """Take a small body in at once, before anything is asked of the database."""
        if self.length and self.length <= AHEAD:
            self._ahead = self._wait(self.length)

    def __bool__(self) -> bool:
        """Whether there is a body at all."""
        return self.length != 0

    def blocks(self) -> Iterator[bytes]:
        """Yield the body. Raise Interrupted when the client breaks off."""
        while not self.ended:
            block = self._next()
            if block:
                yield block
        if self.length is not None and self.read < self.length:
            raise Interrupted(_("The upload broke off before its end. Nothing was changed; send it again."))

    def whole(self, limit: int) -> bytes:
        """Return a small body. Raise TooLarge past `limit`."""
        if self.length is not None and self.length > limit:
            raise TooLarge
        pieces, size = [], 0
        for block in self.blocks():
            size += len(block)
            if size > limit:
                raise TooLarge
            pieces.append(block)
        return b"".join(pieces)

    def drain(self) -> bool:
        """Read and drop the rest, within bounds; tell whether the connection can be used again.

        An answer given before the body was read becomes 502 behind a proxy, and the client repeats
        instead of seeing the refusal.
        """
        until = time.monotonic() + DRAIN_SECONDS
        dropped = 0
        while not self.ended and dropped < DRAIN_BYTES and time.monotonic() < until:
            dropped += len(self._next())
        return self.ended

    def _next(self) -> bytes:
        size = BLOCK if self.length is None else min(BLOCK, self.length - self.read)
        if self._ahead is not None:
            block, self._ahead = self._ahead, None
        else:
            release_connections()  # a slow client must not hold one of the few
            block = self._wait(size)
        self.read += len(block)
        if not block or self.read == self.length:
            self.ended = True
        return block

    def _wait(self, size: int) -> bytes:
        try:
            block: bytes = self._input.read(size)
        except OSError as error:
            self.ended = True
            raise Interrupted(_("The connection broke off. Nothing was changed; send it again.")) from error
        return block
