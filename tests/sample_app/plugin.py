"""All that the core knows about whiteboards."""

from typing import Any

from django.urls import reverse

from collab.registry.plugin import Every, NavEntry, Plugin, Shareable, SpaceTool, Widget
from collab.rights.right import EDITOR, MANAGER, READER
from tests.sample_app.models import Whiteboard


def get(pk: int) -> Whiteboard | None:
    return Whiteboard.objects.select_related("acl", "space").filter(pk=pk).first()


def newest(request: Any) -> str:
    found = Whiteboard.objects.visible_to(request.actor).order_by("-pk").first()
    return f"Newest whiteboard: {found.pk}" if found else ""


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
        ),
    ),
    jobs=(Every(3600, "tests.sample_app.tasks.tidy"),),
    space_tools=(SpaceTool("Whiteboards", "board", lambda space: reverse("sample:space", args=[space.slug])),),
)
