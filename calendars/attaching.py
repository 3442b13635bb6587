"""Files of this house attached to an event, a task or a note: ATTACH with the file's address (RFC 5545, 3.8.1.1).

Whoever sees the entry sees the name that was written beside the address; the file itself opens by its own rights. The
app of files is not known here: it says through the registry what there is, and what of it the person finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from calendars.ical.opened import open_object
from calendars.ical.parts import Attachment, Part
from calendars.ical.writing import touch
from collab.lib.contentlines import Line
from collab.lib.errors import NotFound
from collab.lib.text import fold
from collab.registry import registry
from collab.registry.plugin import Within
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space

FILE = "node"
"""The kind of thing that is attached."""
MOST = 50
"""So many things are attached to one entry."""
MOST_FOUND = 30
_FIRST = 500


@dataclass(frozen=True)
class Attached:
    """One attachment as a page shows it: `url` is "" where it cannot be opened; `key` names it in forms.

    `is_ours`: a file of this house; `may_open`: the person sees it.
    """

    name: str
    url: str
    key: str
    is_ours: bool = False
    may_open: bool = True


def attached(request: HttpRequest, attachments: Sequence[Attachment]) -> list[Attached]:
    """Return what is attached, files of the house as this person finds them: two queries, however many."""
    ids = {one.uri: pk for one in attachments if (pk := file_at(request, one.uri))}
    declared = registry.shareable(FILE)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = list(set(ids.values()))
    seen = declared.seen(actor, wanted) if declared is not None and declared.seen is not None and wanted else set()
    there = registry.many((FILE, pk) for pk in seen)
    found = []
    for number, one in enumerate(attachments[:MOST]):
        name = one.filename or _last(one.uri) or str(number + 1)
        if one.uri in ids:
            thing = there.get((FILE, ids[one.uri]))
            if thing is not None and declared is not None:
                address = reverse("shell:thing", args=[FILE, ids[one.uri]])
                found.append(Attached(declared.title(thing), address, one.uri, is_ours=True))
            else:
                found.append(Attached(name, "", one.uri, is_ours=True, may_open=False))
        elif one.uri.lower().startswith(("https://", "http://")):
            found.append(Attached(name, one.uri, one.uri))
        else:
            found.append(Attached(name, "", one.uri, may_open=False))
    return found


def address_of(request: HttpRequest, pk: int) -> str:
    """Return the whole address of a file, the same for everybody."""
    return request.build_absolute_uri(reverse("shell:thing", args=[FILE, pk]))


def file_at(request: HttpRequest, uri: str) -> int:
    """Return the id of the file of this house that the address names, 0 for any other address."""
    parts = urlsplit(uri) if len(uri) < 1000 and uri.isprintable() and "[" not in uri else urlsplit("")
    if parts.netloc.lower() != request.get_host().lower():
        return 0
    try:
        match = resolve(parts.path)
    except Resolver404:
        return 0
    ours = match.view_name == "shell:thing" and match.kwargs.get("kind") == FILE
    return int(match.kwargs["pk"]) if ours else 0


def attach(data: bytes, address: str, name: str, *, now: datetime) -> bytes:
    """Return the entry with the file at this address attached to each of its times, once."""
    opened = open_object(data)
    for part in opened.item.parts:
        if not any(line.value.strip() == address for line in part.tree.all("ATTACH")):
            part.tree.add("ATTACH", address, (("FILENAME", (name,)),))
            touch(part.tree, now, significant=False)
    return opened.close()


def detach(data: bytes, address: str, *, now: datetime) -> bytes:
    """Return the entry without what is attached by this address."""
    opened = open_object(data)

    def names_it(line: Line) -> bool:
        return line.value.strip() == address

    for part in opened.item.parts:
        if part.tree.remove("ATTACH", names_it):
            touch(part.tree, now, significant=False)
    return opened.close()


def count(parts: Iterable[Part]) -> int:
    """Return how many things are attached to the fullest of the parts."""
    return max((len(part.attachments) for part in parts), default=0)


@dataclass(frozen=True)
class Choice:
    """What the person may choose from: `places` to begin in, or the `rows` of a folder, or those that were `found`.

    `above`: (id, name) from the top down to the folder; `found`: (id, name, where it lies); `more`: what follows.
    """

    places: Sequence[Space] = ()
    rows: Sequence[Within] = ()
    above: Sequence[tuple[int, str]] = ()
    found: Sequence[tuple[int, str, str]] = ()
    more: str = ""


def choice(actor: Actor, folder: int, asked: str, after: str) -> Choice:
    """Return what lies in the folder (0: the spaces to begin in), or what bears a name. Raises NotFound."""
    declared = registry.shareable(FILE)
    if declared is None:
        raise NotFound
    if asked:
        return Choice(found=_named(actor, asked))
    if not folder:
        return Choice(places=_places(actor))
    thing = registry.thing(FILE, folder)
    if thing is None or declared.inside is None or not actor.can(thing, Right.SEE):
        raise NotFound
    inside = declared.inside(actor, actor, thing, after)
    return Choice(rows=inside.rows, above=inside.above, more=inside.more)


def chosen(actor: Actor, pk: int) -> str:
    """Return the name of a file that the person sees. Raises NotFound."""
    declared, thing = registry.shareable(FILE), registry.thing(FILE, pk)
    if declared is None or thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    return declared.title(thing)


def top_of(actor: Actor, space: int) -> int:
    """Return the folder that holds all files of a space that the person sees. Raises NotFound."""
    found = Space.objects.visible_to(actor).filter(pk=space).first()
    refs = [hooks.top(found) for hooks in registry.spaces() if hooks.top is not None and found is not None]
    for ref in refs:
        if ref is not None and ref[0] == FILE:
            return ref[1]
    raise NotFound


def _places(actor: Actor) -> list[Space]:
    """Return the spaces that the person sees, their own first."""
    spaces = Space.objects.visible_to(actor).filter(archived_at=None).order_by("name", "pk")[:_FIRST]
    own = actor.user.pk if actor.user is not None else 0
    return sorted(spaces, key=lambda one: one.owner_id != own)


def _named(actor: Actor, asked: str) -> list[tuple[int, str, str]]:
    """Return the first things whose name holds these letters, the latest first."""
    search = next((one for one in registry.searches() if one.kind == FILE), None)
    if search is None:
        return []
    rows = search.objects(actor).filter(sort__contains=fold(asked)).order_by("-pk")
    ids = list(rows.values_list("pk", flat=True)[:MOST_FOUND])
    shown = search.show(actor, ids)
    return [(pk, shown[pk].title, shown[pk].place) for pk in ids if pk in shown]


def _last(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2][:100] if "//" in uri else ""
