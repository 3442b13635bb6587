"""The columns: team spaces, and what was shared on its own in them, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights import board
from collab.rights.actor import Actor
from collab.rights.models import Grant
from collab.rights.right import LADDER, Right, Role
from collab.shell.board.words import KEYS, sentence_case
from collab.spaces.models import Space

SPACES = 5_000


@dataclass(frozen=True)
class Column:
    """One thing. `title` is told only to whom sees the thing (`seen`); `mask`: what the viewer may do with it."""

    kind: str
    pk: int
    acl_id: int
    title: str
    icon: str
    space: Space
    seen: bool
    mask: Right
    offered: tuple[Role, ...]
    restricted: bool = False

    @property
    def ref(self) -> tuple[str, int]:
        return self.kind, self.pk

    @property
    def full(self) -> str:
        """What it is called in a sentence: “Accounts” in Finances, or “a folder in “Finances””."""
        if self.seen or self.kind == "space":
            return self.title
        return _("%(thing)s in “%(space)s”") % {"thing": self.title, "space": self.space.name}

    @property
    def roles(self) -> list[Role]:
        """The roles that the viewer may give here, in the order of their keys."""
        if not self.mask & Right.SHARE:
            return []
        return [role for role in self.offered if not role.mask & ~self.mask]


@dataclass(frozen=True)
class Scope:
    """Whose board: `space` for its managers, the whole house (None) for administrators."""

    actor: Actor
    space: Space | None = None

    def spaces(self) -> QuerySet[Space]:
        """Return the spaces of the board."""
        if self.space is not None:
            return Space.objects.filter(pk=self.space.pk)
        return Space.objects.team().living().order_by("name", "pk")

    def apart(self, declared: Shareable, spaces: list[int], text: str = "") -> Any:
        """Return the queryset of what counts apart in these spaces; by name only what the viewer sees."""
        found = declared.apart(spaces, text)  # type: ignore[misc]
        acl = found.model.ACL
        granted = Exists(Grant.objects.filter(acl=OuterRef(f"{acl}_id")))
        found = found.filter(Q(granted) | Q(**{f"{acl}__parent": None}))
        if self.space is not None:
            return found.allowing(self.actor, Right.SHARE)
        return found.visible_to(self.actor) if text else found


@dataclass(frozen=True)
class Wish:
    """What the filter asks for: text in the name of a space or thing, and a kind of things."""

    text: str = ""
    kind: str = ""


def page(scope: Scope, wish: Wish, first: int, most: int = board.COLUMNS) -> tuple[list[Column], int]:
    """Return the columns from the one numbered `first` on, and how many there are in all."""
    spaces = list(scope.spaces()[:SPACES])
    named = {space.pk for space in spaces if not wish.text or wish.text.casefold() in space.name.casefold()}
    kinds = [item for item in registry.shareables() if item.apart and wish.kind in ("", item.kind)]
    sizes = _sizes(scope, kinds, spaces, named, wish.text)
    wanted: list[tuple[Space, int, int]] = []
    place = 0
    for space in spaces:
        own = int(space.pk in named and wish.kind in ("", "space"))
        size = own + sum(sizes.get((item.kind, space.pk), 0) for item in kinds)
        start, stop = max(0, first - place), min(size, first + most - place)
        if start < stop:
            wanted.append((space, start, stop))
        place += size
    things = list(_things(scope, kinds, wanted, sizes, named, wish))
    masks = board.masks(scope.actor, [acl for _space, _declared, thing, acl in things])
    return [_column(masks, *one) for one in things], place


def find(scope: Scope, refs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Column]:
    """Return those of these things that are columns of the board, whatever its filter."""
    things = registry.many(refs)
    spaces = {space.pk: space for space in scope.spaces().filter(pk__in={_space_id(one) for one in things.values()})}
    found: list[tuple[Space, Shareable, Any, int]] = []
    for (kind, _pk), thing in things.items():
        declared, space = registry.shareable(kind), spaces.get(_space_id(thing))
        if declared is not None and space is not None and (kind == "space" or declared.apart):
            found.append((space, declared, thing, thing.acl_id))
    masks = board.masks(scope.actor, [acl for *_rest, acl in found])
    columns = [_column(masks, *one) for one in found]
    managed = Right.SHARE | Right.MANAGE
    kept = [one for one in columns if scope.space is None or masks.get(one.acl_id, Right.NONE) & managed]
    return {one.ref: one for one in kept}


def _space_id(thing: Any) -> int:
    return int(thing.pk if isinstance(thing, Space) else thing.space_id)


def _sizes(
    scope: Scope, kinds: list[Shareable], spaces: list[Space], named: set[int], text: str
) -> dict[tuple[str, int], int]:
    """Return {(kind, space): how many}. Two queries for each kind at most."""
    found: dict[tuple[str, int], int] = {}
    others = [space.pk for space in spaces if space.pk not in named]
    for item in kinds:
        for ids, words in ((sorted(named), ""), (others, text)):
            if ids:
                counted = scope.apart(item, ids, words).order_by().values("space_id").annotate(size=Count("pk"))
                found.update({(item.kind, space): size for space, size in counted.values_list("space_id", "size")})
    return found


def _things(
    scope: Scope,
    kinds: list[Shareable],
    wanted: list[tuple[Space, int, int]],
    sizes: dict[tuple[str, int], int],
    named: set[int],
    wish: Wish,
) -> Iterator[tuple[Space, Shareable, Any, int]]:
    """Yield what stands in the slices, space by space: the space, then its things of each kind by name.

    A space that is cut by the edge of the page is asked for alone; the others, whole, share a query.
    """
    cut = [one for one in wanted if (one[1], one[2]) != (0, _whole(one[0], kinds, sizes, named, wish))]
    loaded: dict[tuple[str, int], list[Any]] = {}
    for item in kinds:
        for ids, searched in _halves(
            [space.pk for space, start, stop in wanted if (space, start, stop) not in cut], named
        ):
            if ids:
                for thing in scope.apart(item, ids, wish.text if searched else ""):
                    loaded.setdefault((item.kind, thing.space_id), []).append(thing)
    spaces = registry.shareable("space")
    for space, start, stop in wanted:
        place = 0
        if space.pk in named and wish.kind in ("", "space"):
            if start == 0 and spaces is not None:
                yield space, spaces, space, space.acl_id
            place = 1
        for item in kinds:
            size = sizes.get((item.kind, space.pk), 0)
            low, high = max(0, start - place), min(size, stop - place)
            if low < high:
                words = "" if space.pk in named else wish.text
                whole = (space, start, stop) not in cut
                things = loaded.get((item.kind, space.pk), []) if whole else scope.apart(item, [space.pk], words)
                for thing in things[low:high]:
                    yield space, item, thing, thing.acl_id
            place += size


def _whole(space: Space, kinds: list[Shareable], sizes: dict[tuple[str, int], int], named: set[int], wish: Wish) -> int:
    own = int(space.pk in named and wish.kind in ("", "space"))
    return own + sum(sizes.get((item.kind, space.pk), 0) for item in kinds)


def _halves(ids: list[int], named: set[int]) -> Iterator[tuple[list[int], bool]]:
    yield [pk for pk in ids if pk in named], False
    yield [pk for pk in ids if pk not in named], True


def _column(masks: dict[int, Right], space: Space, declared: Shareable, thing: Any, acl_id: int) -> Column:
    mask = masks.get(acl_id, Right.NONE)
    seen = bool(mask & Right.SEE)
    icon, sort = declared.sort(thing) if declared.sort else ("file", _("a thing"))
    roles = {role.slug: role for role in declared.roles or LADDER}
    return Column(
        declared.kind,
        thing.pk,
        acl_id,
        str(declared.title(thing)) if seen or declared.kind == "space" else sentence_case(str(sort)),
        icon,
        space,
        seen,
        mask & Right.SEE if space.archived_at else mask,
        tuple(roles[slug] for slug in KEYS if slug in roles),
        declared.kind != "space" and thing.acl.parent_id is None,
    )
