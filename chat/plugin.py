"""All that the core knows about the chat. Read this first, then `models`, `actions/posting`, `room`."""

from dataclasses import replace
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chat import about, house_settings, searching, taking, telling
from chat.actions import exporting, visiting
from chat.models import Channel
from collab.registry import house
from collab.registry.plugin import (
    Every,
    NavEntry,
    PersonHooks,
    Plugin,
    Shareable,
    SpaceHooks,
    SpaceTool,
    Verbs,
    Widget,
)
from collab.registry.ports import Channel as Socket
from collab.registry.ports import LinkChoice
from collab.rights.actor import Actor
from collab.rights.right import COMMENTER, CONTRIBUTOR, EDITOR, MANAGER, READER, Role
from collab.rights.switches import switch


def unread(request: Any) -> Any:
    """Return the block of the home page; drawn by what needs the templates, which need this declaration first."""
    from chat import widgets

    return widgets.unread(request)


def waiting(actor: Actor) -> int:
    """Return how much is said to the person that they have not read: the number on the rail."""
    from chat import queries

    return queries.waiting(actor)


def in_space(request: Any) -> str:
    """Return the block of a space's front page."""
    from chat import widgets

    return widgets.in_space(request)


def get(pk: int) -> Channel | None:
    """Return the living channel with what its rights need."""
    return Channel.objects.living().select_related("acl", "space").filter(pk=pk).first()


def many(ids: list[int]) -> dict[int, Channel]:
    """Return {id: the living channel}."""
    return Channel.objects.living().select_related("acl", "space").in_bulk(ids)


def seen(actor: Actor, ids: list[int]) -> set[int]:
    """Return which of the channels the actor may see."""
    return set(Channel.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def apart(spaces: list[int], text: str) -> Any:
    """Return the channels of these spaces that have a circle of their own, by name."""
    found = Channel.objects.living().rooms()
    found = found.filter(space__in=spaces, acl__kind=Channel.REF_KIND, acl__object_id=F("pk"))
    if text:
        found = found.filter(title__unaccent__icontains=text)
    return found.select_related("acl", "space").order_by("title", "pk")


def link_roles(channel: Channel) -> tuple[Role, ...]:
    """Return what a public link may give: to talk along, or to read; what is between people has none."""
    if channel.is_between or not house.get(house_settings.VISITORS):
        return ()
    return (
        replace(CONTRIBUTOR, gives=_("read what is said, and write")),
        replace(READER, gives=_("read what is said")),
    )


def public(request: Any, opened: Any, rest: str) -> Any:
    """Answer below the address of a public link."""
    from chat.views import public as pages  # views need the registry to be filled

    return pages.page(request, opened, rest)


CHOICES = (
    LinkChoice(
        visiting.LOBBY, _("Lobby: visitors wait until somebody lets them in"),
        _("moderators see who is waiting"), default=True,
    ),
    LinkChoice(visiting.HISTORY, _("They read earlier messages"), _("otherwise only from the moment they join")),
    LinkChoice(
        visiting.FILES, _("They open files of the channel"),
        _("of a private channel; those of an open one belong to its space"),
    ),
)  # fmt: skip
_NAME = pgettext_lazy("app", "Chat")

plugin = Plugin(
    slug="chat",
    name=_NAME,
    icon="chat",
    urls="chat.urls",
    doors="chat.doors",
    nav=(NavEntry(_NAME, "chat", "chat:home", in_space="chat:space", order=10, key="c", waiting=waiting),),
    settings_nav=(NavEntry(_("Read receipts"), "eye", "chat:receipts"),),
    house_nav=(NavEntry(_("Import chat"), "upload", "chat:imports"),),
    widgets=(Widget("chat-unread", _("Messages to you"), unread, order=10, section="answer"),),
    space_widgets=(Widget("chat-here", _("Last messages"), in_space, order=20),),
    shareables=(
        Shareable(
            Channel.REF_KIND,
            get=get,
            title=lambda channel: channel.title or str(_("a conversation")),
            url=lambda channel, actor: reverse("chat:channel", args=[channel.pk]),
            roles=(READER, COMMENTER, CONTRIBUTOR, EDITOR, MANAGER),
            link_roles=link_roles,
            public=public,
            link_choices=CHOICES,
            many=many,
            seen=seen,
            apart=apart,
            sort=lambda channel: ("lock" if channel.form == Channel.Form.CLOSED else "hash", _("a channel")),
        ),
    ),
    searches=(searching.SEARCH,),
    commands=searching.COMMANDS,
    verbs=(Verbs(Channel.REF_KIND, telling.tell, telling.seen, forgets=telling.FORGETS, gathers=telling.GATHERS),),
    notifications=telling.NOTICES,
    channels=(
        Socket("chat", "chat.socket.ChatSocket"),
        Socket("chat-visitor", "chat.visiting_socket.VisitorSocket"),
        Socket("v4", "chat.v4.socket.V4Socket", path="api/v4/websocket"),
    ),
    jobs=(
        Every(60, "chat.tasks.say_due"),
        Every(24 * 3600, "chat.tasks.tidy"),
        Every(3600, "chat.tasks.expire"),
        Every(60, "chat.tasks.carry_due"),
    ),
    settings=(switch("chat", _NAME), *house_settings.SETTINGS),
    people=PersonHooks(forget=about.forget, export=taking.export),
    spaces=SpaceHooks(
        furnish=about.furnish, starters=about.starters, copy=about.copy, erase=about.erase, holdings=about.holdings
    ),
    erase=exporting.remove_all,
    space_tools=(SpaceTool(_NAME, "chat", lambda space: reverse("chat:space", args=[space.slug])),),
)
