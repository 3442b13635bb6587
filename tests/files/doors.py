"""The doors through which one change of the tree may come: actions, DAV, pages. Each says yes, or no by a refusal."""

from __future__ import annotations

from typing import Any

from collab.accounts.models import User
from collab.lib.errors import Refusal
from files import mounts
from files.actions import moving, trashing, versions
from files.models import Node, Trash, Version
from tests import town as make
from tests.dav.client import Client, give_password
from tests.files.web import JSON, signed_in


class Actions:
    """What the other doors call. `why` is the last refusal."""

    why: object = None

    def put(self, who: User, folder: Node, name: str, content: bytes) -> bool:
        return self._said(lambda: make.write(who, folder, name, content))

    def make(self, who: User, folder: Node, name: str) -> bool:
        return self._said(lambda: make.make_folder(who, folder, name))

    def move(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        return self._said(lambda: moving.move(make.act(who), node, folder, name, overwrite=replace))

    def copy(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        return self._said(lambda: moving.copy(make.act(who), node, folder, name, overwrite=replace))

    def throw(self, who: User, node: Node) -> bool:
        return self._said(lambda: trashing.trash(make.act(who), node))

    def restore(self, who: User, row: Trash) -> bool:
        return self._said(lambda: trashing.restore(make.act(who), row))

    def purge(self, who: User, row: Trash) -> bool:
        return self._said(lambda: trashing.purge(make.act(who), row))

    def revert(self, who: User, version: Version) -> bool:
        return self._said(lambda: versions.restore(make.act(who), version))

    def _said(self, act: Any) -> bool:
        try:
            act()
        except Refusal as refusal:
            self.why = refusal
            return False
        return True


class Dav(Actions):
    """A device. What lies nowhere in the person's tree is no address of theirs: that is a refusal."""

    def __init__(self, *people: User) -> None:
        self.passwords = {user.pk: give_password(user) for user in people}

    def put(self, who: User, folder: Node, name: str, content: bytes) -> bool:
        return self._ask(who, "PUT", folder, name, body=content)

    def make(self, who: User, folder: Node, name: str) -> bool:
        return self._ask(who, "MKCOL", folder, name)

    def move(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        if (node.parent_id, node.name) == (folder.pk, name):  # RFC 4918, 9.9.4: onto itself is forbidden
            return super().move(who, node, folder, name, replace)
        return self._send(who, "MOVE", node, folder, name, replace)

    def copy(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        return self._send(who, "COPY", node, folder, name, replace)

    def throw(self, who: User, node: Node) -> bool:
        path = self._path(who, node)
        if path is not None and "/" not in path.strip("/"):
            self.why = "shared on its own: who deletes it there sees it in their list no more, and it stays"
            return False
        return self._ask(who, "DELETE", node)

    def _send(self, who: User, verb: str, node: Node, folder: Node, name: str, replace: bool) -> bool:
        target = self._path(who, folder)
        if target is None:
            return False
        to = self.device(who).url(f"{target}/{name}")
        return self._ask(who, verb, node, Destination=to, Overwrite="T" if replace else "F")

    def _ask(self, who: User, verb: str, node: Node, name: str = "", body: bytes = b"", **headers: str) -> bool:
        path = self._path(who, node)
        if path is None:
            self.why = "no address"
            return False
        answer = self.device(who)(verb, f"{path}/{name}" if name else path, body, **headers)
        assert answer.status < 500 or answer.status == 507, answer.body
        self.why = (answer.status, answer.body)
        return answer.status < 300

    def _path(self, who: User, node: Node) -> str | None:
        return mounts.path_to(make.act(who), node.pk)

    def device(self, who: User) -> Client:
        return Client(who.username, self.passwords[who.pk])


class Web(Actions):
    """A browser. Pages rename in place and move under the same name; other moves are made elsewhere."""

    def put(self, who: User, folder: Node, name: str, content: bytes) -> bool:
        from django.utils.http import urlencode

        query = urlencode({"parent": folder.pk, "name": name, "clash": "replace"})
        answer = signed_in(who).put(f"/files/uploads/whole/?{query}", content, content_type="application/octet-stream")
        return self._good(answer)

    def make(self, who: User, folder: Node, name: str) -> bool:
        return self._post(who, f"/files/new/{folder.pk}/", kind="folder", name=name)

    def move(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        if node.parent_id == folder.pk and not replace:
            return self._post(who, f"/files/rename/{node.pk}/", name=name, exact="1")
        if node.name == name and replace and node.parent_id != folder.pk:
            return self._post(who, "/files/move/", id=node.pk, into=folder.pk, clash="replace", known="1")
        return super().move(who, node, folder, name, replace)

    def copy(self, who: User, node: Node, folder: Node, name: str, replace: bool) -> bool:
        if node.name == name and replace and node.parent_id != folder.pk:
            return self._post(who, "/files/copy/", id=node.pk, into=folder.pk, clash="replace")
        return super().copy(who, node, folder, name, replace)

    def throw(self, who: User, node: Node) -> bool:
        return self._post(who, "/files/throw/", id=node.pk)

    def restore(self, who: User, row: Trash) -> bool:
        return self._post(who, "/files/restore/", trash=row.pk)

    def purge(self, who: User, row: Trash) -> bool:
        return self._post(who, "/files/purge/", trash=row.pk)

    def revert(self, who: User, version: Version) -> bool:
        return self._post(who, f"/files/versions/{version.pk}/restore/")

    def _post(self, who: User, url: str, **data: Any) -> bool:
        return self._good(signed_in(who).post(url, data, **JSON))

    def _good(self, answer: Any) -> bool:
        assert answer.status_code < 500 or answer.status_code == 507, answer.content
        self.why = (answer.status_code, answer.content)
        return bool(answer.status_code < 300)
