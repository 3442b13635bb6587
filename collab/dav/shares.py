"""The addresses under which trees hang, gathered from the apps' plugins."""

from __future__ import annotations

from functools import cache
from typing import Any

from wsgidav.dav_provider import DAVProvider

from collab.dav.tree import Tree
from collab.registry.registry import dav_trees

DAV = "/remote.php/dav"


class Share(DAVProvider):
    """A tree as wsgidav dispatches it; wsgidav's own resource interface stays unused."""

    def __init__(self, tree: Tree):
        super().__init__()
        self.tree = tree

    def get_resource_inst(self, path: str, environ: Any) -> Any:
        """Refuse: our request server asks the tree."""
        raise RuntimeError("our request server asks the tree")


@cache
def shares() -> dict[str, Share]:
    """Return {prefix: share}; a name without a slash hangs under /remote.php/dav/."""
    from collab.dav.principals import PrincipalsTree
    from collab.dav.root import RootTree

    found: dict[str, Share] = {DAV: Share(RootTree()), f"{DAV}/principals": Share(PrincipalsTree())}
    for declared in dav_trees():
        prefix = declared.name if declared.name.startswith("/") else f"{DAV}/{declared.name}"
        found[prefix] = Share(declared.factory())
    return found


def resolve(path: str) -> tuple[Tree | None, str, str]:
    """Return (tree, its prefix, the rest of the path); the longest prefix wins."""
    for prefix in sorted(shares(), key=len, reverse=True):
        if path == prefix or path.startswith(prefix + "/"):
            return shares()[prefix].tree, prefix, path[len(prefix) :]
    return None, "", path
