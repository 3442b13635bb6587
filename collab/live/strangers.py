"""Sockets that programs open before they have said who they are: few, and not for long."""

from __future__ import annotations

import asyncio
from collections import Counter

from collab.lib.addresses import client_address, neighbourhood
from collab.live import straight
from collab.live.socket import AWAY, TOO_MUCH, Line

HELLO = 15.0
"""Seconds in which a program must have said who it is."""
MOST_STRANGERS, MOST_OF_NEIGHBOURS = 1000, 100
"""So many sockets may be open without a name in this process, and from one neighbourhood."""

_strangers: Counter[str] = Counter()


class Stranger(Line):
    """Takes everybody in; who it is comes by its frames, from then on it counts among the known.

    No cookie is read, so it does not matter which page opened it. `address`: where it comes from.
    """

    is_page = False

    async def connect(self) -> None:
        self._line = straight.line(self.base_send)
        headers = dict(self.scope["headers"])
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        peer = str((self.scope.get("client") or [""])[0])
        self.address = client_address({"HTTP_X_FORWARDED_FOR": forwarded}) or peer
        self._near = neighbourhood(self.address)
        self._stranger = True
        _strangers[self._near] += 1
        await self.accept()
        if _strangers[self._near] > MOST_OF_NEIGHBOURS or _strangers.total() > MOST_STRANGERS:
            await self.full()
        else:
            self.do(self._expire())

    async def full(self) -> None:
        """Send it away: there are too many."""
        await self.close(AWAY)

    async def disconnect(self, code: int) -> None:
        self.be_known()
        await super().disconnect(code)

    def be_known(self) -> None:
        """Count it among the strangers no longer."""
        if self._stranger:
            self._stranger = False
            _strangers[self._near] -= 1
            if _strangers[self._near] <= 0:
                del _strangers[self._near]

    async def _expire(self) -> None:
        await asyncio.sleep(HELLO)
        if self._stranger:
            await self.close(TOO_MUCH)
