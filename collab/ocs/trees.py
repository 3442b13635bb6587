"""/remote.php/dav/avatars/<user>/<size>.png: the picture of a person, as the desktop asks for it (sync.md, 1.4)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from collab.dav import auth
from collab.dav.response import BadGateway
from collab.dav.tree import Content, Resource
from collab.lib.errors import NotFound
from collab.profiles import portraits
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.accounts.models import User
    from collab.dav.request import Request

_NAME = re.compile(r"([1-9][0-9]{0,3})\.(?:png|jpe?g)")


class AvatarResource(Resource):
    """A person's picture in one size, whatever kind its name ends in: what it is stands in its Content-Type."""

    methods = frozenset({"OPTIONS", "GET", "HEAD"})
    kind = "avatar"

    def __init__(self, request: Request, parts: list[str], person: User, size: int):
        super().__init__(request, parts)
        self._person, self._size = person, size
        self.etag = portraits.tag(person, size)
        self.display_name = parts[-1]

    def content(self) -> Content:
        face = portraits.face(self._person, self._size)
        return Content(len(face.content), face.media_type, lambda: io.BytesIO(face.content))


class AvatarsTree:
    """The pictures of those whom the person may find; nothing is listed."""

    scope = "files"

    def authenticate(self, request: Request) -> Actor:
        return auth.person(request)

    def find(self, request: Request, parts: list[str]) -> Resource:
        named = _NAME.fullmatch(parts[1]) if len(parts) == 2 else None
        person = portraits.find(request.actor, parts[0]) if named else None
        if named is None or person is None:
            raise NotFound
        return AvatarResource(request, parts, person, int(named[1]))

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway
