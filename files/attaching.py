"""Files that other apps keep in a space's own folders, and show to those who may see them: `Plugin.files`."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, BinaryIO

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.lib.text import NAME_BYTES, cut
from collab.registry.ports import FileCard, Kept
from collab.rights import actions as rights
from collab.rights import explain, lineage, switches
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space
from files import queries, receiving, showing, storage
from files.actions import creating, moving, trashing, tree, writing
from files.entry import Entry
from files.models import Node, Trash
from files.previews import kinds


class Store:
    """The port itself (`collab.registry.ports.FileStore`)."""

    @contextmanager
    def receive(self, request: HttpRequest, *, files: int, each: int, together: int) -> Iterator[receiving.Form]:
        """Read a form; its files are sealed where blobs are staged. One that is refused refuses the whole."""
        with receiving.receive(request, receiving.Limits(files=files, each=each, together=together)) as form:
            for one in form.files:
                if one.refused:
                    raise BadInput(_("%(name)s: %(why)s") % {"name": one.name, "why": one.refused})
            yield form

    def keep(
        self, actor: Actor, space: Space, path: Sequence[str], files: Sequence[Any], *, circle: int = 0, folder: int = 0
    ) -> Kept:  # fmt: skip
        """Keep them in the folder, beside what has their names already."""
        into = _into(actor, space, path, circle, folder)
        kept = [writing.write(actor, into, one.name, one.staged, mtime=one.at, new_only=True).entry.id for one in files]
        return Kept(kept, into.id)

    def chooser(self, actor: Actor) -> str:
        """The address of the dialog in which one walks to files."""
        return reverse("files:choose") if actor.user is not None and switches.is_kind_on(Node.REF_KIND, actor) else ""

    def unseen(self, actor: Actor, ids: Sequence[int], people: Sequence[int]) -> dict[int, list[int]]:
        """One query for each circle of people among the files."""
        found, wanted = _files(actor, ids), set(people)
        seeing = {acl: explain.people_with(acl, Right.SEE) for acl in {one.acl_id for one in found.values()}}
        return {pk: sorted(wanted - seeing[one.acl_id].keys()) for pk, one in found.items()}

    def hold(self, space: int, ids: Sequence[int]) -> None:
        """One statement, in the order of their ids."""
        tree.lock(space, reading=Node.objects.filter(pk__in=ids).values_list("space_id", flat=True))

    def copy(
        self, actor: Actor, space: Space, path: Sequence[str], files: Sequence[int], *, circle: int = 0,
        folder: int = 0, move: bool = False,
    ) -> Kept:  # fmt: skip
        """Copy each under a free name; the bytes are not doubled, the quota counts them."""
        found = Node.objects.living().visible_to(actor).filter(kind=Node.Kind.FILE).in_bulk(files)
        if len(found) != len(set(files)):
            raise NotFound
        into = _into(actor, space, path, circle, folder)
        act = moving.move if move else moving.copy
        made = [act(actor, found[pk], into, queries.free_name_in(into.id, found[pk].name)) for pk in files]
        return Kept([one.entry.id for one in made], into.id)

    def throw_away(self, actor: Actor, ids: Sequence[int]) -> None:
        """Each into the trash of its space."""
        for node in Node.objects.living().visible_to(actor).filter(pk__in=ids, kind=Node.Kind.FILE):
            trashing.trash(actor, node)

    def bring_back(self, actor: Actor, ids: Sequence[int]) -> None:
        """Each to where it was, or to the top of its space."""
        for row in Trash.objects.visible_to(actor).filter(node__in=ids):
            trashing.restore(actor, row)

    def enclose(self, actor: Actor, folder: int, circle: int) -> None:
        """Let the folder be seen by this circle alone, or (0) by those of its place again."""
        node = Node.objects.living().select_related("acl", "space", "parent").filter(pk=folder).first()
        if node is None or node.is_root or node.parent is None:
            return
        rights.hold(actor, node)
        acl = rights.own_acl(node)
        lineage.inherit_from([acl.pk], circle or node.parent.acl_id)
        actor.forget()
        node.rights_changed(actor, "restrict" if circle else "inherit", {"restricted": bool(circle)})

    def give(self, request: HttpRequest, actor: Actor, pk: int, *, size: str = "") -> Any:
        """Through the very views of the pages, in the name of the actor."""
        from files.views import content, previews  # views need the registry to be filled

        request.actor = actor  # type: ignore[attr-defined]
        return previews.preview(request, pk, size) if size else content.download(request, pk)

    def cards(self, actor: Actor, ids: Sequence[int]) -> list[FileCard]:
        """Two queries at most, however many."""
        found = _files(actor, ids)
        return [_card(found[pk]) for pk in ids if pk in found]

    def open(self, actor: Actor, pk: int) -> BinaryIO:
        """Two queries, and the bytes as they lie."""
        found = Node.objects.living().visible_to(actor).filter(pk=pk, kind=Node.Kind.FILE)
        node = found.select_related("blob").first()
        if node is None or node.blob is None:
            raise NotFound
        return storage.open_blob(node.blob.key)

    @contextmanager
    def arrive(self, name: str, blocks: Iterable[bytes], at: int | None = None) -> Iterator[receiving.Arrived]:
        """Seal what is read where blobs are staged."""
        with storage.stage() as staged:
            for block in blocks:
                staged.write(block)
            staged.seal()
            yield receiving.Arrived(possible(name), staged, whole=True, head=None, at=at)


def possible(name: str) -> str:
    """Return the name as one that a file may have here: no path, nothing that is not shown."""
    clean = "".join(sign for sign in name.replace("/", "-").replace("\\", "-") if sign.isprintable()).strip(". ")
    return cut(clean, NAME_BYTES - 10) or "_"


def _files(actor: Actor, ids: Sequence[int]) -> dict[int, Entry]:
    found = queries.entries(actor, list(ids)) if ids else {}
    return {pk: one for pk, one in found.items() if not one.is_folder}


def _into(actor: Actor, space: Space, path: Sequence[str], circle: int, folder: int) -> Entry:
    """Return the folder in which something is kept, made where it is missing."""
    known = _known(actor, space, folder, circle)
    if known is not None:
        return known
    return _apart(actor, space, path, circle) if circle else _folder(actor, space, path)


def _known(actor: Actor, space: Space, folder: int, circle: int) -> Entry | None:
    """Return the folder that was used before, where it still lies there for the same people."""
    rows = Node.objects.living().select_related("acl__parent")
    node = rows.filter(pk=folder, space=space).first() if folder else None
    if node is None or not node.is_folder:
        return None
    apart = rights.owns_acl(node) and not lineage.follows_place(node.acl)
    here = queries.entry(actor, folder) if (node.acl.parent_id if apart else 0) == circle else None
    return here if here is not None and here.mask & Right.ADD else None


def _folder(actor: Actor, space: Space, path: Sequence[str]) -> Entry:
    """Return the folder, each on the way made where it is missing. Raises Forbidden, Conflict."""
    root = Node.objects.filter(space=space, parent=None).values_list("pk", flat=True).get()
    here = queries.entry(actor, root)
    for name in path:
        if here is None or not here.mask & Right.ADD:
            break
        there = Node.objects.inside(here.id).filter(name=name).values_list("pk", flat=True).first()
        here = queries.entry(actor, there) if there else creating.make_folder(actor, here, name)
        if here is not None and not here.is_folder:
            raise Conflict(_("A file is called “%(name)s” where a folder is needed. Rename it first.") % {"name": name})
    if here is None or not here.mask & Right.ADD:
        raise Forbidden(_("You may not add files in this space. Nothing was sent."))
    return here


def _apart(actor: Actor, space: Space, path: Sequence[str], circle: int) -> Entry:
    """Make a folder that these people alone see, for somebody of them; they need no right to the space around it."""
    house = Actor.in_the_name_of(space.acl_id, Right.ADD)
    around = _folder(house, space, path[:-1])
    made = creating.make_folder(house, around, _free(around.id, path[-1]))
    node = Node.objects.select_related("acl", "space").get(pk=made.id)
    rights.set_apart(actor, node, {space.owner.principal: Right.ALL} if space.owner else {}, under=circle)
    here = queries.entry(actor, made.id)
    if here is None or not here.mask & Right.ADD:
        raise Forbidden(_("You may not add files in this space. Nothing was sent."))
    return here


def _free(parent: int, name: str) -> str:
    """Return the name, or one like it that nothing there has."""
    taken = set(Node.objects.inside(parent).filter(name__startswith=name).values_list("name", flat=True))
    return next(one for n in count(1) if (one := name if n == 1 else f"{name} ({n})") not in taken)


def _card(entry: Entry) -> FileCard:
    from files.views.rows import icon_of  # views need the registry to be filled

    preview = ""
    if entry.size and kinds.how_of(entry.name) == kinds.PICTURE:
        preview = f"{reverse('files:preview', args=[entry.id, 'medium'])}?v={entry.blob_id}"
    address = reverse("shell:thing", args=[Node.REF_KIND, entry.id])
    media = mimetypes.guess_type(entry.name)[0] or "application/octet-stream"
    way, player = showing.way(entry), reverse("files:inline", args=[entry.id])
    sound, film = (player if way == one else "" for one in ("sound", "film"))
    return FileCard(entry.id, entry.name, entry.size, icon_of(entry), address, preview, media, sound, film)
