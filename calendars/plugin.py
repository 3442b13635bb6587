"""All that the core knows about calendars. Read this first, then `models`, `actions/storing`, `dav/resources`."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from calendars import about, appointment_shares, house_settings, notices, offering, roles, searching, telling
from calendars.actions import delivering
from calendars.dav.tree import CalendarsTree
from calendars.models import Calendar
from calendars.port import Port
from collab.registry.duties import Duties
from collab.registry.plugin import (
    Beginning,
    DavTree,
    Every,
    NavEntry,
    PersonHooks,
    Plugin,
    Shareable,
    SpaceHooks,
    SpaceTool,
    Widget,
)
from collab.registry.upkeep import Outgoing
from collab.rights.actor import Actor
from collab.rights.right import READER
from collab.rights.switches import switch

_NAME = pgettext_lazy("app", "Calendars")


def today(request: Any) -> str:
    """Return the block of the home page; drawn by what needs the templates, which need this declaration first."""
    from calendars import widgets

    return widgets.waiting(request)


def duties_of(actor: Actor, after: Any, most: int) -> Any:
    """Return the tasks that a person is to do; drawn by what needs this declaration first."""
    from calendars.tasklists import duties

    return duties.find(actor, after, most)


def count_duties_of(actor: Actor) -> Any:
    """Count them."""
    from calendars.tasklists import duties

    return duties.count(actor)


def bookings(request: Any) -> Any:
    """Return the bookings that wait for the person who looks."""
    from calendars import widgets

    return widgets.to_answer(request)


def invitations(request: Any) -> Any:
    """Return the block of the home page with the invitations that wait for an answer."""
    from calendars import widgets

    return widgets.invitations(request)


def in_space(request: Any) -> str:
    """Return the block of a space's front page."""
    from calendars import widgets

    return widgets.in_space(request)


def get(pk: int) -> Calendar | None:
    """Return the living calendar with what its rights need."""
    return Calendar.objects.living().select_related("acl", "space").filter(pk=pk).first()


def many(ids: list[int]) -> dict[int, Calendar]:
    """Return {id: the living calendar}."""
    return Calendar.objects.living().select_related("acl", "space").in_bulk(ids)


def seen(actor: Actor, ids: list[int]) -> set[int]:
    """Return which of the calendars the actor may see."""
    return set(Calendar.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def apart(spaces: list[int], text: str) -> Any:
    """Return the calendars of these spaces that have a circle of their own, by name."""
    found = Calendar.objects.living().filter(space__in=spaces, acl__kind=Calendar.REF_KIND, acl__object_id=F("pk"))
    if text:
        found = found.filter(title__unaccent__icontains=text)
    return found.select_related("acl", "space").order_by("title", "pk")


def public(request: Any, opened: Any, rest: str) -> Any:
    """Answer below the address of a public link."""
    from calendars.views import public as pages  # views need the registry to be filled

    return pages.page(request, opened, rest)


plugin = Plugin(
    slug="calendars",
    name=_NAME,
    icon="calendar",
    urls="calendars.urls",
    nav=(NavEntry(_NAME, "calendar", "calendars:home", in_space="calendars:space", order=30, key="a"),),
    settings_nav=(NavEntry(_("My hours"), "clock", "calendars:working-hours"),),
    shareables=(
        Shareable(
            Calendar.REF_KIND,
            get=get,
            title=lambda calendar: calendar.title,
            url=lambda calendar, actor: reverse("calendars:calendar", args=[calendar.pk]),
            roles=roles.ROLES,
            link_roles=lambda calendar: (READER, roles.BUSY_ONLY),
            public=public,
            many=many,
            seen=seen,
            apart=apart,
            sort=lambda calendar: ("calendar", _("a calendar")),
        ),
        appointment_shares.SHAREABLE,
    ),
    widgets=(
        Widget("calendars-answer", _("Invitations"), invitations, order=15, section="answer"),
        Widget("calendars-today", _("Today"), today, order=10, section="recent"),
        Widget("calendars-bookings", _("Bookings that wait for your answer"), bookings, order=20, section="answer"),
    ),
    space_widgets=(Widget("calendars-next", _("Next events"), in_space, order=10),),
    duties=(Duties("tasks", _("Tasks"), "tasks", duties_of, count_duties_of),),
    searches=(searching.SEARCH,),
    commands=searching.COMMANDS,
    verbs=(*telling.VERBS, appointment_shares.VERBS),
    dav=(DavTree("calendars", CalendarsTree),),
    calendar=Port(),
    beginnings=(
        Beginning("event", _("An event"), "calendar", offering.event),
        Beginning("task", _("A task"), "tasks", offering.task),
    ),
    notifications=(*notices.NOTICES, appointment_shares.NOTICE),
    jobs=(
        Every(60, "calendars.tasks.remind"),
        Every(60, "calendars.tasks.deliver_due"),
        Every(120, "calendars.tasks.read_mailbox"),
        Every(24 * 3600, "calendars.tasks.tidy"),
        Every(3600, "calendars.tasks.write_on"),
        Every(60, "calendars.tasks.fetch"),
    ),
    settings=(switch("calendars", _NAME), *house_settings.SETTINGS),
    outgoing=(Outgoing(delivering.held_back, delivering.drop_held),),
    people=PersonHooks(forget=about.forget, holdings=about.held, export=about.export),
    spaces=SpaceHooks(copy=about.copy, erase=about.erase, holdings=about.holdings),
    space_tools=(SpaceTool(_NAME, "calendar", lambda space: reverse("calendars:space", args=[space.slug])),),
)
