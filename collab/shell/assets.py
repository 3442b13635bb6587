"""The map by which modules name each other, whatever digest their file names bear."""

from __future__ import annotations

import json
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.templatetags.static import static


def importmap() -> str:
    """Return the import map as JSON: every module `<app>/<name>.js` under its name without ending."""
    return _fresh() if settings.DEBUG else _kept()


@cache
def _kept() -> str:
    return _fresh()


def _fresh() -> str:
    modules = {path.removesuffix(".js"): static(path) for path in _module_paths()}
    # "<" may not stand in an inline script: a path holding "</script>" would end it
    return json.dumps({"imports": modules}, sort_keys=True).replace("<", "\\u003c")


def _module_paths() -> set[str]:
    """Modules of our apps: one folder deep, which leaves vendor bundles and Django's own scripts out."""
    found = set()
    for finder in get_finders():
        for path, _storage in finder.list(["admin/*", "vendor/*", "css/*"]):
            folder, _slash, name = path.replace("\\", "/").rpartition("/")
            if name.endswith(".js") and folder and "/" not in folder and folder not in {"admin", "vendor"}:
                found.add(f"{folder}/{name}")
    return found
