"""What an app declares to be found by words, and to be done, in the one box of Ctrl K."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Written:
    """What the index of the search keeps of one thing: its name, the space it lies in, when it changed last.

    `text`: its words, where they are at hand. Else `source` names the bytes that hold them, another one whenever they
    change; `ending` (of a file's name, small letters) and `size` say whether they can be read.
    """

    title: str
    space_id: int | None
    at: datetime
    text: str = ""
    source: str = ""
    ending: str = ""
    size: int = 0


@dataclass(frozen=True)
class Shown:
    """A thing as a list of results draws it: `place` where it lies, `by` who changed it last, `at` when.

    `inside`: the place as `in:` takes it, "" where there is none. `sign` (hue, letters) stands in the place of the
    icon; its shape is that of a "user", a "group" or a "space", and `picture` (an address) lies over it. `archived`:
    it can be read, not changed.
    """

    title: str
    url: str
    icon: str
    place: str = ""
    inside: str = ""
    by: str = ""
    at: datetime | None = None
    note: str = ""
    sign: tuple[str, str] | None = None
    shape: str = ""
    picture: str = ""
    archived: bool = False


@dataclass(frozen=True)
class Search:
    """A kind of thing that is found by words. `label` names many of them: “Files and folders”.

    `objects(actor)` is the guarded queryset of what the actor finds: rights are inside every query. `name` is its field
    with the name, `space` and `by` the paths to the space it lies in and to who changed it last ("": none).
    `show(actor, ids)`: {id: Shown}, in a number of queries that does not grow with the ids; the ids were found for that
    actor.

    With `everything` the kind is indexed: a queryset of all there is, whoever asks, in the trash or not; `write(ids)`:
    {id: Written} of those that are there; `open(source)` the bytes to be read. Changes of kinds in `wide` concern more
    than the thing they name (what lies in a folder). Without it there are few, and their names are searched where they
    stand.

    `filters`: {operator: narrow(queryset, actor, value)}, for operators of this kind's own; one returns the narrower
    queryset, or None where the value says nothing to it. `choices()`: {operator: (value, label) to click on}. `inside(
    queryset, actor, spaces, names)` narrows to what lies below the folder that `names` leads to, from one of the spaces
    (ids). `words`: what people call this kind, for `type:`. `at(actor, match)`: the id of the thing at whose page an
    address leads (Django's `ResolverMatch`), None where it is another's; whether the actor may see it is asked later.
    """

    kind: str
    label: Text
    icon: str
    objects: Callable[[Any], Any]
    show: Callable[[Any, list[int]], dict[int, Shown]]
    name: str = "name"
    space: str = ""
    by: str = ""
    everything: Callable[[], Any] | None = None
    write: Callable[[list[int]], dict[int, Written]] | None = None
    open: Callable[[str], Any] | None = None
    wide: frozenset[str] = frozenset()
    filters: Mapping[str, Callable[[Any, Any, str], Any]] = field(default_factory=dict)
    choices: Callable[[], Mapping[str, Sequence[tuple[str, Text]]]] | None = None
    inside: Callable[[Any, Any, list[int], list[str]], Any] | None = None
    words: tuple[str, ...] = ()
    at: Callable[[Any, Any], int | None] | None = None


def page(*routes: str) -> Callable[[Any, Any], int | None]:
    """Return a `Search.at` for things whose pages are these routes, with their id as `pk`."""
    return lambda actor, match: match.kwargs.get("pk") if match.view_name in routes else None


@dataclass(frozen=True)
class Command:
    """Something to do from the box of Ctrl K: “New folder”. `url(actor, space)`: where, "" where it may not be done;
    `space` is the one of the page, None outside of one."""

    label: Text
    icon: str
    url: Callable[[Any, Any], str]
