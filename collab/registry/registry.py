"""Gathers every app's `plugin.py` once, and answers what the core asks of them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from collab.registry.places import Places
from collab.registry.plugin import (
    DavTree,
    Every,
    NavEntry,
    Notice,
    PersonHooks,
    Plugin,
    Reader,
    Shareable,
    SpaceHooks,
    Verbs,
)
from collab.registry.ports import Calendar, Channel, FileStore, PollMaker
from collab.registry.searching import Search
from collab.registry.upkeep import Health, Outgoing, Store

API = 1


@cache
def plugins() -> tuple[Plugin, ...]:
    """Return the declarations of all installed apps, in the order of INSTALLED_APPS. A broken one stops the start."""
    found = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "plugin"):
            module = importlib.import_module(f"{config.name}.plugin")
            if isinstance(declared := getattr(module, "plugin", None), Plugin):
                found.append(declared)
    return tuple(found)


def nav() -> list[NavEntry]:
    """Return the entries of the rail in their order."""
    return sorted((entry for plugin in plugins() for entry in plugin.nav), key=lambda entry: entry.order)


def shareable(kind: str) -> Shareable | None:
    """Return the declaration of this kind of thing, None when its app is not installed."""
    return next((item for plugin in plugins() for item in plugin.shareables if item.kind == kind), None)


def thing(kind: str, object_id: int) -> Any:
    """Return the thing named by a reference, whoever asks; None when it is gone. Rights are the caller's next step."""
    declared = shareable(kind)
    return declared.get(object_id) if declared else None


def many(refs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Return {(kind, id): thing} of those that are there, whoever asks, one query for each kind."""
    wanted: dict[str, list[int]] = {}
    for kind, object_id in refs:
        wanted.setdefault(kind, []).append(object_id)
    found = {}
    for kind, ids in wanted.items():
        declared = shareable(kind)
        if declared is not None and declared.many is not None:
            found.update({(kind, pk): thing for pk, thing in declared.many(ids).items()})
        elif declared is not None:
            found.update({(kind, pk): thing for pk in ids if (thing := declared.get(pk)) is not None})
    return found


def shareables() -> tuple[Shareable, ...]:
    """Return every kind of thing that can be shared."""
    return tuple(item for plugin in plugins() for item in plugin.shareables)


def places() -> Places | None:
    """Return how things are named by paths on devices, None when no app declares it."""
    return next((plugin.places for plugin in plugins() if plugin.places is not None), None)


def calendar() -> Calendar | None:
    """Return where events are put for other apps, None when no app offers it."""
    return next((plugin.calendar for plugin in plugins() if plugin.calendar is not None), None)


def files() -> FileStore | None:
    """Return where files are kept for other apps, None when no app offers it."""
    return next((plugin.files for plugin in plugins() if plugin.files is not None), None)


def polls() -> PollMaker | None:
    """Return what makes polls for other apps, None when no app offers it."""
    return next((plugin.polls for plugin in plugins() if plugin.polls is not None), None)


def dav_trees() -> tuple[DavTree, ...]:
    """Return the trees that apps hang under the DAV door."""
    return tuple(tree for plugin in plugins() for tree in plugin.dav)


def channels() -> tuple[Channel, ...]:
    """Return the websockets that apps carry themselves."""
    return tuple(channel for plugin in plugins() for channel in plugin.channels)


def people() -> tuple[PersonHooks, ...]:
    """Return what apps do when a person leaves."""
    return tuple(plugin.people for plugin in plugins() if plugin.people is not None)


def spaces() -> tuple[SpaceHooks, ...]:
    """Return what apps do for a space as a whole."""
    return tuple(plugin.spaces for plugin in plugins() if plugin.spaces is not None)


def readers() -> tuple[Reader, ...]:
    """Return all who read the change log."""
    return tuple(reader for plugin in plugins() for reader in plugin.readers)


def verbs(kind: str) -> Verbs | None:
    """Return how changes of this kind of thing are told, None when its app is not installed."""
    return next((item for plugin in plugins() for item in plugin.verbs if item.kind == kind), None)


def said(change: Any) -> str | None:
    """Return the sentence of what an app did to a thing of another; "" says nothing to people, None: no app's doing."""
    sentence = next((plugin.says[change.kind] for plugin in plugins() if change.kind in plugin.says), None)
    return str(sentence(change)) if sentence else None


def notices() -> dict[str, Notice]:
    """Return every kind of notification by its name, in the order of their declaration."""
    return {notice.kind: notice for plugin in plugins() for notice in plugin.notifications}


def tops(space: Any) -> dict[tuple[str, int], Any]:
    """Return {(kind, id): thing} of what holds each app's things of the space."""
    found = [hooks.top(space) for hooks in spaces() if hooks.top is not None]
    return many(ref for ref in found if ref is not None)


def searches() -> tuple[Search, ...]:
    """Return every kind of thing that is found by words."""
    return tuple(item for plugin in plugins() for item in plugin.searches)


def stores() -> tuple[Store, ...]:
    """Return where the apps keep bytes outside the database."""
    return tuple(store for plugin in plugins() for store in plugin.stores)


def outgoing() -> tuple[Outgoing, ...]:
    """Return the apps' mail that waits to leave."""
    return tuple(item for plugin in plugins() for item in plugin.outgoing)


def health() -> tuple[Health, ...]:
    """Return what the apps add to the health page."""
    return tuple(part for plugin in plugins() for part in plugin.health)


def jobs() -> tuple[Every, ...]:
    """Return the periodic jobs of all apps."""
    return tuple(job for plugin in plugins() for job in plugin.jobs)
