"""Folders and files as DAV resources: each verb is one of the app's actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from collab.dav import locks
from collab.dav.body import Body
from collab.dav.request import Request
from collab.dav.response import BadGateway
from collab.dav.tree import Content, Resource, Saved, Upload
from collab.lib.errors import Conflict, Forbidden, NotFound, OverQuota
from collab.rights.right import Right
from files import mounts, queries, storage
from files.actions import creating, moving, trashing, tree, writing
from files.dav import properties
from files.entry import FOLDER, Entry, etag_of
from files.models import Node
from files.queries import Found

_ALWAYS = frozenset({"OPTIONS", "PROPFIND", "PROPPATCH", "COPY", "MOVE", "DELETE", "LOCK", "UNLOCK"})


_NO_HOME = Entry(0, None, 0, "", FOLDER, 0, None, 0, 0, "", 0, 0, None, None, None, int(Right.SEE))
"""A guest has no files of their own: a root that holds mounts only."""


class NodeResource(Resource):
    """What is common to a file, a folder, and a place where nothing is yet."""

    kind = properties.KIND
    is_link = False
    new_only = False

    def __init__(self, request: Request, parts: list[str], found: Found, names: list[str]):
        super().__init__(request, parts)
        self.found = found
        self.names = names
        self.row = found.entry
        self.is_mount = found.is_mount
        first = found.chain[0] if found.chain else None
        self.received = bool(found.mounted and first and (first.received or first.parent_id is not None))
        if self.is_mount and self.row is not None:
            self.row = self.row._replace(name=found.name, mount=found.name, received=self.received)
        if self.row is not None:
            self.ref = (properties.KIND, self.row.id)
            self.space_id = self.row.space_id
            self.mtime = self.row.mtime
            self.etag = self.etag_of(self.row)
            self.display_name = found.name
            self.is_collection = self.row.is_folder
            self.chain = [entry.id for entry in found.chain]

    @property
    def quotas(self) -> dict[int, tuple[int | None, int]]:
        """{space: (quota, used)} as far as the path told."""
        return {self.row.space_id: (self.found.quota, self.found.used)} if self.row is not None else {}

    def etag_of(self, entry: Entry) -> str:
        return etag_of(entry, entry.mask, self.request.actor.epoch)

    def node(self) -> Any:
        """Return the row as a model, for actions that need one."""
        return Node.objects.select_related("acl").get(pk=self.row.id)

    def put(self, body: Body, upload: Upload) -> Saved:
        parent = self.parent(make=upload.make_parents)
        self._refuse_early(parent, body.length if body.length is not None else upload.length)
        with storage.stage(limit=self._room(), checksum=upload.checksum) as staged:
            for block in body.blocks():
                staged.write(block)
            staged.seal(length=upload.length)
            return self._write(parent, staged, upload)

    def _write(self, parent: Entry, staged: storage.Staged, upload: Upload) -> Saved:
        written = writing.write(
            self.request.actor,
            parent,
            self.found.name,
            staged,
            mtime=upload.mtime,
            tokens=self.request.conditions.tokens,
            guard=self.request.guard(self.etag_of),
            new_only=self.new_only,
            seen=self._seen(parent),
        )
        self.stored(written.entry)
        return self.saved(written.entry, created=written.created, mtime=upload.mtime)

    def stored(self, entry: Entry) -> None:
        """What is to be done once a file is in: nothing, but in a drop box."""

    def _seen(self, parent: Entry) -> tree.Look | None:
        """Return what the path told of the folder, if it was walked from the top of the space."""
        chain = self.found.chain
        if self.found.parent is not parent or chain[0].parent_id is not None:
            return None
        up = [entry.id for entry in chain]
        space = tree.Locked(parent.space_id, self.found.used, self.found.quota, 0, self.found.archived, locks=False)
        if self.found.entry is None:
            return tree.Look(space, {parent.id: tree.State(parent, up)}, None)
        child = tree.State(self.found.entry, up)
        return tree.Look(space, {parent.id: tree.State(parent, up[:-1])}, child)

    def saved(self, entry: Entry, *, created: bool, mtime: int | None = None) -> Saved:
        """Return what a client learns about the entry after a write."""
        return Saved(created, self.etag_of(entry), properties.file_id(entry.id), mtime is not None)

    def parent(self, *, make: bool = False) -> Entry:
        """Return the folder above, made with all that is missing if `make`. Raise Conflict when there is none."""
        if self.found.parent is not None:
            return self.found.parent
        if not make or not self.found.chain:
            raise Conflict(_("The folder that should hold it does not exist."))
        folder = self.found.chain[-1]
        there = len(self.found.chain) - (0 if self.found.mounted else 1)
        for name in self.names[there:-1]:
            folder = creating.make_folder(self.request.actor, folder, name, tokens=self.request.conditions.tokens)
        return folder

    def _refuse_early(self, parent: Entry, length: int | None) -> None:
        """Refuse before the body is stored what the action would refuse after."""
        if self.found.archived:
            raise Forbidden(_("This space is archived: it can be read, not changed."))
        needed = Right.EDIT if self.row is not None and not self.new_only else Right.ADD
        if not (self.row if self.row is not None else parent).mask & needed and self.found.parent is not None:
            raise Forbidden
        if length and self.found.quota is not None and self.found.used + length > self.found.quota:
            raise OverQuota

    def _room(self) -> int | None:
        return None if self.found.quota is None else max(self.found.quota - self.found.used, 0)


class ExistingResource(NodeResource):
    """What a file and a folder share."""

    def may_lock(self) -> None:
        if not self.row.mask & Right.EDIT:
            raise Forbidden

    def may_change_properties(self) -> None:
        self.may_lock()
        user = self.request.actor.user
        tokens = self.request.conditions.tokens
        locks.require(user.pk if user else None, tokens, [self.chain], spaces=[self.row.space_id])

    def delete(self) -> None:
        if self.is_mount and self.row.parent_id is None:
            raise Forbidden(_("The folder of a space cannot be deleted. Ask its managers to archive the space."))
        if self.is_mount:
            mounts.hide(self.request.actor, self.row.id)
            return
        guard = self.request.guard(self.etag_of)
        trashing.trash(self.request.actor, self.row, tokens=self.request.conditions.tokens, guard=guard)

    def move(self, target: Resource, upload: Upload, *, overwrite: bool) -> Saved:
        there = destination(target)
        if self.is_mount or there.is_mount:
            raise Forbidden(_("A shared folder stays where it is and keeps its name."))
        moved = moving.move(
            self.request.actor,
            self.row,
            there.parent(),
            there.found.name,
            overwrite=overwrite,
            tokens=self.request.conditions.tokens,
        )
        return self.saved(moved.entry, created=moved.created)

    def copy(self, target: Resource, *, deep: bool, overwrite: bool) -> Saved:
        there = destination(target)
        if there.is_mount:
            raise Forbidden(_("A shared folder stays where it is and keeps its name."))
        copied = moving.copy(
            self.request.actor,
            self.row,
            there.parent(),
            there.found.name,
            deep=deep,
            overwrite=overwrite,
            tokens=self.request.conditions.tokens,
        )
        return self.saved(copied.entry, created=copied.created)


class FileResource(ExistingResource):
    """A file."""

    methods = _ALWAYS | {"GET", "HEAD", "PUT"}

    def content(self) -> Content:
        entry = self.row
        key = entry.key
        return Content(
            entry.size,
            properties.media_type(entry.name),
            lambda: storage.open_blob(key),
            accel=f"/.blobs/{key}" if storage.front_reads(key) else "",
            checksum=f"SHA1:{entry.sha1}" if entry.sha1 else "",
        )


class FolderResource(ExistingResource):
    """A folder, a team space's or a received one included."""

    methods = _ALWAYS | {"HEAD", "REPORT"}

    def members(self) -> tuple[str, Sequence[Entry]]:
        if self.found.members is not None:
            return self.kind, self.found.members
        return self.kind, queries.children(self.request.actor, self.row.id)

    def below(self, ids: set[int]) -> set[int]:
        return tree.below(self.row.id, ids)


class HomeResource(FolderResource):
    """The person's own root: their files, a folder for each team space, and what others shared with them."""

    methods = frozenset({"OPTIONS", "HEAD", "PROPFIND", "REPORT", "LOCK", "UNLOCK", "PROPPATCH"})

    def __init__(self, request: Request, parts: list[str], root: mounts.Root):
        home = root.home or _NO_HOME
        super().__init__(request, parts, Found(home, None, "", (home,)), [])
        self.root = root
        self.etag = root.etag

    @property
    def quotas(self) -> dict[int, tuple[int | None, int]]:
        return {}

    def members(self) -> tuple[str, Sequence[Entry]]:
        return self.kind, self.root.rows


class NoResource(NodeResource):
    """A place where nothing is."""

    methods = frozenset({"OPTIONS", "PUT", "MKCOL", "LOCK"})
    exists = False

    def make_collection(self, upload: Upload) -> Saved:
        made = creating.make_folder(
            self.request.actor,
            self.parent(make=upload.make_parents),
            self.found.name,
            mtime=upload.mtime,
            tokens=self.request.conditions.tokens,
            guard=self.request.guard(self.etag_of),
        )
        return self.saved(made, created=True, mtime=upload.mtime) if made else Saved(True)

    def lock_target(self) -> tuple[Resource, bool]:
        with storage.stage() as staged:
            staged.seal()
            written = writing.write(
                self.request.actor, self.parent(), self.found.name, staged, tokens=self.request.conditions.tokens
            )
        chain = (*self.found.chain, written.entry)
        found = Found(written.entry, self.found.parent, self.found.name, chain, mounted=self.found.mounted)
        return FileResource(self.request, self.parts, found, self.names), True


def destination(target: Resource) -> NodeResource:
    """Return the target if it is a place for files. Raise BadGateway, Forbidden, NotFound."""
    if not isinstance(target, NodeResource):
        raise BadGateway
    if isinstance(target, HomeResource):
        raise Forbidden
    if target.found.archived:
        raise NotFound
    return target
