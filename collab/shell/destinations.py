"""Places and actions that the box of Ctrl K offers by name: pages of the house, and what apps let one begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collab.rights import switches
from collab.search import words
from collab.shell.context import Shell


@dataclass(frozen=True)
class Destination:
    """A line of the box: where it leads; `space` is drawn by its mark."""

    label: str | Promise
    icon: str
    url: str
    space: Any = None


_SETTINGS = (
    (_("Profile"), "user", "shell:settings"),
    (_("Appearance"), "palette", "shell:settings-appearance"),
    (_("Language and time"), "globe", "shell:settings-language"),
    (_("Devices"), "phone", "accounts:devices"),
    (_("Sign-in"), "key", "shell:settings-security"),
    (_("My groups"), "people", "shell:groups"),
    (_("My rights"), "eye", "shell:my-rights"),
    (_("My links"), "link", "shell:my-links"),
    (_("Notifications"), "bell", "shell:notifications"),
    (_("How shall we reach you?"), "bell", "shell:settings-notifications"),
)
_HOUSE = (
    (_("People"), "people", "shell:administration-people"),
    (_("Groups"), "people", "shell:administration-groups"),
    (_("Administration"), "settings", "shell:administration"),
    (_("Audit log"), "clock", "shell:administration-audit"),
    (_("Encryption"), "lock", "shell:administration-encryption"),
    (_("Health"), "pulse", "shell:administration-health"),
)


def offered(request: HttpRequest, shell: Shell) -> list[Destination]:
    """Return all of them, for the page that `shell` is of: what one may begin, apps, spaces, settings."""
    actor = shell.actor
    found = [
        Destination(command.label, command.icon, url)
        for plugin in switches.plugins(actor) for command in plugin.commands if (url := command.url(actor, shell.space))
    ]  # fmt: skip
    if shell.may_make_spaces:
        found.append(Destination(_("New space"), "plus", reverse("shell:space-new")))
    if shell.may_invite:
        found.append(Destination(_("Invite"), "user-plus", reverse("shell:administration-invite")))
    found += [Destination(entry.label, entry.icon, entry.url) for entry in shell.entries]
    found += [Destination(space.name, "", address, space) for space, address, _current in shell.places]
    if shell.has_archived:
        found.append(Destination(_("Archived spaces"), "archive", reverse("shell:spaces-archived")))
    found += [Destination(label, icon, reverse(route)) for label, icon, route in _SETTINGS]
    if shell.user is not None and shell.user.is_administrator:
        found += [Destination(label, icon, reverse(route)) for label, icon, route in _HOUSE]
    return found


def matching(offers: list[Destination], text: str) -> list[Destination]:
    """Return those whose words begin with the words typed; spaces are left to the search, which knows them too."""
    asked = words.tokens(text)
    found = []
    for one in offers:
        there = words.tokens(str(one.label))
        if asked and one.space is None and all(any(word.startswith(part) for word in there) for part in asked):
            found.append(one)
    return found
