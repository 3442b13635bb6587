"""Reads the text of one file from a stranger: bytes in, text out. Limits can end it: `lib.confined` runs it.

Words: how (plain, html, mail, pdf, odf, ooxml), and how many characters are wanted; what comes after them is not read.
Exit codes: 0 read (perhaps nothing), 2 not readable, 4 asked for too much memory.
"""

from __future__ import annotations

import io
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy
from html import unescape
from typing import Any, BinaryIO
from xml.sax.handler import ContentHandler

BLOCK = 2**16
MOST_PARTS = 10_000
"""Members of an archive, parts of a mail, pages of a document."""
MOST_INFLATED = 100 * 10**6
"""Bytes that an archive may become, whatever it says of itself."""
MOST_DEPTH = 256
MOST_MAIL = 20 * 10**6
PDF_SECONDS = 9.0
"""Of processor time: what was read of a long document until then is enough to find it."""
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,20})")
SILENT = frozenset({"script", "style", "template", "noscript", "svg", "object"})
INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "small", "sub", "sup", "mark", "font", "code"})
_NUMBER = re.compile(r"\d+")


class Enough(Exception):
    """As many characters as are wanted."""


class Hostile(Exception):
    """Larger, deeper or otherwise made than anything honest."""


class Text:
    """What was read so far, its blanks made one."""

    def __init__(self, most: int):
        self._left = most
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Add a piece; raises Enough as soon as there is."""
        text = _SPACES.sub(" ", text[: self._left])
        self._parts.append(text)
        self._left -= len(text)
        if self._left <= 0:
            raise Enough

    def line(self) -> None:
        """Begin another line, cell or paragraph."""
        self.add("\n")

    def __str__(self) -> str:
        return _SPACES.sub(" ", "".join(self._parts)).strip()


def plain(file: BinaryIO, text: Text, most: int) -> None:
    """Words as they are: UTF-8, UTF-16 with its mark, or what Windows writes."""
    wanted = 4 * most
    content = file.read(wanted)
    text.add(_decoded(content, cut=len(content) == wanted))


def html(file: BinaryIO, text: Text, most: int) -> None:
    """A page's words, without its scripts."""
    wanted = 4 * most
    content = file.read(wanted)
    _page(_decoded(content, cut=len(content) == wanted), text)


def mail(file: BinaryIO, text: Text, most: int) -> None:
    """Subject, people and words of a letter; of what is enclosed, the names."""
    message = message_from_bytes(file.read(MOST_MAIL), policy=policy.default)
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            raise Hostile
        for name in ("subject", "from", "to", "cc"):
            if value := part.get(name):
                text.add(f"{value}\n")
        if part.get_filename():
            text.add(f"{part.get_filename()}\n")
        elif part.get_content_maintype() == "text":
            _letter(part, text)


def pdf(file: BinaryIO, text: Text, most: int) -> None:
    """The words of each page, as far as the time goes; pictures of words are none."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        return
    if reader.metadata is not None and reader.metadata.title:
        text.add(f"{reader.metadata.title}\n")
    for number, page in enumerate(reader.pages):
        if number > MOST_PARTS or time.process_time() > PDF_SECONDS:
            return
        try:
            words = page.extract_text()
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: S112 - one page that its maker got wrong is no reason to leave the others unread
            continue
        text.add(f"{words}\n")


def odf(file: BinaryIO, text: Text, most: int) -> None:
    """Texts, tables and slides of the OpenDocument family."""
    skipped = {"tracked-changes", "binary-data", "scripts", "styles", "automatic-styles", "font-face-decls"}
    _archive(file, ("meta.xml", "content.xml"), lambda name: _Words(text, without=skipped))


def ooxml(file: BinaryIO, text: Text, most: int) -> None:
    """Texts, tables and slides of the family of Word, Excel and PowerPoint."""
    wanted = (
        r"docProps/core\.xml", r"word/document\.xml", r"word/(?:header|footer)\d*\.xml", r"ppt/slides/slide\d+\.xml",
        r"word/(?:footnotes|endnotes|comments)\.xml", r"ppt/notesSlides/notesSlide\d+\.xml", r"xl/sharedStrings\.xml",
        r"xl/worksheets/sheet\d+\.xml",
    )  # fmt: skip
    about = {"title", "subject", "keywords", "description"}
    _archive(file, wanted, lambda name: _Words(text, within=about if name.startswith("docProps") else {"t"}))


class _Words(ContentHandler):
    """Gathers the words of a document as its XML goes by: no tree is built.

    `within`: only what stands in these elements; `without`: not what stands in those.
    """

    BREAKS = frozenset({
        "p", "h", "br", "tab", "tc", "tr", "si", "c", "row", "s", "line-break", "table-cell", "list-item", "title",
        "subject", "keywords", "description", "keyword",
    })  # fmt: skip

    def __init__(self, text: Text, *, within: set[str] | None = None, without: set[str] | None = None):
        super().__init__()
        self._text, self._within, self._without = text, within, without or set()
        self._depth = self._in = self._out = 0

    def startElement(self, name: str, attrs: Any) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Hostile
        local = name.rpartition(":")[2]
        self._in += bool(self._within and local in self._within)
        self._out += local in self._without
        if local in self.BREAKS:
            self._text.line()

    def endElement(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        self._in -= bool(self._within and local in self._within)
        self._out -= local in self._without
        if local in self.BREAKS:
            self._text.line()

    def characters(self, content: str) -> None:
        if not self._out and (self._in or self._within is None):
            self._text.add(content)


def _archive(file: BinaryIO, wanted: Iterable[str], words: Callable[[str], ContentHandler]) -> None:
    """Let the XML members that are wanted go by, in that order; none is written anywhere."""
    from defusedxml.sax import make_parser

    _count(file)
    with zipfile.ZipFile(file) as archive:
        names = [info.filename for info in archive.infolist()]
        if len(names) > MOST_PARTS:
            raise Hostile
        inflated = 0
        for pattern in wanted:
            for name in sorted(filter(re.compile(pattern).fullmatch, names), key=_by_number):
                parser = make_parser()
                parser.forbid_dtd = True
                parser.setContentHandler(words(name))
                with archive.open(name) as member:
                    while block := member.read(BLOCK):
                        inflated += len(block)
                        if inflated > MOST_INFLATED:
                            raise Hostile
                        parser.feed(block)
                parser.close()


def _count(file: BinaryIO) -> None:
    """Raise Hostile for a list of members that would already fill the memory."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - BLOCK - 22))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or int.from_bytes(tail[place + 10 : place + 12], "little") > MOST_PARTS:
        raise Hostile
    file.seek(0)


def _by_number(name: str) -> tuple[int, str]:
    found = _NUMBER.findall(name)
    return (int(found[-1][:9]) if found else 0), name


def _letter(part: Any, text: Text) -> None:
    content = part.get_payload(decode=True) or b""
    try:
        words = content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        words = _decoded(content)
    if part.get_content_subtype() == "html":
        _page(words, text)
    else:
        text.add(f"{words}\n")


def _page(words: str, text: Text) -> None:
    """Add what stands between tags. Each sign is looked at once, whatever is left open: parsers of pages can be made to
    look again and again."""
    place = 0
    while (start := words.find("<", place)) >= 0:
        text.add(unescape(words[place:start]))
        tag = _TAG.match(words, start)
        if words.startswith("<!--", start):
            end = words.find("-->", start + 4) + 2
        elif tag or words.startswith(("<!", "<?"), start):
            end = words.find(">", start)
        else:
            text.add("<")
            place = start + 1
            continue
        name = tag[2].lower() if tag else ""
        if name in SILENT and not tag[1] and end > start:  # type: ignore[index]
            closing = re.compile(f"</{name}", re.IGNORECASE).search(words, end)
            end = words.find(">", closing.end()) if closing else -1
        if end < start:
            return
        if name not in INLINE:
            text.line()
        place = end + 1
    text.add(unescape(words[place:]))


def _decoded(content: bytes, *, cut: bool = False) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:BLOCK]:
        raise Hostile  # bytes, whatever the name says
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if cut and error.start > len(content) - 4:  # in the middle of a letter
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")


def main() -> int:
    """Read, and write what was read."""
    how, most = sys.argv[1], int(sys.argv[2])
    text = Text(most)
    try:
        {"plain": plain, "html": html, "mail": mail, "pdf": pdf, "odf": odf, "ooxml": ooxml}[how](
            sys.stdin.buffer, text, most
        )
    except Enough:
        pass
    except MemoryError:
        return 4
    except Exception:
        return 2  # whatever a document makes a reader stumble over: the caller only needs to know that it did
    sys.stdout.buffer.write(str(text).encode(errors="ignore"))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
