"""The tree of a person's files, at its two addresses, and the short address that leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collab.dav import auth
from collab.dav.hrefs import href
from collab.dav.response import DavRefusal
from collab.dav.tree import Missing, Resource
from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from files import mounts
from files.dav import search  # the report of favourites is known from the first request on
from files.dav.nodes import FileResource, FolderResource, HomeResource, NoResource

if TYPE_CHECKING:
    from collab.dav.methods.search import Query
    from collab.dav.request import Request

BASE = "/remote.php/dav/files"


class PersonTree:
    """A tree whose first name must be the person's own, which tells nothing about other people."""

    scope = "files"

    def authenticate(self, request: Request) -> Actor:
        return auth.person(request)

    def names(self, request: Request, parts: list[str]) -> list[str]:
        """Return the names below the person's part of the path. Raise NotFound."""
        user = request.actor.user
        if user is None or not parts or parts[0].lower() != user.username:
            raise NotFound
        return parts[1:]

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        """Find for a request that came by another address of the same person's files."""
        resource = self.find(request, parts)
        resource.tree = self
        return resource

    def find(self, request: Request, parts: list[str]) -> Resource:
        raise NotImplementedError


def listing(request: Request) -> bool:
    """Whether what lies in the folder will be asked too: one query then brings both."""
    return request.method == "PROPFIND" and request.header("Depth") == "1"


class FilesTree(PersonTree):
    """/remote.php/dav/files/<user>/…"""

    def find(self, request: Request, parts: list[str]) -> Resource:
        names = self.names(request, parts)
        if not names:
            return HomeResource(request, parts, mounts.root(request.actor, deep=listing(request)))
        found = mounts.lookup(request.actor, names, members=listing(request))
        if found.entry is None:
            return NoResource(request, parts, found, names)
        kind = FolderResource if found.entry.is_folder else FileResource
        return kind(request, parts, found, names)

    def search(self, request: Request, query: Query) -> Any:
        """Answer a SEARCH below a path of the person's tree."""
        return search.run(self, request, query)


class OldFilesTree(FilesTree):
    """/remote.php/webdav/…, the same tree for older clients, without the user's name."""

    def names(self, request: Request, parts: list[str]) -> list[str]:
        if request.actor.user is None:
            raise NotFound
        return parts


class Elsewhere(DavRefusal):
    """308: the same request belongs at another address."""

    status = 308
    code = "elsewhere"

    def __init__(self, location: str):
        super().__init__()
        self.headers = (("Location", location),)


class ShortTree(PersonTree):
    """/dav/…, easy to type, leads to the person's root."""

    def find(self, request: Request, parts: list[str]) -> Resource:
        if request.actor.user is None:
            return Missing(request, parts)
        raise Elsewhere(href(BASE, [request.actor.user.username, *parts], collection=request.slash or not parts))
