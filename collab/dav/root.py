"""/remote.php/dav/ itself: the collection of all trees, where SEARCH is asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from collab.dav import auth, principals, relating
from collab.dav.properties import plain
from collab.dav.response import BadGateway
from collab.dav.tree import Missing, Resource
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.dav.request import Request

KIND = "root"
plain("d:resourcetype", KIND, all=True)(lambda _row: "<d:collection/>")
plain("d:current-user-privilege-set", KIND)(
    lambda _row: principals.privileges("read", "read-acl", "read-current-user-privilege-set")
)
principals.named(KIND)
relating.relating(KIND)


class Trees(Resource):
    """The collection of trees."""

    methods = frozenset({"OPTIONS", "PROPFIND", "REPORT", "SEARCH"})
    features = principals.FEATURES
    tells_all = True
    kind = KIND
    is_collection = True
    row = SimpleNamespace(name="", is_folder=True)

    def members(self) -> tuple[str, list[Any]]:
        from collab.dav.shares import DAV, shares

        names = [prefix[len(DAV) + 1 :] for prefix in shares() if prefix.startswith(f"{DAV}/")]
        return KIND, [SimpleNamespace(name=name, is_folder=True) for name in names]


class RootTree:
    """Nothing below but the trees, which have their own shares."""

    scope = ""

    def authenticate(self, request: Request) -> Actor:
        return auth.person(request)

    def find(self, request: Request, parts: list[str]) -> Resource:
        return Missing(request, parts) if parts else Trees(request, parts)

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway
