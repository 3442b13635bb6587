"""CALDAV:filter as it is asked (RFC 4791, 9.7), and what of it an index can answer before any object is read.

An element or attribute that is not known is refused, never passed over: a filter that is ignored finds too much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calendars.ical.refusals import NAMESPACE, InvalidFilter, UnsupportedCollation, UnsupportedFilter
from calendars.ical.spans import Span, read_span

MOST = 50
"""Elements of one filter."""

COLLATIONS = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
_MATCHES = ("contains", "equals", "starts-with", "ends-with")
_TIMED = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM"}
_DATES = {
    "DTSTART", "DTEND", "DUE", "COMPLETED", "CREATED", "DTSTAMP", "LAST-MODIFIED", "RECURRENCE-ID", "EXDATE", "RDATE",
}  # fmt: skip

_OF_CALENDAR = {"VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "X-WR-CALDESC"}


@dataclass(frozen=True, slots=True)
class TextMatch:
    """`how`: contains (what RFC 4791 has), equals, starts-with, ends-with (as CardDAV has it)."""

    text: str
    collation: str = "i;ascii-casemap"
    negate: bool = False
    how: str = "contains"


@dataclass(frozen=True, slots=True)
class ParamFilter:
    """On a parameter: that it is not there, that it is, or what it says."""

    name: str
    absent: bool = False
    match: TextMatch | None = None


@dataclass(frozen=True, slots=True)
class PropFilter:
    """On a property: that none is there, or that one is that fits all (`any_of`: one) of this."""

    name: str
    absent: bool = False
    span: Span | None = None
    match: TextMatch | None = None
    params: tuple[ParamFilter, ...] = ()
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class CompFilter:
    """On a component: that none is there, or that one is that fits all (`any_of`: one) of this."""

    name: str
    absent: bool = False
    span: Span | None = None
    props: tuple[PropFilter, ...] = ()
    comps: tuple[CompFilter, ...] = ()
    any_of: bool = False


def read_filter(element: Any) -> CompFilter:
    """Return the filter of a CALDAV:filter element. Raise InvalidFilter, UnsupportedFilter, UnsupportedCollation."""
    if sum(1 for _one in element.iter()) > MOST:
        raise UnsupportedFilter
    inside = list(element)
    if len(inside) != 1 or _local(inside[0]) != "comp-filter":
        raise InvalidFilter
    found = _comp(inside[0])
    if found.name != "VCALENDAR" or found.absent:
        raise InvalidFilter
    return _spread(found)


def _spread(found: CompFilter) -> CompFilter:
    """Return the filter with what is asked of no component asked of each (the component is optional: many ask so)."""
    inner = tuple(one for one in found.props if one.name not in _OF_CALENDAR)
    if not (found.span or inner):
        return found
    if found.comps or len(inner) < len(found.props):
        raise UnsupportedFilter
    kinds = ("VEVENT", "VTODO", "VJOURNAL")
    comps = tuple(CompFilter(kind, False, found.span, inner, (), found.any_of) for kind in kinds)
    return CompFilter("VCALENDAR", comps=comps, any_of=True)


def _comp(element: Any) -> CompFilter:
    name, absent, span = _name(element), False, None
    props: list[PropFilter] = []
    comps: list[CompFilter] = []
    for one in element:
        kind = _local(one)
        if kind == "is-not-defined":
            absent = True
        elif kind == "time-range" and span is None:
            span = read_span(one)
        elif kind == "prop-filter":
            props.append(_prop(one))
        elif kind == "comp-filter":
            comps.append(_comp(one))
        else:
            raise UnsupportedFilter
    if absent and (span or props or comps):
        raise InvalidFilter
    if span and name not in _TIMED and name != "VCALENDAR":
        raise UnsupportedFilter
    return CompFilter(name, absent, span, tuple(props), tuple(comps), _any_of(element))


def _prop(element: Any) -> PropFilter:
    name, absent, span, match = _name(element), False, None, None
    params: list[ParamFilter] = []
    for one in element:
        kind = _local(one)
        if kind == "is-not-defined":
            absent = True
        elif kind == "time-range" and span is None:
            span = read_span(one)
        elif kind == "text-match" and match is None:
            match = _match(one)
        elif kind == "param-filter":
            params.append(_param(one))
        else:
            raise UnsupportedFilter
    if absent and (span or match or params):
        raise InvalidFilter
    if span and name not in _DATES:
        raise UnsupportedFilter
    return PropFilter(name, absent, span, match, tuple(params), _any_of(element))


def _param(element: Any) -> ParamFilter:
    absent, match = False, None
    for one in element:
        kind = _local(one)
        if kind == "is-not-defined":
            absent = True
        elif kind == "text-match" and match is None:
            match = _match(one)
        else:
            raise UnsupportedFilter
    if absent and match:
        raise InvalidFilter
    return ParamFilter(_name(element), absent, match)


def _match(element: Any) -> TextMatch:
    collation = element.get("collation", "i;ascii-casemap").strip().lower()
    collation = COLLATIONS[0] if collation in {"default", ""} else collation
    if collation not in COLLATIONS:
        raise UnsupportedCollation
    negate = element.get("negate-condition", "no")
    how = element.get("match-type", "contains")
    if negate not in {"yes", "no"} or how not in _MATCHES or len(element):
        raise InvalidFilter
    return TextMatch(element.text or "", collation, negate == "yes", how)


def _name(element: Any) -> str:
    name = element.get("name", "").strip().upper()
    if not name:
        raise InvalidFilter
    return str(name)


def _any_of(element: Any) -> bool:
    test = element.get("test", "allof")
    if test not in {"allof", "anyof"}:
        raise InvalidFilter
    return bool(test == "anyof")


def _local(element: Any) -> str:
    space, _brace, name = str(element.tag).rpartition("}")
    if space != "{" + NAMESPACE:
        raise UnsupportedFilter
    return name


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What every object that fits must fulfil, as an index can say it; None says nothing.

    `span` counts for the occurrences, except of to-dos, which also fit without dates (RFC 4791, 9.9): they are to be
    asked only whether all their dates lie outside. `uid` and `texts`: what the UID and the searchable text contain,
    case aside. `undone`: a part is without COMPLETED, as programs ask for what is to be done. `exact`: nothing else is
    asked, so what the index finds is the answer where its occurrences are known.
    """

    component: str | None = None
    span: Span | None = None
    uid: str | None = None
    texts: tuple[str, ...] = ()
    undone: bool = False
    exact: bool = False
    never: bool = False


_TEXTS = {"SUMMARY", "LOCATION", "CATEGORIES"}


def narrow(found: CompFilter) -> Narrowing:
    """Return what an index can answer first."""
    if not found.props and not found.comps:
        return Narrowing(exact=True)
    if len(found.comps) != 1 or found.comps[0].absent or (found.any_of and found.props):
        return Narrowing()
    one = found.comps[0]
    if one.name not in _TIMED or one.name == "VALARM":
        return Narrowing(never=one.name == "VALARM")
    if one.any_of and len(one.props) + len(one.comps) + (one.span is not None) > 1:
        return Narrowing(one.name)
    matches = [(prop.name, prop.match) for prop in one.props if prop.match and not (prop.any_of and prop.params)]
    plain = [
        (name, match.text)
        for name, match in matches
        if not match.negate and match.collation != "i;unicode-casemap" and _is_plain(match.text)
    ]
    simple = not one.props and not one.comps and not found.props
    return Narrowing(
        one.name,
        one.span,
        next((text for name, text in plain if name == "UID"), None),
        tuple(text for name, text in plain if name in _TEXTS),
        any(prop.name == "COMPLETED" and prop.absent for prop in one.props),
        exact=simple and (not one.span or one.name in {"VEVENT", "VJOURNAL"}),
    )


def _is_plain(text: str) -> bool:
    """Whether the text stands in the index as it stands in the object: no signs that part lists, no spaces around."""
    return bool(text) and text == text.strip() and not set(text) & set(",;\\\n\r")
