"""What a page of the web says of itself: its title, a sentence, a picture, read from bytes that nobody believes."""

from __future__ import annotations

import contextlib
import io
import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from collab.lib import outside, pictures
from collab.lib.errors import Refusal

MOST_BYTES, SECONDS = 300_000, 8.0
MOST_PICTURE, PICTURE_SECONDS = 3_000_000, 6.0
READING_SECONDS, _PIECE = 1.0, 4096
WIDTH, HEIGHT = 480, 252
_AGENT = {"Accept": "text/html", "Accept-Encoding": "identity"}
_CHARSET = re.compile(rb"charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_CHARSETS = re.compile(
    rb"utf-?8|us-ascii|iso-?8859-\d{1,2}|latin-?1|windows-12\d\d|koi8-[ru]|shift[_-]jis|euc-(?:jp|kr)|gb(?:k|2312|18030)|big5",
    re.IGNORECASE,
)
"""In which pages are written; others that Python knows (punycode) take minutes over bytes that were made for that."""
_KINDS = {"og:title", "og:description", "og:image", "og:site_name", "description", "twitter:title", "twitter:image"}


@dataclass(frozen=True)
class Page:
    """What was found; `picture`: WebP as we drew it, None for none."""

    title: str
    text: str = ""
    site: str = ""
    picture: bytes | None = None


def look(url: str) -> Page | None:
    """Return what the page says of itself, None where it says nothing. Raises OSError, outside.Hostile."""
    found = outside.get(url, outside.NEAR, _AGENT, most=MOST_BYTES, seconds=SECONDS)
    kind = found.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found.status != 200 or kind not in {"text/html", "application/xhtml+xml"}:
        return None
    said = read(_text(found.body, found.headers.get("content-type", "")))
    title = _line(said.get("og:title") or said.get("twitter:title") or said.get("title", ""), 200)
    if not title:
        return None
    text = _line(said.get("og:description") or said.get("description", ""), 300)
    site = _line(said.get("og:site_name", ""), 100) or str(urlsplit(url).hostname or "")
    image = said.get("og:image") or said.get("twitter:image") or ""
    return Page(title, text, site, _picture(urljoin(url, image.strip())) if image.strip() else None)


def read(html: str) -> dict[str, str]:
    """Return the words of a page's head: its title, and what it says for previews.

    In pieces, up to the body, for some time of this thread at most: html.parser needs the square of their number for
    300,000 “<” in one piece.
    """
    reader, until = _Head(), time.thread_time() + READING_SECONDS
    with contextlib.suppress(AssertionError, ValueError):  # html.parser gives up on some broken declarations
        for start in range(0, len(html), _PIECE):
            if reader.ended or time.thread_time() > until:
                break
            reader.feed(html[start : start + _PIECE])
    return reader.said


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self._in_title = False
        self.ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.ended:
            return
        if tag == "body":
            self.ended = True
        elif tag == "title":
            self._in_title = "title" not in self.said
        elif tag == "meta":
            one = {name: value or "" for name, value in attrs}
            name = (one.get("property") or one.get("name") or "").lower()
            if name in _KINDS and one.get("content"):
                self.said.setdefault(name, one["content"][:2000])

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.said["title"] = (self.said.get("title", "") + data)[:2000]


def _text(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type.encode(errors="ignore")) or _CHARSET.search(body[:2048])
    known = found is not None and _CHARSETS.fullmatch(found[1])
    try:
        return body.decode(found[1].decode() if found is not None and known else "utf-8", errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _line(text: str, most: int) -> str:
    clean = "".join(sign if sign.isprintable() else " " for sign in text).encode(errors="ignore").decode()
    clean = " ".join(clean.split())
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def _picture(url: str) -> bytes | None:
    """Return the picture at this address made anew, None for none: a preview does without."""
    try:
        found = outside.get(url, outside.NEAR, {"Accept": "image/*"}, most=MOST_PICTURE, seconds=PICTURE_SECONDS)
        if found.status != 200:
            return None
        return pictures.strip(io.BytesIO(found.body), WIDTH, HEIGHT, most=MOST_PICTURE).content
    except (OSError, outside.Hostile, Refusal):
        return None
