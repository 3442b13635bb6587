"""XML from strangers, read within bounds: no DTD, no entities, little depth, few elements.

RFC 4918, 20.6 warns of external entities; the bounds stop documents made to cost us time.
"""

from __future__ import annotations

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
    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: Any, attrs: Any) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise HostileXml(_("This XML is too deep or has too many elements."))
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Any:
        self._depth -= 1
        return super().end(tag)


def parse(document: bytes) -> Element:
    """Return the root element. Raise HostileXml on broken, oversized or hostile documents."""
    if len(document) > MAX_BYTES:
        raise HostileXml(_("This XML is too large."))
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(document)
        root: Element = parser.close()
        return root
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise HostileXml(_("This is not XML that can be read safely.")) from error
