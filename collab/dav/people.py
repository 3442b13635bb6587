"""Searching people from devices (RFC 3744, 9.4 and 9.5; Apple's way): only whom the house lets the asker find.

Mail addresses are told to nobody, so they fit only whole: by one who knows the address already.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.dav import multistatus, principals
from collab.dav.hrefs import text
from collab.dav.methods.propfind import prop_names
from collab.dav.multistatus import Asked
from collab.dav.properties import NAMESPACES, tags_of
from collab.dav.reports import report
from collab.dav.response import SAFE, XML, Response
from collab.lib import numerals
from collab.lib.errors import BadInput
from collab.rights import whom

if TYPE_CHECKING:
    from collab.dav.request import Request

MOST = 100
"""So many people are told at once; whoever searches names more letters."""
LONGEST = 100
_PLACES = (principals.PLACE, principals.KIND, "root")
_CS, _CAL = NAMESPACES["cs"], NAMESPACES["cal"]
_NAME = "{DAV:}displayname"
_MAIL = f"{{{_CS}}}email-address-set"
_ADDRESS = f"{{{_CAL}}}calendar-user-address-set"
_TYPE = f"{{{_CAL}}}calendar-user-type"
_HOW = {"contains": "icontains", "starts-with": "istartswith", "equals": "iexact", "is": "iexact"}
_NOT_ASKED = {f"{{DAV:}}{name}" for name in (
    "prop", "property-search", "apply-to-principal-collection-set", "self", "principal-property",
)} | {f"{{{_CS}}}{name}" for name in ("search-token", "limit")}  # fmt: skip
_MORE = "<d:error><d:number-of-matches-within-limits/></d:error>"


@report("{DAV:}principal-property-search", *_PLACES)
def search(request: Request, root: Any) -> Response:
    """Answer with the people that fit all of what is asked, or one of it with `test="anyof"`; with all for nothing."""
    request.depth("0", ("0", "1"))
    asked = [_condition(one) for one in root.findall("{DAV:}property-search")]
    fits = asked[0] if asked else Q()
    for one in asked[1:]:
        fits = fits | one if root.get("test", "allof") == "anyof" else fits & one
    return _answer(request, root, whom.people(request.actor).filter(fits))


@report(f"{{{_CS}}}calendarserver-principal-search", *_PLACES)
def tokens(request: Request, root: Any) -> Response:
    """Answer with the people whose name holds each of the words (as Apple's devices look for whom to invite)."""
    found = whom.people(request.actor)
    words = [_cleaned(one.text) for one in root.findall(f"{{{_CS}}}search-token")]
    if not any(words) or root.get("context", "user") in {"location", "resource"}:
        found = found.none()
    for word in filter(None, words):
        found = found.filter(_named(word, "icontains") | Q(email__iexact=word))
    most = numerals.whole(root.findtext(f"{{{_CS}}}limit/{{{_CS}}}nresults", "").strip())
    return _answer(request, root, found, MOST if most is None else most)


@report("{DAV:}principal-search-property-set", *_PLACES)
def searchable(request: Request, _root: Any) -> Response:
    """Say by which properties people are searched (RFC 3744, 9.5)."""
    says = {_NAME: _("Name"), _MAIL: _("E-mail address"), _ADDRESS: _("Address to invite"), _TYPE: _("Person")}
    inside = "".join(
        f"<d:principal-search-property><d:prop>{tags_of(name)[2]}</d:prop>"
        f"<d:description>{text(said)}</d:description></d:principal-search-property>"
        for name, said in says.items()
    )
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<d:principal-search-property-set {spaces}>'
    document = f"{head}{inside}</d:principal-search-property-set>"
    return Response(200, [("Content-Type", XML), *SAFE], document.encode())


def _condition(one: Any) -> Q:
    """Return what a person fulfils who fits one property-search; what is not known fits nobody."""
    names = [child.tag for child in one.find("{DAV:}prop") or ()]
    match = one.find("{DAV:}match")
    if match is None or not names:
        raise BadInput(_("This search cannot be read."))
    word, how = _cleaned(match.text), _HOW.get(match.get("match-type", "contains"), "icontains")
    fits = Q(pk__in=[])
    for name in names:
        if name == _NAME:
            fits |= _named(word, how)
        elif name in {_MAIL, _ADDRESS}:
            fits |= Q(email__iexact=word.removeprefix("mailto:"))
            if name == _ADDRESS and (user := _username(word)):
                fits |= Q(username=user)
        elif name == _TYPE and word.upper() == "INDIVIDUAL":
            return ~Q(pk__in=[])
    return fits


def _named(word: str, how: str) -> Q:
    return Q(**{f"display_name__unaccent__{how}": word}) | Q(**{f"username__{how}": word})


def _username(word: str) -> str:
    """Return the user name in the address of a principal, "" where it is none."""
    path = word[word.find(principals.BASE) :] if principals.BASE in word else ""
    return path.removeprefix(f"{principals.BASE}/users/").strip("/").lower() if path else ""


def _cleaned(said: str | None) -> str:
    return " ".join((said or "").replace("\0", " ").split())[:LONGEST]


def _answer(request: Request, root: Any, found: QuerySet[User], most: int = MOST) -> Response:
    """Return the people as a Multi-Status, and that there are more where there are."""
    most = max(1, min(most, MOST))
    people = list(found.order_by("display_name", "pk")[: most + 1])
    resource = request.resource
    rows = [principals.Person(one, is_self=one == request.actor.user) for one in people[:most]]
    blocks = list(of_people(request, asked_in(request, root), rows))
    if len(people) > most:
        blocks.append(multistatus.status_only(resource.href, "507 Insufficient Storage", _MORE))
    return multistatus.answer(blocks)


def asked_in(request: Request, root: Any) -> Asked:
    """Return what the report asks of each person: in its `prop`, or beside it as Python's caldav does."""
    prop = root.find("{DAV:}prop")
    names = prop_names(prop) if prop is not None else ()
    if not names:
        names = tuple(one.tag for one in root if one.tag not in _NOT_ASKED)
    return Asked(names, minimal=request.prefers_minimal())


def of_people(request: Request, asked: Asked, rows: list[principals.Person]) -> Iterable[str]:
    """Return the responses of people."""
    resource = principals.Principal(request, [])
    return multistatus.of_rows(
        resource, principals.KIND, rows, asked, lambda row: principals.address(row.user.username)
    )
