"""All that the core knows about whiteboards."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse

from collab.registry import registry
from collab.registry.plugin import (
    Every,
    Marks,
    NavEntry,
    Notice,
    PersonHooks,
    Plugin,
    Shareable,
    SpaceHooks,
    SpaceTool,
    Told,
    Verbs,
    Widget,
)
from collab.registry.searching import Search, Shown, Written
from collab.rights.actor import Actor
from collab.rights.models import Acl
from collab.rights.right import EDITOR, MANAGER, READER
from collab.rights.switches import switch
from tests.sample_app.models import Whiteboard


def get(pk: int) -> Whiteboard | None:
    return Whiteboard.objects.select_related("acl", "space").filter(pk=pk).first()


def newest(request: Any) -> str:
    found = Whiteboard.objects.visible_to(request.actor).order_by("-pk").first()
    return f"Newest whiteboard: {found.pk}" if found else ""


def starters(template: str) -> list[str]:
    return ["Ideas"] if template == "project" else []


def furnish(actor: Any, space: Any, template: str) -> None:
    for title in starters(template):
        Whiteboard.objects.create(space=space, acl=space.acl, title=title)


def copy(actor: Any, source: Any, space: Any, *, content: bool = False) -> None:
    for board in Whiteboard.objects.visible_to(actor).filter(space=source, acl=source.acl):
        Whiteboard.objects.create(space=space, acl=space.acl, title=board.title)


def erase(space: Any) -> None:
    boards = Whiteboard.objects.filter(space=space)
    own = list(boards.exclude(acl=space.acl).values_list("acl_id", flat=True))
    boards.delete()
    Acl.objects.filter(pk__in=own).delete()


def holdings(space: Any, actor: Any) -> list[str]:
    found = Whiteboard.objects.filter(space=space)
    return [f"{(found.visible_to(actor) if actor else found).count()} whiteboards"]


def tell(actor: Any, changes: list[Any]) -> list[Told]:
    found = seen(actor).in_bulk([change.ref_id for change in changes])
    said = {one.seq: "shared it" if (told := registry.said(one)) is None else told for one in changes}
    return [Told(one.seq, said[one.seq], found[one.ref_id].title) for one in changes if one.ref_id in found]


def seen(actor: Any) -> Any:
    return Whiteboard.objects.visible_to(actor)


def mentioned(space_id: int, changes: list[Any]) -> Any:
    about = (one for one in changes if (one.ref_kind, one.kind) == ("whiteboard", "sample-mention"))
    return ((person, one) for one in about for person in one.after["people"])


def export(person: Any, into: Any) -> None:
    boards = Whiteboard.objects.visible_to(Actor.of(person)).order_by("pk")
    into.json("whiteboards.json", [board.title for board in boards], about="Whiteboards that you see")
    into.write("drawings/a:b.txt", (part for part in (b"one ", b"two")), at=0)


def boards(actor: Any) -> Any:
    return Whiteboard.objects.visible_to(actor)


def write(ids: list[int]) -> dict[int, Written]:
    now = datetime.now(UTC)
    return {
        one.pk: Written(one.title, one.space_id, now, text="A board with a pinned colour")
        for one in Whiteboard.objects.filter(pk__in=ids)
    }


def show(actor: Any, ids: list[int]) -> dict[int, Shown]:
    found = Whiteboard.objects.select_related("space").in_bulk(ids)
    return {
        pk: Shown(one.title, reverse("sample:board", args=[pk]), "board", one.space.name) for pk, one in found.items()
    }


SEARCH = Search(
    "whiteboard", "Whiteboards", "board", boards, show, name="title", space="space", everything=Whiteboard.objects.all,
    write=write, filters={"colour": lambda boards, actor, value: boards if value == "blue" else boards.none()},
)  # fmt: skip


plugin = Plugin(
    slug="sample",
    name="Whiteboards",
    icon="board",
    urls="tests.sample_app.urls",
    nav=(NavEntry("Whiteboards", "board", "sample:boards", in_space="sample:space", order=90),),
    widgets=(Widget("sample-newest", "Whiteboard", newest, order=90),),
    shareables=(
        Shareable(
            "whiteboard",
            get=get,
            title=str,
            url=lambda board, actor: reverse("sample:board", args=[board.pk]),
            roles=(READER, EDITOR, MANAGER),
            marks=Marks(Whiteboard),
        ),
    ),
    jobs=(Every(3600, "tests.sample_app.tasks.tidy"),),
    spaces=SpaceHooks(furnish, starters, copy, erase, holdings),
    verbs=(Verbs("whiteboard", tell, seen),),
    notifications=(
        Notice("sample.mention", "Where I am named", "because you were mentioned", mentioned, said="mentioned you"),
    ),
    searches=(SEARCH,),
    settings=(switch("sample", "Whiteboards"),),
    people=PersonHooks(export=export),
    space_tools=(SpaceTool("Whiteboards", "board", lambda space: reverse("sample:space", args=[space.slug])),),
)
