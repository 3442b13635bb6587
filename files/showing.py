"""How a file is shown in its place: by which means, and what of a text is read for it.

Nothing of a person's content runs in our origin (reliability.md 4, rules 12 and 13): pictures, sound and films are told
by a fixed list of endings and sent as that type alone; a PDF goes to the browser's own reader; a text is read here and
written as text, Markdown as the little HTML that `lib.markdown` makes. All else is shown by a rendered page, or not.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.safestring import SafeString

from collab.lib import markdown
from files import kinds, storage
from files.entry import Entry

PICTURES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif",
}  # fmt: skip
"""Pictures that a browser may show: none of them can hold a script."""
SOUNDS = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
    "opus": "audio/ogg", "wav": "audio/wav", "flac": "audio/flac", "weba": "audio/webm",
}  # fmt: skip
FILMS = {
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
    "mkv": "video/webm", "3gp": "video/3gpp",
}  # fmt: skip
"""A MOV holds what an MP4 does; browsers that know its codecs play it under that name."""
MARKDOWN = frozenset({"md", "markdown"})
TEXTS = frozenset({
    "txt", "text", "csv", "tsv", "log", "ini", "conf", "cfg", "json", "yaml", "yml", "toml", "tex", "ics", "vcf",
    "srt", "vtt", "xml", "html", "htm", "css", "js", "ts", "py", "rb", "sh", "c", "h", "cpp", "rs", "go", "java",
    "sql", "diff", "patch", "eml", "gpx", "rst", "org"
})  # fmt: skip
PDF = "application/pdf"
PLAYED = SOUNDS | FILMS
INLINE = PICTURES | PLAYED
LIGHT = 20 * 10**6
"""Bytes of a picture that is fetched whole to be looked at; of a larger one its preview is."""
MOST_TEXT = 400_000
"""Bytes of a text that are read for a page."""


class Text(NamedTuple):
    """What is shown of a text; `html`: Markdown, made safe; `cut`: there is more of it than this."""

    text: str = ""
    html: SafeString | str = ""
    cut: bool = False


def way(entry: Entry) -> str:
    """Return by which means it is shown: "picture", "sound", "film", "pdf", "markdown", "text"; "" for a preview."""
    ending = kinds.ending_of(entry.name)
    if not entry.size or entry.is_folder:
        return ""
    if ending in PICTURES and entry.size <= LIGHT:
        return "picture"
    found = {"sound": SOUNDS, "film": FILMS, "pdf": {"pdf"}, "markdown": MARKDOWN, "text": TEXTS}
    return next((name for name, endings in found.items() if ending in endings), "")


def read(entry: Entry, *, plain: bool = False) -> Text:
    """Return what a page shows of a text, or of Markdown unless `plain`."""
    if entry.key is None:
        return Text()
    with storage.open_blob(entry.key) as file:
        data = file.read(MOST_TEXT)
    text, cut = decode(data), entry.size > len(data)
    if plain or kinds.ending_of(entry.name) not in MARKDOWN:
        return Text(text, cut=cut)
    return Text(html=markdown.render(text), cut=cut or len(text) > markdown.MOST)


def decode(data: bytes) -> str:
    """Return the text of these bytes: by their mark, as UTF-8, else as Windows wrote Western European ones."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # a character cut in two by the end of what was read is no sign of another encoding
        whole = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
        text = data[: error.start].decode("utf-8-sig") if whole else data.decode("cp1252", errors="replace")
    return text.replace("\0", "")
