"""Conditions on requests: If-Match and its kin (RFC 9110, 13), and the If header (RFC 4918, 10.4).

The If header is parsed here and not by wsgidav: its parser splits at white space, so it misreads
`(<token>["etag"])`, and it looks only at the requested address, while lists may name others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.translation import gettext as _

from collab.dav.response import Response
from collab.lib.errors import BadInput, Stale

_LEXEME = re.compile(r"\s*(?:(?P<uri><[^>]*>)|(?P<etag>\[[^\]]*\])|(?P<word>[Nn]ot)|(?P<mark>[()]))")
_ETAG = re.compile(r'\s*((?:W/)?"[^"]*"|[^,\s"]+)\s*(?:,|$)')


class NotModified(Exception):
    """304: what the client has is still true."""


@dataclass(frozen=True)
class State:
    """What conditions are held against: the entity tag (None: there is nothing), the tokens that lock it."""

    etag: str | None
    tokens: Collection[str] = ()


@dataclass(frozen=True)
class Term:
    """One condition of a list: a state token or an entity tag, perhaps negated."""

    value: str
    is_etag: bool
    negated: bool

    def holds(self, state: State) -> bool:
        """Tell whether it is true of the state."""
        met = same_etag(self.value, state.etag) if self.is_etag else self.value in state.tokens
        return met != self.negated


@dataclass(frozen=True)
class TermList:
    """A list in parentheses: all its terms must hold of the resource `uri` (None: the requested one)."""

    uri: str | None
    terms: tuple[Term, ...]


def parse_if(header: str) -> tuple[TermList, ...]:
    """Return the lists of an If header. Raise BadInput when it is malformed, so that no condition is lost."""
    lists: list[TermList] = []
    uri: str | None = None
    terms: list[Term] | None = None
    negated = False
    position = 0
    header = header.strip()
    while position < len(header):
        match = _LEXEME.match(header, position)
        if not match:
            raise BadInput(_("The If header cannot be read."))
        position = match.end()
        value, kind = match[match.lastgroup or ""], match.lastgroup
        if value == "(" and terms is None:
            terms = []
        elif value == ")" and terms:
            lists.append(TermList(uri, tuple(terms)))
            terms = None
        elif kind == "uri" and terms is None:
            uri = value[1:-1]
        elif kind == "word" and terms is not None:
            negated = True
            continue
        elif kind in {"uri", "etag"} and terms is not None:
            terms.append(Term(value[1:-1], kind == "etag", negated))
            negated = False
        else:
            raise BadInput(_("The If header cannot be read."))
    if terms is not None or negated or not lists:
        raise BadInput(_("The If header cannot be read."))
    return tuple(lists)


def same_etag(asked: str, real: str | None) -> bool:
    """Compare entity tags strongly; some clients drop the quotes."""
    return real is not None and asked.strip('"') == real.strip('"') and not asked.startswith("W/")


def etags(header: str) -> list[str]:
    """Return the entity tags of a list header. Raise BadInput for an empty one: a lost condition is no condition."""
    found = _ETAG.findall(header)
    if not found:
        raise BadInput(_("The condition of this request cannot be read."))
    return found


class Conditions:
    """The conditions of one request. `state_of(uri)` finds the state of another resource an If header names."""

    def __init__(self, environ: dict[str, Any], state_of: Callable[[str], State | None]):
        self._state_of = state_of
        self.match = environ.get("HTTP_IF_MATCH")
        self.none_match = environ.get("HTTP_IF_NONE_MATCH")
        self.modified = environ.get("HTTP_IF_MODIFIED_SINCE")
        self.unmodified = environ.get("HTTP_IF_UNMODIFIED_SINCE")
        self.lists = parse_if(environ["HTTP_IF"]) if "HTTP_IF" in environ else ()
        self.tokens = frozenset(term.value for one in self.lists for term in one.terms if not term.is_etag)

    @property
    def any(self) -> bool:
        """Whether anything has to be checked."""
        return bool(self.lists) or self.match is not None or self.none_match is not None or self.unmodified is not None

    def check(self, state: State, mtime: int | None = None, *, reading: bool = False) -> None:
        """Raise Stale, or NotModified on reading, unless the conditions hold (order of RFC 9110, 13.2.2)."""
        etag = state.etag
        if self.match is not None:
            if etag is None or not any(tag == "*" or same_etag(tag, etag) for tag in etags(self.match)):
                raise Stale
        elif self.unmodified is not None and mtime is not None:
            since = _seconds(self.unmodified)
            if since is not None and mtime > since:
                raise Stale
        if self.none_match is not None:
            tags = [tag.removeprefix("W/") for tag in etags(self.none_match)]
            if etag is not None and any(tag == "*" or same_etag(tag, etag) for tag in tags):
                raise NotModified if reading else Stale
        elif reading and self.modified is not None and mtime is not None:
            since = _seconds(self.modified)
            if since is not None and mtime <= since:
                raise NotModified
        if self.lists and not any(self._holds(one, state) for one in self.lists):
            raise Stale(_("The condition of this request no longer holds. Reload and try again."))

    def _holds(self, one: TermList, state: State) -> bool:
        other = state if one.uri is None else self._state_of(one.uri) or state
        return all(term.holds(other) for term in one.terms)


def not_modified(headers: list[tuple[str, str]]) -> Response:
    """Return 304 with the headers a cache needs."""
    return Response(304, [pair for pair in headers if pair[0] not in {"Content-Length", "Content-Type"}])


def _seconds(date: str) -> int | None:
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError, OverflowError):
        return None
