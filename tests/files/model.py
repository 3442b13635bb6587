"""The tree of files as the manual tells it, in plain Python: things in folders, nothing of tables or locks.

Three people: alice manages every space, bob edits in all of them, eve sees what was shared with her. A circle is a
thing with people of its own: `given` names those who have it, `closed` shuts out all others but alice.
"""

from __future__ import annotations

from collections.abc import Iterator

from collab.lib.text import free_name


class Refused(Exception):
    """The tree says no, and nothing has changed."""


class Thing:
    """A folder (`content` is None) or a file; `past` are its earlier contents, `trash` the act that threw it away."""

    def __init__(self, name: str, above: Thing | None, content: bytes | None = None):
        self.name, self.above, self.content = name, above, content
        self.space: str = above.space if above else name
        self.past: list[bytes] = []
        self.trash: Thrown | None = None
        self.given: set[str] = set()
        self.closed = False
        self.circle = above is None
        self.pk = 0

    @property
    def is_folder(self) -> bool:
        return self.content is None

    @property
    def up(self) -> list[Thing]:
        """Itself and all it lies in."""
        return [self, *(self.above.up if self.above else [])]

    @property
    def weight(self) -> int:
        return len(self.content or b"") + sum(len(content) for content in self.past)

    def home_circle(self) -> Thing:
        return self if self.circle or self.above is None else self.above.home_circle()

    def seen_by(self, who: str) -> bool:
        if who == "alice" or who in self.given:
            return True
        if self.closed:
            return False
        return self.above.seen_by(who) if self.above else who == "bob"


class Thrown:
    """One act of throwing away: what, and the folder it lay in (None when that is gone)."""

    def __init__(self, thing: Thing, folder: Thing | None):
        self.thing, self.folder, self.pk = thing, folder, 0


class Tree:
    """All things of some spaces. Every verb returns the things whose etags move, and raises Refused."""

    def __init__(self, quotas: dict[str, int]):
        self.quotas = quotas
        self.roots = {space: Thing(space, None) for space in quotas}
        self.things: list[Thing] = list(self.roots.values())
        self.thrown: list[Thrown] = []

    def inside(self, folder: Thing, trash: Thrown | None = None) -> list[Thing]:
        return [thing for thing in self.things if thing.above is folder and thing.trash is trash]

    def child(self, folder: Thing, name: str) -> Thing | None:
        return next((thing for thing in self.inside(folder) if thing.name == name), None)

    def below(self, top: Thing, trash: Thrown | None = None) -> Iterator[Thing]:
        """The thing and what lies below it, parents first."""
        yield top
        for thing in self.inside(top, trash):
            yield from self.below(thing, trash)

    def size(self, thing: Thing) -> int:
        if not thing.is_folder:
            return len(thing.content or b"")
        return sum(self.size(inner) for inner in self.inside(thing, thing.trash))

    def used(self, space: str) -> int:
        return sum(thing.weight for thing in self.things if thing.space == space)

    def living(self) -> list[Thing]:
        return [thing for thing in self.things if thing.trash is None]

    def put(self, who: str, folder: Thing, name: str, content: bytes) -> list[Thing]:
        current = self.child(folder, name)
        self._need(folder.is_folder and (current or folder).seen_by(who) and not (current and current.is_folder))
        self._room(folder.space, len(content))
        if current is None:
            self.things.append(Thing(name, folder, content))
            return folder.up
        current.past.append(current.content or b"")
        current.content = content
        return current.up

    def make(self, who: str, folder: Thing, name: str) -> list[Thing]:
        self._need(folder.is_folder and folder.seen_by(who) and not self.child(folder, name))
        self.things.append(Thing(name, folder))
        return folder.up

    def move(self, who: str, thing: Thing, folder: Thing, name: str, *, replace: bool) -> list[Thing]:
        taken, origin = self.child(folder, name), thing.above
        self._need(origin is not None and thing.seen_by(who))
        assert origin is not None
        if taken is thing:
            return []
        self._need(folder.is_folder and thing not in folder.up and taken not in thing.up and origin.seen_by(who))
        if origin.home_circle() is not folder.home_circle():
            self._need(folder.seen_by(who) and all(inner.seen_by(who) for inner in self.below(thing)))
        self._need(not taken or replace)
        moved = list(self.below(thing))
        if thing.space != folder.space:
            self._room(folder.space, sum(inner.weight for inner in moved))
        if taken:
            self._throw(who, taken)
        if thing.space != folder.space:
            self._part(moved, self.roots[thing.space])
            for inner in moved:
                inner.space = folder.space
        thing.above, thing.name = folder, name
        return [*origin.up, *folder.up]

    def copy(self, who: str, thing: Thing, folder: Thing, name: str, *, replace: bool) -> list[Thing]:
        taken = self.child(folder, name)
        self._need(thing.above is not None and thing.seen_by(who) and taken is not thing)
        self._need(folder.is_folder and folder.seen_by(who) and (not taken or replace))
        rows = list(self._seen(who, thing))
        self._room(folder.space, sum(len(inner.content or b"") for inner in rows))
        if taken:
            self._throw(who, taken)
        copies: dict[Thing, Thing] = {}
        for inner in rows:
            above = folder if inner is thing else copies[inner.above]  # type: ignore[index]
            copies[inner] = Thing(name if inner is thing else inner.name, above, inner.content)
            self.things.append(copies[inner])
        return folder.up

    def throw(self, who: str, thing: Thing) -> list[Thing]:
        self._need(thing.above is not None and thing.seen_by(who) and thing.above.seen_by(who))
        return self._throw(who, thing)

    def restore(self, thrown: Thrown) -> list[Thing]:
        """By alice: where it was, while that lives there, else at the top of the space; under a free name."""
        thing, folder = thrown.thing, thrown.folder
        if folder is None or folder.trash or folder.space != thing.space:
            folder = self.roots[thing.space]
        back = list(self.below(thing, thrown))
        thing.name = free_name(thing.name, lambda wish: self.child(folder, wish) is not None)
        thing.above = folder
        for inner in back:
            inner.trash = None
        self.thrown.remove(thrown)
        return folder.up

    def purge(self, thrown: Thrown) -> list[Thing]:
        """By alice: for good. What was thrown away inside before stays in the trash."""
        gone = list(self.below(thrown.thing, thrown))
        root = self.roots[thrown.thing.space]
        self._part(gone, root, thrown)
        self.things = [thing for thing in self.things if thing not in gone]
        self.thrown.remove(thrown)
        return [root]

    def revert(self, who: str, thing: Thing, content: bytes) -> list[Thing]:
        self._need(thing.seen_by(who))
        self._room(thing.space, len(content))
        thing.past.append(thing.content or b"")
        thing.content = content
        return thing.up

    def share(self, thing: Thing) -> list[Thing]:
        thing.given.add("eve")
        thing.circle = True
        return thing.up if thing.is_folder else thing.up[1:]

    def unshare(self, thing: Thing) -> list[Thing]:
        if not thing.circle or "eve" not in thing.given:
            return []
        thing.given.discard("eve")
        return thing.up if thing.is_folder else thing.up[1:]

    def close(self, thing: Thing) -> list[Thing]:
        if thing.closed:
            return []
        thing.closed = thing.circle = True
        return thing.up if thing.is_folder else thing.up[1:]

    def open(self, thing: Thing) -> list[Thing]:
        if not thing.closed:
            return []
        thing.closed = False
        return thing.up if thing.is_folder else thing.up[1:]

    def _seen(self, who: str, top: Thing) -> Iterator[Thing]:
        yield top
        for thing in self.inside(top):
            if thing.seen_by(who):
                yield from self._seen(who, thing)

    def _throw(self, who: str, thing: Thing) -> list[Thing]:
        self._need(all(inner.seen_by(who) for inner in self.below(thing)))
        thrown = Thrown(thing, thing.above)
        for inner in list(self.below(thing)):
            inner.trash = thrown
        self.thrown.append(thrown)
        return thing.up[1:]

    def _part(self, leaving: list[Thing], root: Thing, but: Thrown | None = None) -> None:
        """What was thrown away inside these before they go stays, at the top of the space, with whom it had."""
        for thing in self.things:
            if thing.trash and thing.trash is not but and thing.above in leaving:
                thing.given |= {who for who in ("bob", "eve") if thing.seen_by(who)}
                thing.closed = thing.circle = True
                thing.above = root
        for thrown in self.thrown:
            if thrown.folder in leaving:
                thrown.folder = None

    def _room(self, space: str, size: int) -> None:
        self._need(size == 0 or self.used(space) + size <= self.quotas[space])

    @staticmethod
    def _need(met: object) -> None:
        if not met:
            raise Refused
