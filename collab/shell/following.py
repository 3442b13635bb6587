"""The one control by which a person says how much they hear of a place, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.lib.partials import Toast, done
from collab.notifications import levels
from collab.notifications.models import Level
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell import bell

ICONS = {Level.FOLLOW: "bell-on", Level.NORMAL: "bell", Level.MUTE: "bell-off"}
_HEARS = {
    Level.FOLLOW: gettext_lazy("You hear of everything that happens here."),
    Level.NORMAL: gettext_lazy("You hear of what is meant for you."),
    Level.MUTE: gettext_lazy("You hear of nothing from here."),
}
_TOASTS = {
    Level.FOLLOW: gettext_lazy("You follow “%(name)s”: you hear of everything there."),
    Level.NORMAL: gettext_lazy("Of “%(name)s” you hear what is meant for you."),
    Level.MUTE: gettext_lazy("“%(name)s” is muted: you hear of nothing there."),
}


@dataclass(frozen=True)
class Control:
    """What counts on the thing (`level`), chosen on it or (`above`: by this name) on something it lies in."""

    kind: str
    pk: int
    name: str
    level: str
    above: str = ""

    @property
    def icon(self) -> str:
        return ICONS[Level(self.level)]

    @property
    def hears(self) -> str | Promise:
        return _HEARS[Level(self.level)]

    @property
    def label(self) -> str:
        """What the button says to who does not see it."""
        return _("What you hear of “%(name)s”: %(level)s") % {"name": self.name, "level": Level(self.level).label}

    @property
    def toast(self) -> str:
        return str(_TOASTS[Level(self.level)]) % {"name": self.name}

    @property
    def choices(self) -> list[tuple[str, str | Promise, bool]]:
        return [(level.value, level.label, level == self.level) for level in Level]


def of(actor: Actor, thing: Any) -> Control:
    """Return the control of a thing that the actor sees."""
    declared = registry.shareable(thing.REF_KIND)
    name = str(declared.title(thing)) if declared is not None else ""
    return at(actor, (thing.REF_KIND, thing.pk), name, None, thing)


def at(
    actor: Actor, ref: levels.Ref, name: str, containers: Sequence[levels.Ref] | None = None, thing: Any = None
) -> Control:
    """The same, where a page knows what the thing lies in, itself first, its space last."""
    if actor.user is None:
        return Control(*ref, name, Level.NORMAL)
    standing = levels.at(actor.user.pk, ref, containers, thing)
    above = _named(actor, standing.through) if standing.through not in {None, ref} else ""
    return Control(*ref, name, standing.level, above)


def redrawn(request: HttpRequest, toast: Toast) -> HttpResponse:
    """Go back to the page it was chosen on, drawn again."""
    return done(request, bell.back(request), toast)


def _named(actor: Actor, ref: levels.Ref | None) -> str:
    thing, declared = (registry.thing(*ref), registry.shareable(ref[0])) if ref is not None else (None, None)
    if thing is None or declared is None or not actor.can(thing, Right.SEE):
        return _("a place above")
    return str(declared.title(thing))
