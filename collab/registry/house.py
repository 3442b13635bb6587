"""The settings of this house: declared by plugins, stored when they differ, read afresh by every request."""

from __future__ import annotations

import threading
import time
from functools import cache
from typing import Any

from django.core.signals import request_started
from django.db import InterfaceError, OperationalError

from collab.registry import registry
from collab.registry.models import Stored
from collab.registry.plugin import Setting

_LATELY = 5.0
_read = threading.local()
_known: tuple[float, dict[str, Any]] = (float("-inf"), {})
"""When this process last read the settings, and what they were."""


def get(key: str) -> Any:
    """Return the value of a declared setting; an undeclared one is a mistake (KeyError)."""
    return values().get(key, declared()[key].default)


def lately(key: str) -> Any:
    """Return a value that is a few seconds old at most: for the doors of sync clients, whose requests count queries."""
    return (_known[1] if time.monotonic() - _known[0] < _LATELY else values()).get(key, declared()[key].default)


def put(key: str, value: Any) -> None:
    """Store a checked value; the default is kept by forgetting. Who may do this is the action's question."""
    setting = declared()[key]
    if value == setting.default:
        Stored.objects.filter(pk=key).delete()
    else:
        Stored.objects.update_or_create(pk=key, defaults={"value": value})
    forget_all()


@cache
def declared() -> dict[str, Setting]:
    """Return every declared setting by its key."""
    return {setting.key: setting for plugin in registry.plugins() for setting in plugin.settings}


def values() -> dict[str, Any]:
    """Return what is stored, read once a request (outside of one, once until `forget`)."""
    global _known
    found: dict[str, Any] | None = getattr(_read, "values", None)
    if found is None:
        try:
            found = dict(Stored.objects.values_list("key", "value"))
        except (OperationalError, InterfaceError):
            found = _known[1]  # the page that says so has a name and a language too: those of a moment ago
        _read.values, _known = found, (time.monotonic(), found)
    return found


def note(found: dict[str, Any]) -> None:
    """Take what somebody read from the table just now: newer than what is known here."""
    global _known
    _read.values, _known = found, (time.monotonic(), found)


def forget(**_kwargs: Any) -> None:
    """Read anew: every door calls this at the start of a request."""
    _read.values = None


def forget_all() -> None:
    """Read anew even what may be a few seconds old: something was set."""
    global _known
    forget()
    _known = (float("-inf"), _known[1])


request_started.connect(forget, dispatch_uid="registry.house")
