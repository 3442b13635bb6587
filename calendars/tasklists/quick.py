"""A task said in one line, in French or English: “acheter du pain demain !haute #courses @Alain”.

`!` begins a priority, `#` a tag, `@` a person, words say a day and an hour (`calendars.quick`). What is not understood
stays in the title: nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from calendars.quick import LONGEST, due, fold

_PRIORITIES = {
    1: "haute haut high urgent urgente important importante 1 2 3 4 ! !!",
    5: "moyenne moyen normale normal medium 5",
    9: "basse bas faible low 6 7 8 9",
}
PRIORITY = {word: number for number, words in _PRIORITIES.items() for word in words.split()}
_MARK = re.compile(r"(?:^|(?<=\s))!(\S+)|(?:^|(?<=\s))#([^\s#,]+)|(?:^|(?<=\s))@(?:\"([^\"]+)\"|(\S+))")
_BARE = re.compile(r"(?:^|(?<=\s))(!{1,3})(?=\s|$)")
_TO = re.compile(r"\s(?:pour|d'ici|avant|by|for|due)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What was understood; `names`: of people, as typed; `priority`: 0 for none."""

    title: str
    day: date | None
    at: time | None
    priority: int
    tags: tuple[str, ...]
    names: tuple[str, ...]


def read(line: str, now: datetime) -> Said:
    """Return what a line says, seen from a local time. Never raises."""
    line = " ".join(line.replace("’", "'").split())[:LONGEST]
    priority, tags, names = 0, [], []

    def taken(found: re.Match[str]) -> str:
        nonlocal priority
        word, tag, quoted, name = found.groups()
        if tag:
            tags.append(tag)
        elif quoted or name:
            names.append((quoted or name).rstrip(",;."))
        elif (number := PRIORITY.get(fold(word).rstrip(",."))) is not None:
            priority = number
        else:
            return found[0]
        return ""

    def shouted(found: re.Match[str]) -> str:
        nonlocal priority
        priority = 1
        return ""

    line = _BARE.sub(shouted, _MARK.sub(taken, line))
    rest, day, at = due(" ".join(line.split()), now)
    if day is not None:
        rest = _until_a_word_is_left(rest)
    return Said(" ".join(rest.split()).strip(" ,-"), day, at, priority, tuple(dict.fromkeys(tags)), tuple(names))


def _until_a_word_is_left(rest: str) -> str:
    """Return the rest without the word that led to the day at its end: “pour”, “by”."""
    shorter = _TO.sub("", rest)
    return shorter if shorter.strip() else rest


def person(name: str, people: Sequence[tuple[int, str, str]]) -> int | None:
    """Return the id of the one person of these (id, user name, name) who is meant, None for nobody or several.

    A user name or a whole name is taken before a first name, “Marie_Dupont” for “Marie Dupont”.
    """
    wanted = fold(name.replace("_", " "))
    for same in (
        [pk for pk, username, shown in people if wanted in {fold(username), fold(shown)}],
        [pk for pk, _username, shown in people if fold(shown).split()[:1] == [wanted]],
        [pk for pk, _username, shown in people if fold(shown).startswith(wanted)],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            return None
    return None
