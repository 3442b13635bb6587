"""The change log, read for those whom it concerns: what is meant for them, and what happens where they follow.

Never one's own doings; nothing of what one muted, or may not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collab.events.models import Change
from collab.notifications import levels, writing
from collab.notifications.kinds import FOLLOWED
from collab.notifications.levels import Ref
from collab.notifications.models import Level
from collab.registry import registry
from collab.rights.actor import acl_of
from collab.rights.reach import reach
from collab.spaces.models import Space

QUIET = frozenset({"touch", "mention"})
"""Kinds of change that are no news for followers: devices set dates by the thousand; the comment itself is the news."""


def handle(space_id: int, changes: list[Change]) -> None:
    """Tell people of these changes of a space (`events.readers`)."""
    refs = {(change.ref_kind, change.ref_id) for change in changes}
    lines = levels.around(refs, dict.fromkeys(refs, space_id))
    chosen = levels.choices({container for line in lines.values() for container in line})
    wanted = list(_wanted(space_id, changes, lines, chosen))
    if not wanted:
        return
    seen = _seen({(doing.ref, doing.person_id) for doing in wanted})
    writing.write([doing for doing in wanted if seen(doing.ref, doing.person_id)])


def _wanted(
    space_id: int, changes: list[Change], lines: dict[Ref, list[Ref]], chosen: dict[int, dict[Ref, str]]
) -> Iterator[writing.Doing]:
    """Yield who would hear of which change as what, rights aside."""
    meant = _meant(space_id, changes)
    for change in changes:
        ref = (change.ref_kind, change.ref_id)
        line = lines[ref]
        mine = meant.get(change.pk, {})
        follows = registry.verbs(change.ref_kind) is not None and change.kind not in QUIET and _is_said(change)
        for person in mine.keys() | (chosen.keys() if follows else ()):
            if person == change.actor_id:
                continue
            level, through = levels.nearest(line, chosen.get(person, {}))
            kind = mine.get(person) or (FOLLOWED if level == Level.FOLLOW else "")
            if kind and level != Level.MUTE:
                yield writing.Doing(
                    person_id=person, kind=kind, ref=ref, actor_id=change.actor_id, at=_place(line),
                    through=through if kind == FOLLOWED else None, change=change, when=change.at,
                )  # fmt: skip


def _is_said(change: Change) -> bool:
    """Whether the change has a sentence: what says nothing to people would count in the bell and stand nowhere."""
    return registry.said(change) != ""


def _meant(space_id: int, changes: list[Change]) -> dict[int, dict[int, str]]:
    """Return {change: {person: kind of notification}}; of two kinds the one that was declared first."""
    found: dict[int, dict[int, str]] = {}
    for notice in registry.notices().values():
        if notice.whom is not None:
            for person, change in notice.whom(space_id, changes):
                found.setdefault(change.pk, {}).setdefault(person, notice.kind)
    return found


def _place(line: list[Ref]) -> Ref:
    """The container in which something happened to a thing: what it lies in, a space itself."""
    return line[1] if len(line) > 1 else line[0]


def _seen(pairs: set[tuple[Ref, int]]) -> Any:
    """Return how to ask whether a person may see a thing: what is in the trash is asked of the query that reads it."""
    things = registry.many({ref for ref, _person in pairs})
    acls = {ref: acl_of(thing) for ref, thing in things.items()}
    allowed = reach(set(acls.values()), {person for _ref, person in pairs})

    def seen(ref: Ref, person: int) -> bool:
        return ref not in acls or (acls[ref], person) in allowed

    return seen


def erase_space(space: Space) -> None:
    """Forget what was told of a space that ends, and who followed it."""
    writing.forget_space(space.pk)
