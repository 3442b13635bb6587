"""The map by which modules name each other, whatever digest their file names bear."""

from __future__ import annotations

import json
import re
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.templatetags.static import static


def importmap() -> str:
    """Return the import map as JSON: every module `<app>/<name>.js` under its name without ending."""
    return _fresh() if settings.DEBUG else _kept()


_IMPORTS = re.compile(r"""(?:\bfrom|\bimport)[\s(]*["']([\w./-]+)["']""")


@cache
def _kept() -> str:
    return _fresh()


def _fresh() -> str:
    modules = {path.removesuffix(".js"): static(path) for path in _module_paths()}
    # "<" may not stand in an inline script: a path holding "</script>" would end it
    return json.dumps({"imports": modules}, sort_keys=True).replace("<", "\\u003c")


def _module_paths() -> set[str]:
    """Modules of our apps that others import: one folder deep, which leaves vendor bundles and Django's scripts out.

    What only a page loads is found by its own address: naming it here would weigh on every page.
    """
    found: set[str] = set()
    imported: set[str] = set()
    for finder in get_finders():
        for path, storage in finder.list(["admin/*", "vendor/*", "css/*"]):
            folder, _slash, name = path.replace("\\", "/").rpartition("/")
            if name.endswith(".js") and folder and "/" not in folder and folder not in {"admin", "vendor"}:
                found.add(f"{folder}/{name}")
                with storage.open(path) as file:
                    imported.update(_IMPORTS.findall(file.read().decode()))
    return {path for path in found if path.removesuffix(".js") in imported}
