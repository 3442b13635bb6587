"""Apps on or off: for everybody, for chosen groups, or for nobody. What was made with one that is off stays.

Asked in one place per door: the middleware of pages, the server of DAV, the service of OCS, REST, the websocket; the
rail, the home page and a space's front draw only what is on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.lib.errors import NotFound
from collab.registry import house, registry
from collab.registry.plugin import NavEntry, Plugin, Setting
from collab.rights.actor import Actor
from collab.rights.models import Principal

ALL = "all"
OFF = gettext_lazy("This application is switched off for you. What is in it is kept: ask an administrator.")


def switch(slug: str, name: str | Promise) -> Setting:
    """Return the setting that an app with an entry in the rail declares: who has it."""

    def field() -> forms.Field:
        return WhoField(label=name)

    return Setting(key_of(slug), [ALL], field, "apps")


def key_of(slug: str) -> str:
    """Return the key of an app's switch."""
    return f"{slug}.who"


class WhoField(forms.MultipleChoiceField):
    """Everybody, or some groups, by the numbers of their principals; nothing ticked: nobody."""

    def __init__(self, *, label: Any):
        super().__init__(
            label=label,
            required=False,
            choices=_choices,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy(
                "Tick groups and take the tick from “Everybody” to keep it to them; tick nothing to switch it off."
                " What was made stays and comes back with it."
            ),
        )

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        return [ALL] if ALL in chosen else sorted(chosen, key=int)


def is_on(plugin: Plugin, actor: Actor) -> bool:
    """Whether the app is on for this actor. Visitors with a link get what is on for anybody at all."""
    key = key_of(plugin.slug)
    if key not in house.declared():
        return True
    who: list[str] = house.lately(key)
    if who == [ALL] or (who and actor.user is None):
        return True
    mine = {str(principal) for principal in actor.principals}
    return any(one in mine for one in who)


def is_kind_on(kind: str, actor: Actor) -> bool:
    """Whether the app that declares this kind of thing is on for the actor."""
    plugin = by_kind(kind)
    return plugin is None or is_on(plugin, actor)


def require(plugin: Plugin | None, actor: Actor) -> None:
    """Raise NotFound when the app is off for the actor."""
    if plugin is not None and not is_on(plugin, actor):
        raise NotFound(OFF)


def plugins(actor: Actor) -> Iterable[Plugin]:
    """Return the apps that are on for the actor."""
    return (plugin for plugin in registry.plugins() if is_on(plugin, actor))


def nav(actor: Actor) -> list[NavEntry]:
    """Return the entries of the actor's rail, in their order."""
    return sorted((entry for plugin in plugins(actor) for entry in plugin.nav), key=lambda entry: entry.order)


def settings_nav(actor: Actor) -> list[NavEntry]:
    """Return the pages that apps have among the actor's settings, in their order."""
    found = (entry for plugin in plugins(actor) for entry in plugin.settings_nav)
    return sorted(found, key=lambda entry: entry.order)


def house_nav(actor: Actor) -> list[NavEntry]:
    """Return the pages that apps have in the administration, in their order."""
    found = (entry for plugin in plugins(actor) for entry in plugin.house_nav)
    return sorted(found, key=lambda entry: entry.order)


def by_slug(slug: str) -> Plugin | None:
    """Return the app of this slug."""
    return next((plugin for plugin in registry.plugins() if plugin.slug == slug), None)


def by_kind(kind: str) -> Plugin | None:
    """Return the app that declares this kind of thing."""
    return next((plugin for plugin in registry.plugins() if any(item.kind == kind for item in plugin.shareables)), None)


def by_factory(tree: Any) -> Plugin | None:
    """Return the app to which a tree of the DAV door belongs, None for the door's own root."""
    return next(
        (plugin for plugin in registry.plugins() if any(type(tree) is declared.factory for declared in plugin.dav)),
        None,
    )


def _choices() -> list[tuple[str, str]]:
    groups = Principal.objects.exclude(group=None).select_related("group").order_by("-group__everyone", "group__name")
    named = [(str(one.pk), _("All members, no guests") if one.group.everyone else str(one.group)) for one in groups]  # type: ignore[union-attr]
    return [(ALL, _("Everybody")), *named]
