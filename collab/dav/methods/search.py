"""SEARCH with DAV:basicsearch (RFC 5323), as the mobile clients ask it (sync.md, 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from collab.dav import multistatus
from collab.dav.multistatus import Asked
from collab.dav.request import Request, names_of, path_of
from collab.dav.response import OTHER_SCOPE, Response
from collab.dav.shares import DAV, resolve
from collab.lib.errors import BadInput, Forbidden, NotFound

DEFAULT_LIMIT = 100
MOST = 1000
OPERATORS = frozenset({"and", "or", "not", "eq", "lt", "gt", "lte", "gte", "like", "is-collection", "is-defined"})


@dataclass(frozen=True)
class Term:
    """One node of the condition: for and/or/not `terms`; else the property's Clark name and the literal."""

    operator: str
    terms: tuple[Term, ...] = ()
    prop: str = ""
    literal: str = ""


@dataclass(frozen=True)
class Query:
    """What is searched: below `parts` of a tree, direct children alone unless `deep`."""

    parts: list[str]
    deep: bool
    asked: Asked
    where: Term | None
    order: tuple[tuple[str, bool], ...]
    limit: int
    offset: int


def search(request: Request) -> Response:
    """Ask the tree that the scope names; it answers with rows and their addresses."""
    root = request.xml()
    basic = root.find("{DAV:}basicsearch") if root is not None and root.tag == "{DAV:}searchrequest" else None
    if basic is None:
        raise BadInput(_("This search cannot be read."))
    address = _text(basic, "{DAV:}from/{DAV:}scope/{DAV:}href")
    path = path_of(address if address.startswith(("/", "http")) else f"/{address}", request.header("Host"))
    tree, _prefix, rest = resolve(path if path.startswith(DAV) else DAV + path)
    if tree is None or not hasattr(tree, "search"):
        raise NotFound
    if not request.actor.allows_scope(tree.scope):
        raise Forbidden(OTHER_SCOPE)
    query = _query(basic, names_of(rest))
    resource, kind, rows, href_of = tree.search(request, query)
    return multistatus.answer(multistatus.of_rows(resource, kind, rows, query.asked, href_of))


def _query(basic: Any, parts: list[str]) -> Query:
    select = basic.find("{DAV:}select/{DAV:}prop")
    names = tuple(child.tag for child in select) if select is not None else ()
    where = basic.find("{DAV:}where")
    if where is not None and len(where) > 1:
        raise BadInput(_("This search cannot be read."))
    order = []
    for one in basic.findall("{DAV:}orderby/{DAV:}order"):
        prop = one.find("{DAV:}prop")
        if prop is not None and len(prop):
            order.append((prop[0].tag, one.find("{DAV:}descending") is not None))
    depth = _text(basic, "{DAV:}from/{DAV:}scope/{DAV:}depth") or "infinity"
    return Query(
        parts,
        depth.lower() != "1",
        Asked(names, everything=select is None),
        _term(where[0]) if where is not None and len(where) else None,
        tuple(order),
        min(_number(_text(basic, "{DAV:}limit/{DAV:}nresults"), DEFAULT_LIMIT), MOST),
        _number(_text(basic, "{DAV:}limit/{http://nextcloud.org/ns}firstresult"), 0),
    )


def _term(element: Any) -> Term:
    operator = element.tag.removeprefix("{DAV:}")
    if operator not in OPERATORS:
        raise BadInput(_("This search cannot be read."))
    if operator in {"and", "or", "not"}:
        terms = tuple(_term(child) for child in element)
        if not terms or (operator == "not" and len(terms) != 1):
            raise BadInput(_("This search cannot be read."))
        return Term(operator, terms)
    if operator == "is-collection":
        return Term(operator)
    prop = element.find("{DAV:}prop")
    if prop is None or not len(prop):
        raise BadInput(_("This search cannot be read."))
    return Term(operator, prop=prop[0].tag, literal=_text(element, "{DAV:}literal"))


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.text or "").strip() if found is not None else ""


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default
