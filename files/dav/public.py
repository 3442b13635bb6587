"""/public.php/dav/files/<token>/… and /public.php/webdav/…: what a public link shows (sync.md, 1.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from collab.accounts.throttle import Throttle
from collab.dav import auth
from collab.dav.response import BadGateway, Unauthorized
from collab.dav.tree import Content, Resource
from collab.lib.addresses import client_address
from collab.lib.errors import Forbidden, NotFound
from collab.rights import drops, links
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.rights.telling import tried
from files import publishing, queries
from files.actions import tree
from files.dav.nodes import FileResource, FolderResource, NodeResource, NoResource
from files.dav.tree import listing
from files.entry import Entry
from files.models import Node
from files.queries import Found

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.rights.models import Link


class PublicResource(NodeResource):
    """What all things under a link have in common: no owner, no sharing letters."""

    is_link = True


class PublicFile(PublicResource, FileResource):
    """A file under a link."""

    methods = FileResource.methods - {"LOCK", "UNLOCK", "PROPPATCH"}

    def content(self) -> Content:
        """A photo without its place."""
        entry = self.row
        marks = publishing.marks_of(entry.blob_id, entry.name)
        whole = super().content()
        if not marks:
            return whole
        return replace(whole, open=lambda: publishing.opened(entry.key, marks), accel="", checksum="")


class PublicFolder(PublicResource, FolderResource):
    """A folder under a link."""

    methods = FolderResource.methods - {"LOCK", "UNLOCK", "PROPPATCH", "REPORT"}


class PublicPlace(PublicResource, NoResource):
    """A name under a link that nothing bears."""

    methods = frozenset({"OPTIONS", "PUT", "MKCOL"})


class DropPlace(PublicPlace):
    """A name in a drop box: what is there already is not told, and never overwritten."""

    methods = frozenset({"OPTIONS", "PUT"})
    new_only = True

    def stored(self, entry: Entry) -> None:
        """Whoever made the link hears of it."""
        link = self.request.environ["collab.link"]
        drops.note_from_device(link, link.title or link.label or entry.name, entry.name, entry.size)


class PublicTree:
    """The tree of one link; its password comes by Basic, under any user name."""

    scope = "files"

    def token(self, request: Request) -> str:
        return request.parts[0] if request.parts else ""

    def names(self, request: Request, parts: list[str]) -> list[str]:
        """Return the names below the token. Raise Forbidden for another link's."""
        if parts[:1] != request.parts[:1]:
            raise Forbidden
        return parts[1:]

    def authenticate(self, request: Request) -> Actor:
        token = self.token(request)
        if not token:
            raise NotFound
        given = auth.credentials(request)
        address = client_address(request.environ)
        throttle = Throttle()
        throttle.check("link-token", "", address)
        if given and given[1]:
            throttle.check("link", token[:64], address)
        try:
            link, unlocked = links.open_link(token, given[1] if given else None)
        except NotFound:
            throttle.fail("link-token", "", address, secret=token)
            raise
        if not unlocked:
            if given and given[1]:
                throttle.fail("link", token[:64], address, subject=tried(link))
            raise Unauthorized(_("This link asks for its password."))
        if links.is_for_pages(link):
            raise Forbidden(_("This link has rules that only its page can keep: open it in a browser."))
        request.environ["collab.link"] = link
        return Actor.nobody().with_links([link])

    def find(self, request: Request, parts: list[str]) -> Resource:
        names = self.names(request, parts)
        root = root_of(request.environ["collab.link"])
        found = queries.find(request.actor, None, names, root=root, members=listing(request))
        if not found.chain:
            return self._drop_box(request, parts, names, root)
        found = replace(found, name=names[-1] if names else found.chain[0].name)
        if found.entry is None:
            return PublicPlace(request, parts, found, names)
        kind = PublicFolder if found.entry.is_folder else PublicFile
        resource = kind(request, parts, found, names)
        if not names:
            resource.methods = resource.methods - {"DELETE", "MOVE"}  # type: ignore[misc]
        return resource

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway

    def _drop_box(self, request: Request, parts: list[str], names: list[str], root: int) -> Resource:
        states, _child = tree.state(request.actor, [root], None)
        entry = states[root].entry
        if len(names) != 1 or not entry.mask & Right.ADD or not entry.is_folder:
            raise NotFound
        found = Found(None, entry, names[0], (entry,))
        return DropPlace(request, parts, found, names)


class OldPublicTree(PublicTree):
    """/public.php/webdav/…: the token is the user name."""

    def token(self, request: Request) -> str:
        given = auth.credentials(request)
        if given is None:
            raise Unauthorized
        return given[0]

    def names(self, request: Request, parts: list[str]) -> list[str]:
        return parts


def root_of(link: Link) -> int:
    """Return the node that the link opens. Raise NotFound for links to other things."""
    if link.kind == Node.REF_KIND:
        return link.object_id
    root = (
        Node.objects.filter(space_id=link.object_id, parent=None, trash=None).first() if link.kind == "space" else None
    )
    if root is None:
        raise NotFound
    return root.pk
