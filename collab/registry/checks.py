"""Mistakes in a plugin die at start: `manage.py check` names the field and the reason."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from typing import Any

from django.core.checks import Error, register

from collab.registry import registry
from collab.registry.plugin import Plugin

SECTIONS = ("today", "answer", "do", "recent")
_SLUG = re.compile(r"^[a-z][a-z0-9-]{1,30}$")


@register()
def check_plugins(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    """Check every declaration: slugs, versions, URLs, tasks, kinds."""
    found = registry.plugins()
    errors = [error for plugin in found for error in _check_one(plugin)]
    errors += _unique("slug", [plugin.slug for plugin in found])
    errors += _unique("shareable kind", [item.kind for plugin in found for item in plugin.shareables])
    errors += _unique("widget", [one.slug for plugin in found for one in (*plugin.widgets, *plugin.space_widgets)])
    errors += _unique("setting", [setting.key for plugin in found for setting in plugin.settings])
    errors += _unique("verbs for", [item.kind for plugin in found for item in plugin.verbs])
    errors += _unique("notification", [notice.kind for plugin in found for notice in plugin.notifications])
    errors += _unique("search for", [item.kind for plugin in found for item in plugin.searches])
    errors += _unique("reader", [reader.name for plugin in found for reader in plugin.readers])
    errors += _unique("sentence of", [kind for plugin in found for kind in plugin.says])
    errors += _unique("DAV tree", [tree.name for plugin in found for tree in plugin.dav])
    return errors


def _check_one(plugin: Plugin) -> list[Error]:
    errors = []
    if not _SLUG.match(plugin.slug):
        errors.append(_error(plugin, "slug must be small letters, digits and dashes", "E001"))
    elif plugin.nav and not any(setting.key == f"{plugin.slug}.who" for setting in plugin.settings):
        errors.append(_error(plugin, "stands in the rail, so it declares `rights.switches.switch`", "E006"))
    if plugin.api != registry.API:
        errors.append(
            _error(plugin, f"is written for version {plugin.api} of the contract, not {registry.API}", "E002")
        )
    for urls in filter(None, (plugin.urls, plugin.doors)):
        if not _importable(urls):
            errors.append(_error(plugin, f"urls {urls!r} cannot be imported", "E003"))
    for widget in (*plugin.widgets, *plugin.space_widgets):
        if widget.section not in SECTIONS:
            errors.append(_error(plugin, f"widget {widget.slug!r} stands in no section of the home page", "E007"))
    for job in plugin.jobs:
        module, _dot, name = job.task.rpartition(".")
        if not _importable(module) or not hasattr(importlib.import_module(module), name):
            errors.append(_error(plugin, f"job {job.task!r} does not exist", "E004"))
    return errors


def _unique(what: str, names: list[str]) -> list[Error]:
    return [
        Error(f"two plugins declare the {what} {name!r}", id="collab.E005")
        for name, count in Counter(names).items()
        if count > 1
    ]


def _error(plugin: Plugin, text: str, code: str) -> Error:
    return Error(f"plugin {plugin.slug!r} {text}", id=f"collab.{code}")


def _importable(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        return False
    return True
