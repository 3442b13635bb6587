"""What the core must know about files."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collab.registry.plugin import (
    DavTree,
    Every,
    Marks,
    NavEntry,
    PersonHooks,
    Plugin,
    Reader,
    Receiver,
    Shareable,
    SpaceHooks,
    SpaceTool,
    Verbs,
    Widget,
)
from collab.registry.ports import Channel
from collab.registry.upkeep import Health, Store
from collab.rights.right import COMMENTER, CONTRIBUTOR, DROP_BOX, EDITOR, MANAGER, READER, WRITER, Right
from collab.rights.switches import switch
from files import (
    about,
    attaching,
    bursts,
    exporting,
    kinds,
    resealing,
    sealing,
    searching,
    seeing,
    storage,
    telling,
    withholding,
)
from files.actions import bursts as braking
from files.actions import erasing, furnishing, handing, leaving
from files.dav.public import OldPublicTree, PublicTree
from files.dav.trashbin import TrashTree
from files.dav.tree import FilesTree, OldFilesTree, ShortTree
from files.dav.uploads import UploadsTree
from files.dav.versions import VersionsTree
from files.erasing import remove_bytes
from files.gallery import albums, taking
from files.keeping import KEEPING
from files.models import Blob, Node
from files.placing import places
from files.previews import kinds as previews
from files.previews import watching
from files.publishing import PUBLISHING


def recent_files(request):
    """Return the block of the home page; drawn by what needs the views, which need this declaration first."""
    from files import widgets

    return widgets.recent(request)


def recent_in_space(request):
    """Return the block of a space's front page."""
    from files import widgets

    return widgets.recent_in_space(request)


def starred_in_space(request):
    """Return what the person starred there."""
    from files import widgets

    return widgets.starred_in_space(request)


def get_node(node_id):
    """Return the living node with what its rights need, None when it is gone."""
    return Node.objects.living().select_related("acl", "space", "parent").filter(pk=node_id).first()


def get_nodes(node_ids):
    """Return {id: the living node}."""
    return Node.objects.living().select_related("acl", "space", "parent").in_bulk(node_ids)


def nodes_seen(actor):
    """Return the nodes the actor may see, in the trash or not."""
    return Node.objects.visible_to(actor)


def seen_nodes(actor, ids):
    """Return which of the nodes the actor may see, in the trash or not."""
    return set(Node.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def nodes_apart(space_ids, text):
    """Return what was shared on its own, or restricted, in these spaces, by name."""
    found = Node.objects.living().filter(space__in=space_ids, acl__kind="node", acl__object_id=F("pk"))
    if text:
        found = found.filter(name__unaccent__icontains=text)
    return found.select_related("acl", "space", "parent").order_by("sort", "pk")


def sort_of_node(node):
    """Return the icon of the node, and what it is."""
    return ("folder", _("a folder")) if node.is_folder else ("file", _("a file"))


def address_of_node(node, actor):
    """Return where the actor sees the node."""
    from files.views.folder import address_of  # views need the registry to be filled

    return address_of(actor, node.pk)


def link_roles(node):
    """Return what a public link to the node may give; a person's own files as a whole have none."""
    if node.is_root and node.space.is_personal:
        return ()
    return (READER, EDITOR, DROP_BOX) if node.is_folder else (READER,)


def looks(node):
    """Return the ways in which the page of a link may show a folder."""
    if not node.is_folder:
        return ()
    return ("", _("By what lies in it")), ("gallery", _("As a gallery")), ("list", _("As a list"))


def hand_over_page(node, actor):
    """Return where whoever manages the node gives it away; a space's own folder stays."""
    may = not node.is_root and actor.can(node, Right.MANAGE) and handing.is_ones_to_give(actor, node)
    return reverse("files:hand-over", args=[node.pk]) if may else ""


def public_page(request, opened, rest):
    """Answer below the address of a public link to a file or folder."""
    from files.views import public  # views need the registry to be filled

    return public.page(request, opened, rest)


def held_blobs():
    """Yield (key, size, SHA-256 in hex) of every content that rows know, as it lies, in the transaction at hand."""
    rows = Blob.objects.order_by("key").values_list("key", "size", "sha256", "stored_sha256")
    for key, size, plain, stored in rows.iterator(chunk_size=5000):
        yield key, sealing.stored_size(key, size), bytes(stored or plain).hex()


plugin = Plugin(
    slug="files",
    name=_("Files"),
    icon="folder",
    urls="files.urls",
    nav=(NavEntry(pgettext_lazy("app", "Files"), "folder", "files:home", in_space="files:space", order=20, key="f"),),
    widgets=(Widget("files-recent", _("Recent files"), recent_files, order=60),),
    space_widgets=(
        Widget("files-starred-here", _("Your favourites here"), starred_in_space, order=20),
        Widget("files-recent-here", _("Recent files"), recent_in_space, order=60),
    ),
    shareables=(
        Shareable(
            "node",
            get=get_node,
            title=lambda node: node.name or node.space.name,
            url=address_of_node,
            roles=(READER, COMMENTER, CONTRIBUTOR, WRITER, EDITOR, MANAGER, DROP_BOX),
            link_roles=link_roles,
            public=public_page,
            many=get_nodes,
            hand_over=hand_over_page,
            looks=looks,
            takes=tuple((family.slug, family.label) for family in kinds.FAMILIES),
            seen=seen_nodes,
            apart=nodes_apart,
            sort=sort_of_node,
            marks=Marks(Node, {"trash": None}),
            inside=seeing.inside,
            withheld=withholding.of_node,
        ),
        albums.SHAREABLE,
    ),
    places=places,
    dav=(
        DavTree("files", FilesTree),
        DavTree("/remote.php/webdav", OldFilesTree),
        DavTree("/dav", ShortTree),
        DavTree("uploads", UploadsTree),
        DavTree("trashbin", TrashTree),
        DavTree("versions", VersionsTree),
        DavTree("/public.php/dav/files", PublicTree),
        DavTree("/public.php/webdav", OldPublicTree),
    ),
    channels=(Channel("files", "files.together.socket.DraftSocket"),),
    jobs=(
        Every(24 * 3600, "files.tasks.tidy"),
        Every(60, "files.tasks.save_drafts"),
        Every(60, "files.tasks.draw_previews"),
        Every(300, "files.tasks.forget_passwords"),
    ),
    settings=(switch("files", pgettext_lazy("app", "Files")), *KEEPING, *PUBLISHING, bursts.BRAKE),
    notifications=(bursts.NOTICE,),
    health=(Health(_("Pictures of documents"), previews.health),),
    stores=(Store("files", held_blobs, storage.open_stored, storage.path_of, storage.put_back, resealing.SEALING),),
    erase=remove_bytes,
    files=attaching.Store(),
    people=PersonHooks(forget=leaving.forget, holdings=leaving.holdings, export=exporting.export),
    spaces=SpaceHooks(
        furnish=furnishing.furnish,
        starters=furnishing.starters,
        copy=furnishing.copy,
        erase=erasing.erase,
        holdings=about.holdings,
        address=about.address,
        top=about.top,
    ),
    readers=(
        Reader("previews", watching.handle, patient=True),
        Reader("gallery", taking.handle, patient=True),
        Reader("files-bursts", braking.notice),
    ),
    receivers=(Receiver(_("A folder"), "folder", "files:receive"),),
    searches=(searching.SEARCH,),
    commands=searching.COMMANDS,
    verbs=(
        Verbs(
            "node",
            tell=telling.tell,
            seen=nodes_seen,
            above=telling.above,
            forgets=telling.FORGETS,
            gathers=telling.GATHERS,
            inside=telling.inside,
        ),
        albums.VERBS,
    ),
    space_tools=(SpaceTool(_("Files"), "folder", lambda space: reverse("files:space", args=[space.slug])),),
)
