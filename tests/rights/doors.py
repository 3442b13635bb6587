"""Three doors to the same files: the actions themselves, DAV, and the pages. Each answers with an HTTP status."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote

from django.utils import translation

from collab.accounts.models import User
from collab.lib.errors import Refusal
from collab.rights.links import token_of
from collab.rights.models import Link
from files import mounts, queries, storage
from files.actions import creating, moving, trashing, writing
from files.models import Node
from tests import town as make
from tests.dav.client import Client, give_password
from tests.files.web import JSON, body, signed_in

TITLE = re.compile(r'class="item__title" href="[^"]*">([^<]*)</a>')
MEMBERS = ["d:displayname"]


class Actions:
    """What every door calls in the end. Paths begin with a space's name."""

    name = "actions"

    def _do(self, who: User, path: str, act: Any) -> tuple[int, str]:
        actor = make.act(who)
        with translation.override("en"):
            try:
                found = mounts.lookup(actor, path.split("/"))
                if found.entry is None:
                    return 404, ""
                return 200, str(act(actor, found))
            except Refusal as refusal:
                return refusal.status, str(refusal.message)

    def open(self, who: User, path: str) -> tuple[int, str]:
        return self._do(who, path, lambda actor, found: self.names(who, path))

    def add(self, who: User, folder: str, name: str) -> tuple[int, str]:
        return self._do(who, folder, lambda actor, found: creating.make_folder(actor, found.entry, name).name)

    def edit(self, who: User, path: str) -> tuple[int, str]:
        def write(actor: Any, found: Any) -> str:
            with storage.stage() as staged:
                staged.write(b"edited")
                staged.seal()
                return writing.write(actor, found.parent, found.name, staged).entry.name

        return self._do(who, path, write)

    def delete(self, who: User, path: str) -> tuple[int, str]:
        return self._do(who, path, lambda actor, found: trashing.trash(actor, found.entry))

    def move(self, who: User, path: str, to: str) -> tuple[int, str]:
        folder, _slash, name = to.rpartition("/")

        def move(actor: Any, found: Any) -> Any:
            into = mounts.lookup(actor, folder.split("/")).entry or make.home(who)
            return moving.move(actor, found.entry, into, name)

        return self._do(who, path, move)

    def names(self, who: User, folder: str) -> set[str]:
        actor = make.act(who)
        if not folder:
            return {row.name for row in mounts.root(actor).rows}
        found = mounts.lookup(actor, folder.split("/"))
        return {row.name for row in queries.children(actor, found.entry.id)} if found.entry else set()


class Dav:
    """A device, with an app password."""

    name = "dav"

    def _device(self, who: User) -> Client:
        return Client(who.username, give_password(who))

    def open(self, who: User, path: str) -> tuple[int, str]:
        return _told(self._device(who).propfind(path, depth="1"))

    def add(self, who: User, folder: str, name: str) -> tuple[int, str]:
        return _told(self._device(who)("MKCOL", f"{folder}/{name}"))

    def edit(self, who: User, path: str) -> tuple[int, str]:
        return _told(self._device(who).put(path, b"edited"))

    def delete(self, who: User, path: str) -> tuple[int, str]:
        return _told(self._device(who)("DELETE", path))

    def move(self, who: User, path: str, to: str) -> tuple[int, str]:
        return _told(self._device(who).move(path, to))

    def names(self, who: User, folder: str) -> set[str]:
        answer = self._device(who).propfind(folder, MEMBERS, depth="1")
        if answer.status != 207:
            return set()
        return {unquote(href).rstrip("/").rpartition("/")[2] for href in answer.hrefs[1:]}


class Web:
    """A browser. What a page cannot address by its path is asked by number, as a forged form would."""

    name = "web"

    def open(self, who: User, path: str) -> tuple[int, str]:
        answer = signed_in(who).get(self._url(path), follow=True)
        # the page that says “not here” repeats the address that was asked, for its choice of language
        return answer.status_code, unquote(body(answer).decode()).replace(unquote(self._url(path)), "")

    def add(self, who: User, folder: str, name: str) -> tuple[int, str]:
        return self._post(who, f"/files/new/{self._id(folder)}/", {"kind": "folder", "name": name})

    def edit(self, who: User, path: str) -> tuple[int, str]:
        """A page changes a file's name; its content changes by uploads, which the other doors show."""
        name = path.rpartition("/")[2]
        told = self._post(who, f"/files/rename/{self._id(path)}/", {"name": f"{name}.new"})
        if told[0] == 200:
            self._post(who, f"/files/rename/{self._id(f'{path}.new')}/", {"name": name})
        return told

    def delete(self, who: User, path: str) -> tuple[int, str]:
        return self._post(who, "/files/throw/", {"id": self._id(path)})

    def move(self, who: User, path: str, to: str) -> tuple[int, str]:
        folder, _slash, name = to.rpartition("/")
        if folder == path.rpartition("/")[0]:
            return self._post(who, f"/files/rename/{self._id(path)}/", {"name": name})
        target = self._id(folder) if folder else make.home(who).pk
        return self._post(who, "/files/move/", {"id": self._id(path), "into": target, "known": "1"})

    def names(self, who: User, folder: str) -> set[str]:
        return set(TITLE.findall(self.open(who, folder)[1]))

    def _post(self, who: User, url: str, data: dict[str, Any]) -> tuple[int, str]:
        answer = signed_in(who).post(url, data, **JSON)
        return answer.status_code, body(answer).decode()

    def _url(self, path: str) -> str:
        space, _slash, rest = path.partition("/")
        return f"/files/@{space.lower()}/{quote(rest)}"

    def _id(self, path: str) -> int:
        space, *names = path.split("/")
        node = Node.objects.get(space__name=space, parent=None)
        for name in names:
            node = Node.objects.get(parent=node, name=name, trash=None)
        return node.pk


def _told(answer: Any) -> tuple[int, str]:
    return answer.status, unquote(answer.body.decode())


def through_link(link: Link, owner: User, thing: Any) -> Client:
    """A visitor's device that knows nothing but the link."""
    return Client("", base=f"/public.php/dav/files/{token_of(make.act(owner), link, thing)}")


DOORS = {door.name: door for door in (Actions(), Dav(), Web())}
