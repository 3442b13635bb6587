"""All that the core knows about polls. Read this first, then `models`, `actions/answering`, `views/poll`."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collab.registry import house
from collab.registry.plugin import (
    Beginning,
    Every,
    Marks,
    NavEntry,
    PersonHooks,
    Plugin,
    Shareable,
    SpaceHooks,
    SpaceTool,
    Verbs,
    Widget,
)
from collab.rights.actor import Actor
from collab.rights.right import COMMENTER, DISCUSSANT, EDITOR, MANAGER, READER, RESPONDENT, Role
from collab.rights.switches import switch
from polls import about, house_settings, offering, searching, telling
from polls.models import Poll


def awaiting(request: Any) -> Any:
    """Return the block of the home page; drawn by what needs the templates, which need this declaration first."""
    from polls import widgets

    return widgets.awaiting(request)


def in_space(request: Any) -> str:
    """Return the block of a space's front page."""
    from polls import widgets

    return widgets.in_space(request)


def get(pk: int) -> Poll | None:
    """Return the living poll with what its rights need."""
    return Poll.objects.living().select_related("acl", "space", "maker").filter(pk=pk).first()


def many(ids: list[int]) -> dict[int, Poll]:
    """Return {id: the living poll}."""
    return Poll.objects.living().select_related("acl", "space", "maker").in_bulk(ids)


def seen(actor: Actor, ids: list[int]) -> set[int]:
    """Return which of the polls the actor may see."""
    return set(telling.seen(actor).filter(pk__in=ids).values_list("pk", flat=True))


def apart(spaces: list[int], text: str) -> Any:
    """Return the polls of these spaces that have a circle of their own, by name."""
    found = Poll.objects.living().filter(space__in=spaces, acl__kind=Poll.REF_KIND, acl__object_id=F("pk"))
    if text:
        found = found.filter(title__unaccent__icontains=text)
    return found.select_related("acl", "space").order_by("title", "pk")


def link_roles(poll: Poll) -> tuple[Role, ...]:
    """Return what a public link may give: to answer, to discuss, to look, of a visitor's poll its key; or none."""
    if not house.get(house_settings.VISITORS):
        return ()
    roles = (RESPONDENT, DISCUSSANT, READER)
    return (*roles, EDITOR) if poll.is_visitors else roles


def public(request: Any, opened: Any, rest: str) -> Any:
    """Answer below the address of a public link."""
    from polls.views import public as pages  # views need the registry to be filled

    return pages.page(request, opened, rest)


_NAME = pgettext_lazy("app", "Polls")

plugin = Plugin(
    slug="polls",
    name=_NAME,
    icon="poll",
    urls="polls.urls",
    nav=(NavEntry(_NAME, "poll", "polls:home", in_space="polls:space", order=60, key="p"),),
    widgets=(Widget("polls-awaiting", _("Polls"), awaiting, order=30, section="answer"),),
    space_widgets=(Widget("polls-here", _("Open polls"), in_space, order=30),),
    shareables=(
        Shareable(
            Poll.REF_KIND,
            get=get,
            title=lambda poll: poll.title,
            url=lambda poll, actor: reverse("polls:poll", args=[poll.pk]),
            roles=(READER, RESPONDENT, COMMENTER, EDITOR, MANAGER),
            link_roles=link_roles,
            public=public,
            many=many,
            seen=seen,
            apart=apart,
            sort=lambda poll: ("poll", _("a poll")),
            marks=Marks(Poll, {"deleted_at": None}),
        ),
    ),
    searches=(searching.SEARCH,),
    commands=searching.COMMANDS,
    verbs=(Verbs(Poll.REF_KIND, telling.tell, telling.seen, forgets=telling.FORGETS, gathers=telling.GATHERS),),
    notifications=telling.NOTICES,
    jobs=(Every(3600, "polls.tasks.remind"), Every(24 * 3600, "polls.tasks.tidy")),
    settings=(switch("polls", _NAME), *house_settings.SETTINGS),
    people=PersonHooks(forget=about.forget, export=about.export),
    spaces=SpaceHooks(copy=about.copy, erase=about.erase, holdings=about.holdings),
    polls=offering.Maker(),
    beginnings=(Beginning("poll", _("A poll"), "poll", offering.begin),),
    space_tools=(SpaceTool(_NAME, "poll", lambda space: reverse("polls:space", args=[space.slug])),),
)
