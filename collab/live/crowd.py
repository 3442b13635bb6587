"""The devices that listen in this process: what happens is gathered for a moment, then asked about once for all."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from django.db import Error as DatabaseError

from collab.live import audience
from collab.live.socket import in_thread
from collab.registry import registry

if TYPE_CHECKING:
    from collab.live.hub import Hub
    from collab.live.push import Push

logger = logging.getLogger(__name__)

GATHER = 0.15
"""Seconds in which what happens is gathered before anybody asks who may hear of it."""
MOST = 2000
"""So many changes are asked about at once; of more, everybody hears without being told of what."""
OWN = "notification"


class Crowd:
    """One for each hub; it lives in the loop of its process."""

    def __init__(self) -> None:
        self.lines: set[Push] = set()
        self._marks: dict[tuple[int, int], tuple[int, ...]] = {}
        self._asking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, hub: Hub) -> Crowd:
        """Return the crowd that listens to this hub."""
        for ear in hub.ears:
            if isinstance(crowd := getattr(ear, "__self__", None), cls):
                return crowd
        crowd = cls()
        hub.ears.append(crowd.hear)
        return crowd

    def hear(self, topic: str, event: dict[str, Any]) -> None:
        """Take note of an event; who may hear of it is asked a moment later."""
        if not self.lines:
            return
        whose, _colon, number = topic.partition(":")
        if whose == "user":
            for line in self.lines:
                if line.user_id == int(number):
                    line.own(str(event.get("kind", "")))
        elif whose == "space" and "seq" in event and str(event.get("ref", "")).startswith(_kinds()):
            self._marks[int(event["space"]), int(event["seq"])] = tuple(event.get("at", ()))
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while self._marks:
            await asyncio.sleep(GATHER)
            marks, self._marks = self._marks, {}
            if len(marks) > MOST:
                for line in list(self.lines):
                    line.look_soon(told=True)
                continue
            try:
                found = await in_thread(audience.of, [(*key, at) for key, at in marks.items()])
            except DatabaseError:
                logger.warning("live: devices are sent away, nobody can say who may hear")
                for line in list(self.lines):
                    await line.send_away()  # they come back by themselves, and look then
                continue
            for heard in found:
                for line in self.lines:
                    line.heard(heard)


def _kinds() -> tuple[str, ...]:
    places = registry.places()
    return ("space:", f"{places.kind}:") if places else ()
