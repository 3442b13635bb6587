"""What the frame needs on every page, asked only when a template shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages, mails, opening, ranks
from collab.lib.routes import reverse
from collab.lib.text import initials
from collab.mydata import leaving
from collab.notifications import finding
from collab.registry import house
from collab.registry.plugin import NavEntry
from collab.rights import switches
from collab.rights.actor import Actor
from collab.shell import bell, duties, erasing, logo
from collab.shell.plugin import PETROL
from collab.spaces.models import Pin, Space

FIRST = 4
"""Entries of the bottom bar on a phone, before “More”."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates `shell`: navigation, places, preferences; the one that the view has asked already, if it has."""
    return {"shell": getattr(request, "shell", None) or Shell(request)}


@dataclass(frozen=True)
class Entry:
    """One entry of the rail, or one space of the column, as drawn."""

    label: str | Promise
    icon: str
    url: str
    current: bool = False
    first: bool = False
    key: str = ""


class Shell:
    """The frame of one request. Every property asks the database at most once, and only if it is drawn."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def user(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", None) or Actor.nobody()  # a request refused at the gate has none

    @property
    def name(self) -> str:
        """The name of the house."""
        return mails.house()

    @property
    def initials(self) -> str:
        """What stands in the sign of the house."""
        return initials(self.name)

    @property
    def hue(self) -> str:
        """The colour of the house, for its sign."""
        chosen: str = house.get("house.hue")
        return chosen

    @cached_property
    def logo(self) -> str:
        """The address of the logo, "" where letters stand for it."""
        mark = logo.present()
        return reverse("shell:house-logo", args=[mark]) if mark else ""

    @property
    def accent(self) -> str:
        """The colour of buttons and links, "" for the stylesheet's own."""
        return "" if self.hue == PETROL else self.hue

    @property
    def has_duties(self) -> bool:
        """Whether there is a page of what is mine to do."""
        return self.user is not None and bool(duties.sources(self.actor))

    @property
    def may_manage(self) -> bool:
        """Whether there is a page of administration for this person, be it their own spaces alone."""
        return self.user is not None and ranks.may(self.user, "set.room_admin")

    @property
    def may_erase(self) -> bool:
        return self.user is not None and ranks.may(self.user, "set.delete")

    @property
    def ending(self) -> erasing.Asked | None:
        """That the house is to be deleted: said to administrators on every page."""
        return erasing.asked() if self.user is not None and self.user.is_administrator else None

    @cached_property
    def farewell(self) -> leaving.Farewell | None:
        """That I asked to leave: said on every page of a session that began or was told since."""
        return leaving.shown(self.request) if self.user is not None else None

    @property
    def theme(self) -> str:
        return self.user.theme if self.user else "auto"

    @property
    def density(self) -> str:
        return self.user.density if self.user else ""

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Each language under its own name, so that one who reads only that one finds it."""
        return languages.offered()

    @cached_property
    def spaces(self) -> list[Space]:
        """The team spaces I see, pinned ones first."""
        return [space for space in self.seen_spaces if not space.is_personal and space.archived_at is None]

    @cached_property
    def has_archived(self) -> bool:
        """Whether there is an archive to be looked into; administrators may find one of a space they do not see."""
        archived = any(space.archived_at is not None for space in self.seen_spaces)
        return archived or (self.user is not None and ranks.may(self.user, "arch.view_all"))

    @cached_property
    def seen_spaces(self) -> list[Space]:
        """All spaces I see, personal and archived ones too."""
        if self.user is None:
            return []
        pinned = Exists(Pin.objects.filter(user=self.user, space=OuterRef("pk")))
        found = Space.objects.visible_to(self.actor)
        # texts of front pages are long, and the frame shows none
        return list(found.defer("front").annotate(pinned=pinned).order_by("-pinned", "name", "id"))

    @cached_property
    def space(self) -> Space | None:
        """The space of this page: set by its view as `request.space`, or named in its address (`@sport`)."""
        given = getattr(self.request, "space", None)
        if given is not None:
            return given
        match = self.request.resolver_match
        slug = str(match.kwargs.get("space", "")) if match else ""
        return next((space for space in self.spaces if space.slug == slug), None) if slug else None

    @cached_property
    def entries(self) -> list[Entry]:
        """Home, then the apps; in a space each leads to the same space (where stays, what changes)."""
        at_home = self.request.path == "/" or self.request.path.startswith("/spaces/")
        home = Entry(_("Home"), "home", self._home_url(), at_home, True, "h")
        apps = [self._entry(entry) for entry in switches.nav(self.actor)]
        return [home, *(Entry(**{**vars(entry), "first": place < FIRST - 1}) for place, entry in enumerate(apps))]

    @cached_property
    def settings_nav(self) -> list[tuple[Any, str]]:
        """What apps have among my settings: each entry and its address."""
        return [(entry, reverse(entry.url)) for entry in switches.settings_nav(self.actor)]

    @cached_property
    def house_nav(self) -> list[tuple[Any, str]]:
        """What apps add to the administration, with its address."""
        return [(entry, reverse(entry.url)) for entry in switches.house_nav(self.actor)]

    @cached_property
    def places(self) -> list[tuple[Space, str, bool]]:
        """The spaces of the column: space, its address in this app, whether we are in it."""
        entry = next((entry for entry in switches.nav(self.actor) if entry.url.partition(":")[0] == self._app), None)
        current = self.space.pk if self.space else None
        return [(space, self._space_url(entry, space), space.pk == current) for space in self.spaces]

    @cached_property
    def may_make_spaces(self) -> bool:
        return self.user is not None and ranks.may(self.user, "rooms.create")

    @property
    def may_invite(self) -> bool:
        return self.user is not None and bool(ranks.ranks_to_give(self.user))

    @property
    def may_see_people(self) -> bool:
        return self.user is not None and ranks.may_see_people(self.user)

    @property
    def password_hint(self) -> str:
        """What makes a good password here."""
        text = gettext("At least %(count)d characters; four ordinary words in a row make a good one.")
        return text % {"count": house.get("accounts.password_length")}

    @property
    def may_register(self) -> bool:
        """Whether strangers find a registration page here."""
        return opening.is_open()

    @cached_property
    def bell(self) -> int:
        """How many notifications are unread."""
        return finding.unread(self.actor) if self.user is not None else 0

    @property
    def bell_shown(self) -> str:
        return bell.shown(self.bell)

    @property
    def bell_label(self) -> str:
        return bell.label(self.bell)

    @cached_property
    def quota_space(self) -> Space | None:
        """The space whose room the foot of the column shows: the one we are in, else one's own."""
        if self.user is None:
            return None
        return self.space or next((space for space in self.seen_spaces if space.owner_id == self.user.pk), None)

    @cached_property
    def _app(self) -> str:
        match = self.request.resolver_match
        return match.namespaces[0] if match and match.namespaces else ""

    def _home_url(self) -> str:
        if self.space is not None and not self.space.is_personal:
            return reverse("shell:space", args=[self.space.pk])
        return reverse("shell:home")

    def _entry(self, entry: NavEntry) -> Entry:
        url = self._space_url(entry, self.space) if self.space else reverse(entry.url)
        return Entry(entry.label, entry.icon, url, entry.url.partition(":")[0] == self._app, False, entry.key)

    @staticmethod
    def _space_url(entry: NavEntry | None, space: Space) -> str:
        if entry is None:
            return reverse("shell:space", args=[space.pk])
        if not entry.in_space or space.is_personal:
            return reverse(entry.url)
        try:
            return reverse(entry.in_space, args=[space.slug])
        except NoReverseMatch:
            return reverse(entry.url)
