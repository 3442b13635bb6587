"""Which files are texts that the browser edits, and the way without live connection: a form that loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collab.lib.errors import Forbidden, Stale
from collab.rights.actor import Actor
from collab.rights.right import Right
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
    content = plain.written(text, _bytes(place.here))
    if content == _bytes(place.here):
        return Kept(place.here)

    def unchanged(current: Entry | None) -> None:
        if current is None or current.etag != etag:
            raise Stale

    try:
        return Kept(_write(actor, place, place.here.name, content, guard=unchanged))
    except Stale:
        if not place.parent.mask & Right.ADD:
            raise
        made = _write(actor, place, copy_name(place.here.name, str(actor.user)), content, new_only=True)
        return Kept(made, made.name)


def copy_name(name: str, person: str) -> str:
    """Return the name of what somebody wrote beside a newer content: whose it is, and of when."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    when = date_format(timezone.localtime(), "Y-m-d H.i")
    said = _("%(name)s (%(person)s, %(when)s)") % {"name": stem[:120], "person": person[:60], "when": when}
    return f"{said.replace('/', '-')}{dot}{ending}"


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


def _write(
    actor: Actor, place: Place, name: str, content: bytes, *, guard: writing.tree.Guard | None = None,
    new_only: bool = False,
) -> Entry:  # fmt: skip
    with storage.stage() as staged:
        staged.write(content)
        staged.seal()
        return writing.write(actor, place.parent, name, staged, guard=guard, new_only=new_only).entry
