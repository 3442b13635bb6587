"""One text in the engine (pycrdt): what updates make of it, and the updates that changes of ours are."""

from __future__ import annotations

from collections.abc import Iterable

from pycrdt import Doc, Text

from files.together import wire
from files.together.edits import edits


class Paper:
    """A replica of a text; it lives in one thread. `updates`: what it is made of, each checked before."""

    def __init__(self, updates: Iterable[bytes] = ()):
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(wire.ROOT, type=Text)
        for update in updates:
            self.take(update)

    @classmethod
    def holding(cls, text: str) -> Paper:
        """A new text."""
        paper = cls()
        paper.rewrite(text)
        return paper

    @property
    def text(self) -> str:
        return str(self._text)

    @property
    def vector(self) -> bytes:
        """What it knows, as a state vector."""
        return self._doc.get_state()

    @property
    def clocks(self) -> wire.Clocks:
        return wire.clocks(self.vector)

    @property
    def state(self) -> bytes:
        """All of it as one update."""
        return self._doc.get_update()

    def since(self, vector: bytes) -> bytes:
        """What somebody lacks who knows that much."""
        return self._doc.get_update(vector)

    def take(self, update: bytes) -> None:
        """Take in what another replica did. Raises ValueError for what the engine does not understand."""
        try:
            self._doc.apply_update(update)
        except Exception as error:
            raise ValueError(str(error)) from None
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # the engine's own, which nobody can name
                raise
            raise ValueError("the engine gave up") from None

    def rewrite(self, text: str) -> bytes:
        """Make it hold this text by the smallest change; return that as an update."""
        before, old = self.vector, self.text
        places = []
        at = done = 0
        for start, end, instead in edits(old, text):  # the engine counts bytes of UTF-8
            at += len(old[done:start].encode())
            length = len(old[start:end].encode())
            places.append((at, length, instead))
            at, done = at + length, end
        with self._doc.transaction():
            for place, length, instead in reversed(places):
                if length:
                    del self._text[place : place + length]
                if instead:
                    self._text.insert(place, instead)
        return self.since(before)
