"""Which files are texts that the browser edits, and the way without live connection: a form that loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from collab.lib.errors import Forbidden
from collab.rights.actor import Actor
from files import storage
from files.actions import writing
from files.browsing import Place
from files.entry import Entry
from files.together import plain

MARKDOWN = frozenset(("md", "markdown", "mdown"))
_OTHERS = """txt text log csv tsv ini conf cfg json yaml yml toml tex bib rst org adoc ics vcf srt vtt css html htm xml
 svg py js ts sh sql php rb go rs c h cpp java properties env diff patch"""
TEXTS = MARKDOWN | frozenset(_OTHERS.split())
"""Endings of the files that open in the editor."""
_MOST_LINES = 2000


def is_text(entry: Entry) -> bool:
    """Whether the file opens in the editor, by its name and its size."""
    return not entry.is_folder and _ending(entry) in TEXTS and entry.size <= plain.MOST


def is_markdown(entry: Entry) -> bool:
    """Whether it is written with Markdown."""
    return _ending(entry) in MARKDOWN


def _ending(entry: Entry) -> str:
    return entry.name.rpartition(".")[2].lower() if "." in entry.name else ""


@dataclass(frozen=True)
class Kept:
    """What became of a text that a form sent: `copy` is the name under which it lies beside a newer content."""

    entry: Entry
    copy: str = ""


def store(actor: Actor, place: Place, text: str, etag: str) -> Kept:
    """Store the text a form sent, which was made of the content `etag`.

    Whoever saved meanwhile loses nothing: the text then becomes a file of its own beside. Raises Stale when that is not
    allowed either, and what `writing.write` raises.
    """
    if place.parent is None:
        raise Forbidden
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    before = _bytes(place.here)
    content = plain.written(text, before)
    if content == before:
        return Kept(place.here)
    with storage.stage() as staged:
        staged.write(content)
        staged.seal()
        made = writing.write(actor, place.parent, place.here.name, staged, based_on=etag)
    return Kept(made.entry, made.entry.name if made.beside else "")


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines of both as ("", "gone" or "new", line), of what is alike only the nearest."""
    old, new = before.split("\n")[:_MOST_LINES], after.split("\n")[:_MOST_LINES]
    found: list[tuple[str, str]] = []
    for group in SequenceMatcher(None, old, new, autojunk=True).get_grouped_opcodes(2):
        if found:
            found.append(("skip", "…"))
        for what, a, b, c, d in group:
            if what == "equal":
                found += [("", line) for line in old[a:b]]
            else:
                found += [("gone", line) for line in old[a:b]] + [("new", line) for line in new[c:d]]
    return found


def _bytes(entry: Entry) -> bytes:
    if entry.key is None:
        return b""
    with storage.open_blob(entry.key) as file:
        return file.read(plain.MOST + 1)
