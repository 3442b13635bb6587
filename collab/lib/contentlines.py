"""Content lines, the form of iCalendar and vCard: read within bounds, edited without touching the other lines.

RFC 5545, 3.1; RFC 6350, 3.2 (`group.NAME`); RFC 6868 (carets in parameters). Unfolding works on bytes, since programs
fold in the middle of a character; LF ends a line as CRLF does; a byte order mark is kept and not read. What is read
is a tree of lines that remember their bytes: `bytes(tree)` gives back exactly what came, and after an edit all that
was not edited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from collab.lib.contenttext import as_text as as_text
from collab.lib.contenttext import escape as escape
from collab.lib.contenttext import fold as fold
from collab.lib.contenttext import listed as listed
from collab.lib.contenttext import split as split
from collab.lib.contenttext import unescape as unescape
from collab.lib.errors import BadInput

Params = tuple[tuple[str, tuple[str, ...]], ...]


class Unreadable(BadInput):
    """400: not content lines, or beyond the bounds."""

    code = "bad-content-lines"
    default = _("This cannot be read as a calendar or a contact. The file may be damaged.")


class Bounds(NamedTuple):
    """What is read at most: bytes in all, lines (unfolded), depth of components, bytes of one line (of a picture)."""

    size: int = 10 << 20
    lines: int = 50_000
    depth: int = 12
    line: int = 10 << 20


BOUNDS = Bounds()


class Line(NamedTuple):
    """One line: names in upper case, parameters decoded, the value as written, the bytes with folds and line end.

    A line that says nothing (blank, or without a colon) has the name "".
    """

    group: str
    name: str
    params: Params
    value: str
    raw: bytes

    def param(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter."""
        for key, values in self.params:
            if key == name and values:
                return values[0]
        return default

    def __bytes__(self) -> bytes:
        return self.raw


class Component:
    """What stands between BEGIN and END, in its order; the root has the name "" and neither line."""

    __slots__ = ("begin", "end", "inside", "name", "newline")

    def __init__(self, name: str, begin: bytes = b"", newline: bytes = b"\r\n", end: bytes = b""):
        self.name = name
        self.begin = begin
        self.end = end
        self.newline = newline
        self.inside: list[Line | Component] = []

    def __bytes__(self) -> bytes:
        return b"".join(_raw(self))

    @property
    def lines(self) -> list[Line]:
        """The properties of this component, without those of components inside it."""
        return [one for one in self.inside if type(one) is Line and one.name]

    def components(self, *names: str) -> list[Component]:
        """Return the components right inside that bear one of these names, all without names."""
        return [one for one in self.inside if type(one) is Component and (not names or one.name in names)]

    def all(self, name: str) -> list[Line]:
        """Return the lines of this property."""
        return [one for one in self.inside if type(one) is Line and one.name == name]

    def first(self, name: str) -> Line | None:
        """Return the first line of this property."""
        for one in self.inside:
            if type(one) is Line and one.name == name:
                return one
        return None

    def value(self, name: str) -> str:
        """Return the value of the first line of this property as written, "" when there is none."""
        found = self.first(name)
        return found.value if found else ""

    def put(self, name: str, value: str, params: Params = ()) -> None:
        """Say this property once, with this value: where its first line stands, else after the last property."""
        kept = self.first(name)
        if kept is None:
            self.add(name, value, params)
            return
        made = make(name, value, params, group=kept.group, newline=self.newline)
        place = next(at for at, one in enumerate(self.inside) if one is kept)
        self.inside[place] = made
        self.remove(name, lambda line: line is not made)

    def add(self, name: str, value: str, params: Params = (), group: str = "") -> None:
        """Say this property once more, after the last one."""
        self._insert(make(name, value, params, group=group, newline=self.newline))

    def remove(self, name: str, where: Callable[[Line], bool] = lambda line: True) -> int:
        """Take out the lines of this property that fit; return how many."""
        before = len(self.inside)
        self.inside = [one for one in self.inside if not (type(one) is Line and one.name == name and where(one))]
        return before - len(self.inside)

    def append(self, component: Component) -> Component:
        """Add a component at the end, with the line ends of this one; return it."""
        self.inside.append(component)
        return component

    def discard(self, component: Component) -> None:
        """Take out a component."""
        self.inside = [one for one in self.inside if one is not component]

    def _insert(self, line: Line) -> None:
        place = 0
        for at, one in enumerate(self.inside, 1):
            if type(one) is Line and one.name:
                place = at
        before = self.inside[place - 1] if place else None
        if type(before) is Line and not before.raw.endswith(b"\n"):
            self.inside[place - 1] = before._replace(raw=before.raw + self.newline)
        self.inside.insert(place, line)


def component(name: str, newline: bytes = b"\r\n") -> Component:
    """Return a new, empty component."""
    return Component(name, b"BEGIN:" + name.encode() + newline, newline, b"END:" + name.encode() + newline)


def _raw(found: Component) -> Iterator[bytes]:
    yield found.begin
    for one in found.inside:
        if type(one) is Line:
            yield one.raw
        else:
            yield from _raw(one)  # type: ignore[arg-type]
    yield found.end


_LOGICAL = re.compile(rb"\n(?![ \t])")
_FOLDS = re.compile(rb"\r?\n[ \t]")
_BOM = b"\xef\xbb\xbf"


def read(data: bytes, bounds: Bounds = BOUNDS) -> Component:
    """Return the tree of a file. Raise Unreadable when it is beyond the bounds, not UTF-8, or does not nest."""
    if len(data) > bounds.size:
        raise Unreadable(_("This calendar or contact is too large."))
    if b"\0" in data or data.count(b"\n") > bounds.lines * 20:
        raise Unreadable
    raws = _LOGICAL.split(data)
    if len(raws) > bounds.lines or max(map(len, raws)) > bounds.line:
        raise Unreadable(_("This calendar or contact has too many lines."))
    newline = b"\n" if raws[0][-1:] not in (b"\r", b"") and len(raws) > 1 else b"\r\n"
    last = len(raws) - 1
    root = here = Component("", newline=newline)
    above: list[Component] = []
    for at, raw in enumerate(raws):
        if at < last:
            raw += b"\n"
        elif not raw:
            break
        line = _line(raw)
        if line.name == "BEGIN":
            if len(above) >= bounds.depth:
                raise Unreadable
            above.append(here)
            here = Component(line.value.strip().upper(), raw, newline)
            above[-1].inside.append(here)
        elif line.name == "END":
            if not above or line.value.strip().upper() != here.name:
                raise Unreadable(_("This file is damaged: a part in it does not end where it should."))
            here.end = raw
            here = above.pop()
        else:
            here.inside.append(line)
    if above:
        raise Unreadable(_("This file is incomplete: its end is missing."))
    return root


def _line(raw: bytes) -> Line:
    text = raw.rstrip(b"\r\n")
    if b"\n" in text:
        text = _FOLDS.sub(b"", text)
    if text.startswith(_BOM):
        text = text[3:]
    try:
        said = text.decode()
    except UnicodeDecodeError:
        raise Unreadable(_("This file is not in UTF-8. Save it in UTF-8 and try again.")) from None
    return parse(said, raw)


_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_PARAM = re.compile(r';\s*([^=;:"]+)(?:=((?:"[^"]*"|[^";:])*))?')
_VALUE = re.compile(r'"[^"]*"|[^",]+')
_CARETS = re.compile(r"\^([n^'])")
_CARET = {"n": "\n", "^": "^", "'": '"'}


_COMMON = frozenset({
    "BEGIN", "END", "UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES",
    "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "EXDATE", "CREATED", "LAST-MODIFIED", "STATUS", "CLASS",
    "TRANSP", "PRIORITY", "TRIGGER", "ACTION", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "VERSION",
    "PRODID", "FN", "N",
})  # fmt: skip
"""Names that mostly stand without parameters: known at a glance."""


def parse(said: str, raw: bytes = b"") -> Line:
    """Return the line that this text (unfolded, without its end) is; one without a colon has no name."""
    colon = said.find(":")
    head = said[:colon] if colon > 0 else said
    if head in _COMMON:
        return Line("", head, (), said[colon + 1 :], raw)
    found = _NAME.match(said)
    if found is None:
        return Line("", "", (), said, raw)
    group, name = found.groups()
    at = found.end()
    params = []
    while param := _PARAM.match(said, at):
        at = param.end()
        key, values = param.groups()
        params.append((key.strip().upper(), _values(values) if values else ()))
    if said[at : at + 1] != ":":
        return Line("", "", (), said, raw)
    return Line(group or "", name.upper(), tuple(params), said[at + 1 :], raw)


def _values(text: str) -> tuple[str, ...]:
    found = _VALUE.findall(text) if "," in text or '"' in text else [text]
    return tuple(_uncaret(one[1:-1] if one[:1] == '"' else one) for one in found)


def _uncaret(text: str) -> str:
    return _CARETS.sub(lambda found: _CARET[found[1]], text) if "^" in text else text


def make(name: str, value: str, params: Params = (), *, group: str = "", newline: bytes = b"\r\n") -> Line:
    """Return a new line, folded. The value must be escaped already (`escape`); line breaks in it become spaces."""
    said = f"{group}." if group else ""
    said += name + "".join(f";{key}={','.join(map(_quoted, values))}" for key, values in params)
    said += ":" + re.sub(r"[\r\n\0]+", " ", value)
    return Line(group, name.upper(), params, value, fold(said, newline))


def _quoted(value: str) -> str:
    value = value.replace("^", "^^").replace('"', "^'").replace("\r\n", "\n").replace("\n", "^n")
    value = "".join(char for char in value if char >= " " or char == "\t")
    return f'"{value}"' if re.search(r"[,;:]", value) else value


def walk(found: Component) -> Iterable[Component]:
    """Yield the component and all inside it."""
    yield found
    for one in found.components():
        yield from walk(one)
