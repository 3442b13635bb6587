"""The map by which modules name each other, whatever digest their file names bear."""

from __future__ import annotations

import json
import re
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.templatetags.static import static

from collab.registry import registry


def importmap(app: str = "") -> str:
    """Return the import map as JSON: every module `<app>/<name>.js` under its name without ending.

    A page of one `app` needs no module of another; what the core shows (a public link) may be of any.
    """
    return _fresh(app) if settings.DEBUG else _kept(app)


_IMPORTS = re.compile(r"""(?:\bfrom|\bimport)[\s(]*["']([\w./-]+)["']""")


@cache
def _kept(app: str) -> str:
    return _fresh(app)


def _fresh(app: str) -> str:
    apps = {one.slug for one in registry.plugins() if one.nav}
    others = apps - {app} if app in apps else set()
    paths = (path for path in _module_paths() if path.partition("/")[0] not in others)
    modules = {path.removesuffix(".js"): static(path) for path in paths}
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
