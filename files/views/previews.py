"""What can be shown of a file in its place: a picture of a harmless kind, or how a text begins."""

from __future__ import annotations

from files import storage
from files.entry import Entry
from files.views.content import INLINE, PREVIEW_MOST

BEGINNING = 2000
TEXTS = frozenset(("txt", "md", "csv", "tsv", "log", "ini", "json", "yaml", "yml", "tex", "ics", "vcf"))


def is_picture(entry: Entry) -> bool:
    """Whether a browser may show the file as a picture, and it is light enough to be shown unasked."""
    return not entry.is_folder and _ending(entry) in INLINE and 0 < entry.size <= PREVIEW_MOST


def beginning(entry: Entry) -> str:
    """Return how a text begins, "" for what is none."""
    if entry.is_folder or entry.key is None or _ending(entry) not in TEXTS or not entry.size:
        return ""
    with storage.open_blob(entry.key) as file:
        return file.read(BEGINNING).decode(errors="replace").replace("\0", "").rstrip("\N{REPLACEMENT CHARACTER}")


def _ending(entry: Entry) -> str:
    return entry.name.rpartition(".")[2].lower()
