"""XML from strangers, read within bounds: no DTD, no entities, little depth, few elements.

RFC 4918, 20.6 warns of external entities; the bounds stop documents made to cost us time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from collab.lib.errors import BadInput

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
MAX_ELEMENTS = 5_000


class HostileXml(BadInput):
    """400: the document is not XML, or is outside the bounds."""

    code = "bad-xml"


class _BoundedBuilder(TreeBuilder):
    def __init__(self, most: int = MAX_ELEMENTS) -> None:
        super().__init__()
        self._most = most
        self._depth = 0
        self._count = 0

    def start(self, tag: Any, attrs: Any) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > self._most:
            raise HostileXml(_("This XML is too deep or has too many elements."))
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Any:
        self._depth -= 1
        return super().end(tag)


def parse(document: bytes, *, size: int = MAX_BYTES, elements: int = MAX_ELEMENTS) -> Element:
    """Return the root element. Raise HostileXml on broken, oversized or hostile documents."""
    if len(document) > size:
        raise HostileXml(_("This XML is too large."))
    parser = DefusedXMLParser(
        target=_BoundedBuilder(elements), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        parser.feed(document)
        root: Element = parser.close()
        return root
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise HostileXml(_("This is not XML that can be read safely.")) from error


MAX_STREAM = 1 << 27


class _Parts(_BoundedBuilder):
    """Keeps each element of one kind when it is whole, and nothing around it."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self._tag = tag
        self._inside = 0
        self.found: list[Element] = []

    def start(self, tag: Any, attrs: Any) -> Any:
        if tag == self._tag and not self._inside:
            self._inside = 1
            self._part = _BoundedBuilder()
        elif self._inside:
            self._inside += 1
        if self._inside:
            return self._part.start(tag, attrs)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise HostileXml(_("This XML is too deep or has too many elements."))
        return None

    def data(self, data: Any) -> None:
        if self._inside:
            self._part.data(data)

    def end(self, tag: Any) -> Any:
        if not self._inside:
            self._depth -= 1
            return None
        ended = self._part.end(tag)
        self._inside -= 1
        if not self._inside:
            self.found.append(self._part.close())
        return ended

    def close(self) -> Any:
        return None


def parts(blocks: Iterable[bytes], tag: str, most: int = MAX_STREAM) -> Iterator[Element]:
    """Yield each element of this kind as it comes, however many there are: one is in memory at a time.

    Raises HostileXml as `parse` does, each element within its bounds, all of it within `most` bytes.
    """
    builder = _Parts(tag)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    size = 0
    try:
        for block in blocks:
            size += len(block)
            if size > most:
                raise HostileXml(_("This XML is too large."))
            parser.feed(block)
            yield from builder.found
            builder.found.clear()
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise HostileXml(_("This is not XML that can be read safely.")) from error
