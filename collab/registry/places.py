"""Things that lie on devices, and how the core names them: what a façade of sync clients asks of the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Placed:
    """A thing as it lies in one person's tree on devices: `path` begins with a slash, `mask` is what they may do.

    `owner` and `owner_name` name the space it lies in (a person's own, or a team's); `own`: the space is theirs.
    `mtime`: unix seconds; `size`: bytes.
    """

    id: int
    parent_id: int | None
    space_id: int
    acl_id: int
    path: str
    is_folder: bool
    media_type: str
    size: int
    mtime: int
    mask: int
    owner: str
    owner_name: str
    own: bool


@dataclass(frozen=True)
class Asked:
    """A picture as a client asks for it: about `x` by `y` points, covering both when `covers`, else within them.

    `icon`: where there is none, the sign of its kind. `gone`: of a thing in the trash; `version`: of the content that a
    file had at these unix seconds.
    """

    x: int
    y: int
    covers: bool = False
    icon: bool = False
    gone: bool = False
    version: int | None = None


@dataclass(frozen=True)
class Places:
    """How an app's things of one kind are named by paths on devices; a person finds only what they may see.

    `find(actor, names)`: the id at a path, None when nothing is there; no names: their own root.
    `inside(actor, id, limit)`: ids of what lies directly in a folder and was shared on its own.
    `describe(actor, ids)`: {id: Placed}, in one go, as `circles(ids)`: {id: its acl}, thrown away or not.
    `picture(request, actor, id, asked)` answers with a picture of it; `serve(request, actor, id)` with its bytes.
    """

    kind: str
    find: Callable[[Any, list[str]], int | None]
    inside: Callable[[Any, int, int], list[int]]
    describe: Callable[[Any, list[int]], dict[int, Placed]]
    circles: Callable[[list[int]], dict[int, int]]
    picture: Callable[[Any, Any, int, Asked], Any]
    serve: Callable[[Any, Any, int], Any]
