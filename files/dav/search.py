"""SEARCH and the report of favourites: one query over what the person may see (sync.md, 4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from collab.dav import multistatus
from collab.dav.hrefs import href
from collab.dav.methods.propfind import prop_names
from collab.dav.methods.search import DEFAULT_LIMIT, MOST, Query, Term
from collab.dav.multistatus import Asked
from collab.dav.properties import NAMESPACES
from collab.dav.reports import report
from collab.dav.response import Response
from collab.lib import numerals
from collab.lib.errors import BadInput, NotFound
from collab.rights.sql import LIVE
from files import mounts
from files.dav.nodes import HomeResource
from files.dav.properties import KIND, media_type
from files.entry import COLUMNS, FILE, FOLDER, Entry

if TYPE_CHECKING:
    from collab.dav.request import Request
    from collab.dav.tree import Resource

_COMPARE = {"eq": "=", "lt": "<", "gt": ">", "lte": "<=", "gte": ">="}
_MEDIA_MOST = 400

_MASKS = f"""masks AS MATERIALIZED (SELECT l.acl_id, bit_or(g.rights)::int AS mask FROM rights_lineage l
  JOIN rights_grant g ON g.acl_id = l.ancestor_id WHERE g.principal_id = ANY(%(principals)s) AND {LIVE}
  GROUP BY l.acl_id HAVING bit_or(g.rights) & 1 = 1)"""

_FOUND = f"""SELECT {COLUMNS}, m.mask, f.user_id IS NOT NULL, NULL::int[], NULL::text, false"""

_JOINS = """JOIN masks m ON m.acl_id = n.acl_id LEFT JOIN files_blob b ON b.id = n.blob_id
 LEFT JOIN marks_favourite f ON f.object_id = n.id AND f.kind = 'node' AND f.user_id = %(user)s"""

_BELOW = f"""WITH RECURSIVE {_MASKS},
 down (id, top, depth, path) AS (
  SELECT id, id, 0, ARRAY[]::text[] FROM unnest(%(tops)s::bigint[]) AS top (id)
  UNION ALL SELECT n.id, down.top, down.depth + 1, down.path || n.name::text FROM down CROSS JOIN LATERAL (
   SELECT * FROM files_node inside WHERE inside.parent_id = down.id AND inside.trash_id IS NULL
    AND (%(deep)s OR down.depth < 1) AND inside.acl_id IN (SELECT acl_id FROM masks) OFFSET 0) n)
 {_FOUND}, down.top, down.path FROM down JOIN files_node n ON n.id = down.id AND down.depth > 0 {_JOINS}
 WHERE {{where}} ORDER BY {{order}} LIMIT %(limit)s OFFSET %(offset)s"""
"""Below one folder: from it downwards."""

_EVERYWHERE = f"""WITH RECURSIVE {_MASKS},
 hits AS MATERIALIZED (SELECT n.*, row_number() OVER (ORDER BY {{order}}) AS place FROM files_node n {_JOINS}
  WHERE n.trash_id IS NULL AND n.parent_id IS NOT NULL AND n.space_id = ANY(%(spaces)s) AND {{where}}
  ORDER BY {{order}} LIMIT %(limit)s OFFSET %(offset)s),
 up (hit, parent_id, path) AS (
  SELECT id, parent_id, ARRAY[name::text] FROM hits
  UNION ALL SELECT up.hit, n.parent_id, n.name::text || up.path FROM up JOIN files_node n ON n.id = up.parent_id
   JOIN masks ON masks.acl_id = n.acl_id WHERE NOT up.parent_id = ANY(%(tops)s))
 {_FOUND}, up.parent_id, up.path FROM up JOIN hits n ON n.id = up.hit {_JOINS}
 WHERE up.parent_id = ANY(%(tops)s) ORDER BY n.place"""
"""Below a person's root: what fits first, then the way up from each, since the whole tree may be a million things."""


def _names(tags: str) -> list[str]:
    return [f"{{{NAMESPACES[tag.partition(':')[0]]}}}{tag.partition(':')[2]}" for tag in tags.split()]


_DISPLAYNAME, _TYPE, _MODIFIED, _CREATED, _UPLOADED, _SIZE, _FAVOURITE, _ID, _OWNER, _LENGTH = _names(
    "d:displayname d:getcontenttype d:getlastmodified d:creationdate nc:upload_time oc:size oc:favorite oc:fileid"
    " oc:owner-id d:getcontentlength"
)
_LABEL = f"{{{NAMESPACES['oc']}}}systemtag"
_MOST_RULES = 20
_BEARS = """n.id IN (SELECT l.object_id FROM marks_labelled l JOIN marks_label m ON m.id = l.label_id
 AND m.deleted_at IS NULL WHERE l.kind = 'node' AND l.label_id ="""
_NUMBERS = {
    _MODIFIED: "n.mtime",
    _CREATED: "extract(epoch FROM n.created_at)",
    _UPLOADED: "extract(epoch FROM n.created_at)",
    _SIZE: "n.size",
    _LENGTH: "n.size",
    _ID: "n.id",
}
_OWNED = "n.space_id IN (SELECT s.id FROM spaces_space s JOIN accounts_user u ON u.id = s.owner_id WHERE u.username"
_ORDERS = _NUMBERS | {_DISPLAYNAME: "n.sort"}


def run(tree: Any, request: Request, query: Query) -> tuple[Resource, str, list[Entry], Any]:
    """Return (resource of the scope, kind, rows, their addresses)."""
    scope = tree.find_from(request, query.parts)
    if not scope.exists or not scope.is_collection:
        raise NotFound
    values: dict[str, Any] = {}
    where = _sql(query.where, values) if query.where else "true"
    order = ", ".join(f"{_ORDERS[name]} {'DESC' if desc else 'ASC'}" for name, desc in query.order if name in _ORDERS)
    rows, paths = _rows(request, scope, where, values, f"{order}, n.id" if order else "n.id", query)
    base = tree_base(tree)
    return scope, KIND, rows, lambda row: href(base, [*query.parts, *paths[row.id]], collection=row.kind == FOLDER)


def tree_base(tree: Any) -> str:
    """Return the address under which the tree's answers stand."""
    from files.dav.tree import BASE, OldFilesTree

    return "/remote.php/webdav" if isinstance(tree, OldFilesTree) else BASE


def _rows(
    request: Request, scope: Resource, where: str, values: dict[str, Any], order: str, query: Query
) -> tuple[list[Entry], dict[int, list[str]]]:
    """Run the query below the scope and, at the person's root, below their mounts too."""
    tops: dict[int, list[str]] = {scope.row.id: []}
    listed = [row for row in getattr(scope, "root", mounts.Root("", scope.row, [])).rows if row.mount]
    tops |= {row.id: [row.mount or ""] for row in listed}
    everywhere = query.deep and isinstance(scope, HomeResource)
    text = (_EVERYWHERE if everywhere else _BELOW).format(where=where, order=order)
    values |= {
        "tops": list(tops) if query.deep else [scope.row.id], "principals": list(request.actor.principals),
        "spaces": list({scope.row.space_id, *(row.space_id for row in listed)}),
        "user": request.actor.user.pk if request.actor.user else None, "deep": query.deep, "limit": query.limit,
        "offset": query.offset,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = cursor.fetchall()
    paths = {row[0]: [*tops[row[20]], *row[21]] for row in found}
    return [Entry(*row[:20]) for row in found], paths


def _sql(term: Term, values: dict[str, Any]) -> str:
    """Return the condition as SQL with named parameters; nothing of the client's text enters the statement."""
    if term.operator in {"and", "or"}:
        return "(" + f" {term.operator.upper()} ".join(_sql(one, values) for one in term.terms) + ")"
    if term.operator == "not":
        return f"NOT ({_sql(term.terms[0], values)})"
    if term.operator == "is-collection":
        return f"n.kind = {FOLDER}"
    if term.operator == "is-defined":
        both = (term.prop in _ORDERS and term.prop != _LENGTH) or term.prop in {_FAVOURITE, _OWNER}
        return "true" if both else f"n.kind = {FILE}"  # a folder has no length and no type
    return _comparison(term, values)


def _comparison(term: Term, values: dict[str, Any]) -> str:
    key = f"v{len(values)}"
    if term.prop == _FAVOURITE:
        wanted = term.literal.lower() in {"1", "yes", "true"}
        return "f.user_id IS NOT NULL" if wanted else "f.user_id IS NULL"
    if term.prop == _TYPE:
        values[key] = _endings(term.literal)
        return f"(n.kind = {FILE} AND lower(substring(n.name FROM '[^.]*$')) = ANY(%({key})s))"
    if term.prop == _LABEL:
        values[key] = _whole(term.literal) or 0
        return f"{_BEARS} %({key})s)"
    if term.prop == _OWNER:
        values[key] = term.literal
        return f"{_OWNED} = %({key})s)"
    if term.prop == _DISPLAYNAME:
        values[key] = term.literal
        return f"n.name ILIKE %({key})s" if term.operator == "like" else f"n.name {_operator(term)} %({key})s"
    if term.prop in _NUMBERS:
        values[key] = _number(term.literal)
        return f"{_NUMBERS[term.prop]} {_operator(term)} %({key})s"
    raise BadInput(_("This property cannot be searched."))


def _operator(term: Term) -> str:
    if term.operator not in _COMPARE:
        raise BadInput(_("This search cannot be read."))
    return _COMPARE[term.operator]


def _endings(pattern: str) -> list[str]:
    """Return the endings of names whose media type fits `image/%` or is the one given."""
    from mimetypes import types_map

    kind, _slash, rest = pattern.partition("/")
    every = rest in {"%", ""}
    fits = [end for end, found in types_map.items() if (found.startswith(f"{kind}/") if every else found == pattern)]
    return [ending[1:] for ending in fits[:_MEDIA_MOST] if media_type(f"x{ending}")]


def _number(literal: str) -> float:
    """Return a number: as such, or unix seconds of an ISO date."""
    try:
        return float(literal)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(literal.replace("Z", "+00:00")).timestamp()
    except ValueError:
        raise BadInput(_("This search cannot be read.")) from None


@report(f"{{{NAMESPACES['oc']}}}filter-files", KIND)
def filter_files(request: Request, root: Any) -> Response:
    """Answer the report of favourites and labels below the folder asked; all its rules hold (sync.md, 4.1)."""
    oc, nc = f"{{{NAMESPACES['oc']}}}", f"{{{NAMESPACES['nc']}}}"
    rules = root.find(f"{oc}filter-rules")
    terms = [_rule(one, oc) for one in (rules if rules is not None else ()) if one.tag.startswith(oc)][:_MOST_RULES]
    if not terms:
        raise BadInput(_("This report needs a rule: favourites, or a label."))
    props = root.find("{DAV:}prop")
    limit = root.findtext("{DAV:}limit/{DAV:}nresults") or ""
    first = root.findtext(f"{{DAV:}}limit/{nc}firstresult") or ""
    asked = Asked(prop_names(props) if props is not None else (), everything=props is None)
    query = Query(
        request.parts, True, asked, Term("and", tuple(terms)), (),
        DEFAULT_LIMIT if (most := _whole(limit)) is None else min(most, MOST), _whole(first) or 0,
    )  # fmt: skip
    scope, kind, rows, href_of = run(request.tree, request, query)
    return multistatus.answer(multistatus.of_rows(scope, kind, rows, asked, href_of))


def _rule(element: Any, oc: str) -> Term:
    said = (element.text or "").strip()
    if element.tag == f"{oc}favorite":
        return Term("eq", prop=_FAVOURITE, literal="0" if said in {"", "0", "false"} else "1")
    if element.tag == f"{oc}systemtag" and numerals.whole(said) is not None:
        return Term("eq", prop=_LABEL, literal=said)
    raise BadInput(_("This report needs a rule: favourites, or a label."))


def _whole(said: str) -> int | None:
    return numerals.whole(said)
