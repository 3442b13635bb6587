"""Names beside other names: the same, or so alike that people would take one for the other."""

from __future__ import annotations

import unicodedata
from typing import Any

from collab.lib.text import sort_key
from files.models import Node


def compare(folder_id: int, names: list[str]) -> dict[str, Any]:
    """Return {"taken": {name: "file" or "folder"}, "alike": {name: the one that exists}, "seen": {name: etag}}.

    One query. `seen` is of the files that are taken: what changes before it is replaced is kept beside it.

    Alike means: equal once case and the form of accents (NFC, NFD) are put aside.
    """
    keys = {sort_key(name) for name in names if "\0" not in name}
    there = Node.objects.inside(folder_id).filter(sort__in=keys).values_list("name", "kind", "etag")
    kinds, etags = {name: kind for name, kind, _etag in there}, {name: etag for name, _kind, etag in there}
    forms = {form(name): name for name in kinds}
    taken = {name: "folder" if kinds[name] == Node.Kind.FOLDER else "file" for name in names if name in kinds}
    alike = {name: forms[form(name)] for name in names if name not in kinds and form(name) in forms}
    seen = {name: etags[name] for name, what in taken.items() if what == "file"}
    return {"taken": taken, "alike": alike, "seen": seen}


def form(name: str) -> str:
    """Return the name as eyes read it: composed, without case."""
    return unicodedata.normalize("NFC", name).casefold()
