"""Rights as the manual tells them, in plain Python: slow, obvious, and knowing nothing of tables."""

from __future__ import annotations

SEE, MANAGE = 1, 128
EVERYONE, NOBODY = "everyone", "nobody"
NAMES = {1: "see", 2: "edit", 4: "add", 8: "delete", 16: "share", 32: "comment", 64: "respond", 128: "manage"}


def names(mask: int) -> list[str]:
    """The single rights of a mask, as programs are told them."""
    return [name for bit, name in NAMES.items() if mask & bit]


class Model:
    """People, groups, links and things are names. `above` is where a thing lies, None for a space.

    `given`: {thing: {principal: (mask, whether it still counts)}}; `closed`: things that inherit nothing.
    """

    def __init__(self, ranks: dict[str, str], groups: list[str], above: dict[str, str | None]):
        self.ranks, self.active = dict(ranks), set(ranks)
        self.groups: dict[str, set[str]] = {group: set() for group in groups}
        self.above = dict(above)
        self.given: dict[str, dict[str, tuple[int, bool]]] = {thing: {} for thing in above}
        self.closed: set[str] = set()
        self.links: set[str] = set()

    def share(self, thing: str, principal: str, mask: int, counts: bool = True) -> None:
        self.given[self.one_with(thing)][principal] = (mask, counts)

    def unshare(self, thing: str, principal: str) -> None:
        self.given[self.one_with(thing)].pop(principal, None)

    def one_with(self, thing: str) -> str:
        """The folder of a team, “plans/”, is one with its space: what is given on it is given on the space."""
        return thing.removesuffix("/")

    def restrict(self, thing: str) -> None:
        """Only what was given on the thing itself counts from now on, and those who managed it from above."""
        if thing in self.closed:
            return
        own = self.given[thing]
        for upper in self.upwards(thing)[1:]:
            for principal, (mask, counts) in self.given[upper].items():
                if counts and mask & MANAGE and principal not in self.links:
                    kept, lives = own.get(principal, (0, False))
                    own[principal] = (mask | (kept if lives else 0), True)
        self.closed.add(thing)

    def inherit(self, thing: str) -> None:
        self.closed.discard(thing)

    def move(self, thing: str, into: str) -> None:
        self.above[thing] = into

    def lies_in(self, thing: str, folder: str) -> bool:
        """Whether the thing is the folder, or somewhere below it."""
        at: str | None = thing
        while at is not None:
            if at == folder:
                return True
            at = self.above[at]
        return False

    def upwards(self, thing: str) -> list[str]:
        """The things whose shares count on this one: itself, and what it inherits from."""
        found: list[str] = []
        at: str | None = thing
        while at is not None:
            found.append(at)
            at = None if at in self.closed else self.above[at]
        return found

    def principals(self, who: str) -> set[str]:
        """Whom a share must name to reach this person or link."""
        if who in self.links:
            return {who}
        if who not in self.active:
            return set()
        mine = {who} | {group for group, members in self.groups.items() if who in members}
        return mine if self.ranks[who] == "guest" else mine | {EVERYONE}

    def mask(self, who: str, thing: str) -> int:
        mine, mask = self.principals(who), 0
        for upper in self.upwards(thing):
            for principal, (rights, counts) in self.given[upper].items():
                if counts and principal in mine:
                    mask |= rights
        return mask

    def inside(self, folder: str) -> list[str]:
        return [thing for thing, above in self.above.items() if above == folder]

    def audience(self, thing: str, right: int) -> set[str]:
        return {who for who in self.active if self.mask(who, thing) & right == right}

    def entrances(self, who: str, nodes: list[str]) -> set[str]:
        """Where the person's own tree begins: what they see while not seeing what it lies in."""
        seen = {thing for thing in nodes if self.mask(who, thing) & SEE}
        return {thing for thing in seen if self.above[thing] not in seen}
