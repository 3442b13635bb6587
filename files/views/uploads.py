"""The door of uploads: what is there already, folders first, small files whole, large ones in parts that resume."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collab.lib import numerals
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from collab.lib.partials import Toast
from collab.lib.text import check_name
from collab.rights.right import Right
from collab.shell.answers import changed
from files import browsing, storage
from files.actions import creating, tree, uploading, writing
from files.browsing import Place
from files.entry import Entry
from files.models import Node, Upload
from files.views import neighbours
from files.views.changing import refuse_taken

CHUNK = 8 * 2**20
MOST_NAMES = 5000
_ROOM = 64 * 2**10  # a part may be this much longer than promised before it is refused unread


@require_safe
def tray(request: HttpRequest) -> HttpResponse:
    """What shows uploads on their way, and their questions: fetched with the first of them, not with every page."""
    return render(request, "files/_uploads.html")


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Say which of `names` exist in the folder `parent`, and which look like one that exists."""
    data = _body(request)
    place = _place(request, data.get("parent"))
    names = [str(name) for name in _list(data, "names")]
    return JsonResponse(neighbours.compare(place.here.id, names))


@require_POST
def folders(request: HttpRequest) -> HttpResponse:
    """Make sure that the folders `paths` (“a”, “a/b”, parents first) exist below `parent`.

    Answers {"folders": {path: id}, "made": [path]}: what was made is empty, and need not be checked for names.
    """
    data = _body(request)
    place = _place(request, data.get("parent"))
    found: dict[str, Any] = {"": place.here}
    made = []
    for path in map(str, _list(data, "paths")):
        above, _slash, name = path.rpartition("/")
        if above not in found:
            raise BadInput
        found[path], fresh = _folder(request, found[above], name)
        if fresh:
            made.append(path)
    return JsonResponse({"folders": {path: entry.pk for path, entry in found.items() if path}, "made": made})


@require_http_methods(["PUT"])
def whole(request: HttpRequest) -> HttpResponse:
    """Store a small file in one request: its bytes as the body.

    In the address: `parent`, `name`, `mtime`, `clash`, and `seen`, the etag of what it is to replace.
    """
    place = _place(request, request.GET.get("parent"))
    length = _length(request)
    if length > CHUNK:
        raise TooLarge
    name = check_name(request.GET.get("name", ""))
    require_room(place, length)
    with storage.stage(limit=length) as staged:
        storage.put_stream(_Body(request), staged, length=length)  # type: ignore[arg-type]
        staged.seal(length=length)
        written = writing.write(
            request.actor, place.here, name, staged, mtime=_number(request.GET.get("mtime")),  # type: ignore[attr-defined]
            **_clash(request.GET.get("clash", ""), request.GET.get("seen", "")),
        )  # fmt: skip
    return _written(written, name)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Open an upload, or find it again by `transfer` after a reload: the parts it has need not be sent again."""
    data = _body(request)
    place = _place(request, data.get("parent"))
    name, size = check_name(str(data.get("name", ""))), _number(data.get("size"))
    if size is None:
        raise BadInput
    _require_writable(request, place)
    require_room(place, size)
    transfer = str(data.get("transfer", ""))
    try:
        upload = uploading.find(request.actor, transfer)  # type: ignore[attr-defined]
    except NotFound:
        upload = uploading.begin(
            request.actor, transfer, parent_id=place.here.id, name=name, size=size, mtime=_number(data.get("mtime")),  # type: ignore[attr-defined]
        )  # fmt: skip
    if (upload.parent_id, upload.name, upload.size) != (place.here.id, name, size):
        raise Conflict
    have = [int(part.name) for part in uploading.chunks(upload)]
    return JsonResponse({"id": upload.pk, "chunk": CHUNK, "have": have}, status=201)


@require_http_methods(["PUT"])
def part(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Store one part; sent again, it replaces the first."""
    upload = _mine(request, pk)
    length = _length(request)
    if length > CHUNK + _ROOM:
        raise TooLarge
    uploading.put_chunk(upload, str(number), _Body(request), length=length)  # type: ignore[arg-type]
    return JsonResponse({"size": length})


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the parts together as the file it was opened for."""
    upload = _mine(request, pk)
    place = _place(request, upload.parent_id)
    said = _body(request)
    clash = _clash(str(said.get("clash", "")), str(said.get("seen", "")))
    written = uploading.assemble(
        request.actor, upload, place.here, upload.name, total=upload.size, mtime=upload.mtime, **clash  # type: ignore[attr-defined]
    )  # fmt: skip
    return _written(written, upload.name)


@require_http_methods(["DELETE"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an upload and its parts."""
    uploading.abort(_mine(request, pk))
    return JsonResponse({})


@require_POST
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the files of a plain form, each beside what bears its name already."""
    place = _place(request, pk)
    sent = request.FILES.getlist("files")
    if not sent:
        raise BadInput(_("Choose at least one file."))
    for file in sent:
        name = check_name((file.name or "").strip())
        require_room(place, file.size or 0)
        with storage.stage() as staged:
            for block in file.chunks(storage.BLOCK):
                staged.write(block)
            staged.seal(length=file.size)
            writing.write(request.actor, place.here, name, staged, new_only=True)  # type: ignore[attr-defined]
    text = ngettext("%(count)d file added to %(place)s.", "%(count)d files added to %(place)s.", len(sent))
    return changed(request, place.url, Toast(text % {"count": len(sent), "place": place.name}))


class _Body:
    """The body of a request; a connection that breaks is the sender's refusal, not a failure of ours."""

    def __init__(self, request: HttpRequest):
        self._request = request

    def read(self, size: int) -> bytes:
        try:
            return self._request.read(size)
        except UnreadablePostError:
            raise BadInput(_("The file arrived incomplete. Nothing was stored; send it again.")) from None


def require_room(place: Place, size: int) -> None:
    """Refuse before the first byte is sent what cannot fit. The write asks again, under the lock."""
    space = place.space
    if space.quota is not None and size > 0 and space.used + size > space.quota:
        raise tree.no_room(space.pk)


def _require_writable(request: HttpRequest, place: Place) -> None:
    """Refuse early where neither adding nor replacing is allowed; the write decides which one it is."""
    if place.space.archived_at or not place.here.mask & (Right.ADD | Right.EDIT):
        request.actor.require(place.here, Right.ADD)  # type: ignore[attr-defined]
        raise Forbidden


def _mine(request: HttpRequest, pk: int) -> Upload:
    upload = Upload.objects.filter(pk=pk, user=request.user).exclude(parent=None).first()  # type: ignore[misc]
    if upload is None:
        raise NotFound(_("This upload is over. Add the file again."))
    return upload


def _place(request: HttpRequest, wanted: Any) -> Place:
    number = _number(wanted)
    if number is None:
        raise BadInput
    place = browsing.of(request.actor, number)  # type: ignore[attr-defined]
    if not place.here.is_folder:
        raise Conflict
    return place


def _folder(request: HttpRequest, parent: Entry, name: str) -> tuple[Any, bool]:
    """Return the folder of this name, and whether it was made now."""
    check_name(name)
    there = Node.objects.inside(parent.pk).visible_to(request.actor).filter(name=name).first()  # type: ignore[attr-defined]
    if there is None:
        return creating.make_folder(request.actor, parent, name), True  # type: ignore[attr-defined]
    if not there.is_folder:
        raise Conflict(_("A file is called “%(name)s” there. Rename it, or the folder, first.") % {"name": name})
    return there, False


def _clash(wanted: str, seen: str = "") -> dict[str, Any]:
    """Return how a name that exists is treated: beside it, over it (a version stays), or not at all.

    What changed since it was `seen` is not replaced: both are kept.
    """
    if wanted == "keep":
        return {"new_only": True}
    return {"based_on": seen or None} if wanted == "replace" else {"guard": refuse_taken}


def _written(written: writing.Written, name: str) -> HttpResponse:
    entry = written.entry
    answer = {"id": entry.id, "name": entry.name, "url": reverse("files:by-id", args=[entry.id])}
    if written.beside:
        said = _("Somebody saved “%(name)s” before you. Both are kept: yours is “%(beside)s”.")
        answer["beside"] = said % {"name": name, "beside": entry.name}
    return JsonResponse(answer, status=201 if written.created else 200)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body)
    except ValueError:
        raise BadInput from None
    if not isinstance(data, dict):
        raise BadInput
    return data


def _list(data: dict[str, Any], name: str) -> list[Any]:
    values = data.get(name)
    if not isinstance(values, list) or len(values) > MOST_NAMES:
        raise BadInput
    return values


def _length(request: HttpRequest) -> int:
    """Return the promised length of the body; without one it is empty, unless it comes in chunks of its own."""
    length = _number(request.headers.get("Content-Length") or "0")
    if length is None or "Transfer-Encoding" in request.headers:
        raise BadInput
    return length


def _number(value: Any) -> int | None:
    text = str(value) if value is not None else ""
    return numerals.whole(text)
