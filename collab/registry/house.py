"""The settings of this house: declared by plugins, stored when they differ, read afresh by every request."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from django.core.signals import request_started

from collab.registry import registry
from collab.registry.models import Stored
from collab.registry.plugin import Setting

_read = threading.local()


def get(key: str) -> Any:
    """Return the value of a declared setting; an undeclared one is a mistake (KeyError)."""
    return values().get(key, declared()[key].default)


def put(key: str, value: Any) -> None:
    """Store a checked value; the default is kept by forgetting. Who may do this is the action's question."""
    setting = declared()[key]
    if value == setting.default:
        Stored.objects.filter(pk=key).delete()
    else:
        Stored.objects.update_or_create(pk=key, defaults={"value": value})
    forget()


@cache
def declared() -> dict[str, Setting]:
    """Return every declared setting by its key."""
    return {setting.key: setting for plugin in registry.plugins() for setting in plugin.settings}


def values() -> dict[str, Any]:
    """Return what is stored, read once a request (outside of one, once until `forget`)."""
    found: dict[str, Any] | None = getattr(_read, "values", None)
    if found is None:
        found = _read.values = dict(Stored.objects.values_list("key", "value"))
    return found


def forget(**_kwargs: Any) -> None:
    """Read anew: every door calls this at the start of a request."""
    _read.values = None


request_started.connect(forget, dispatch_uid="registry.house")
