"""Principals: the people of the house as devices find them (RFC 3744, 2; RFC 5397), at principals/users/<name>/.

The house shows nobody's mail address to others, so a principal tells it to its own person alone.
Apps add what they keep for a person: `live("cal:calendar-home-set", principals.KIND)`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from collab.accounts.models import User
from collab.dav import acl, auth, reports
from collab.dav.hrefs import href, text
from collab.dav.properties import Listing, live, plain
from collab.dav.response import BadGateway
from collab.dav.tree import Missing, Resource
from collab.lib.errors import NotFound
from collab.rights import whom
from collab.rights.actor import Actor

if TYPE_CHECKING:
    from collab.dav.request import Request

KIND = "principal"
PLACE = "principals"
BASE = "/remote.php/dav/principals"
FEATURES = "1, 3, access-control, extended-mkcol"


def address(username: str) -> str:
    """Return the principal-URL of a person (RFC 3744, 4.2)."""
    return href(BASE, ["users", username], collection=True)


def named(*kinds: str) -> None:
    """Give these kinds what every resource tells: who asks, what they may do and ask (RFC 5397; RFC 3744, 5)."""
    live("d:current-user-principal", *kinds)(_current)
    plain("d:principal-collection-set", *kinds)(lambda _row: f"<d:href>{BASE}/users/</d:href>")
    plain("d:supported-privilege-set", *kinds)(lambda _row: acl.SUPPORTED)
    plain("d:acl-restrictions", *kinds)(lambda _row: acl.RESTRICTIONS)
    plain("d:inherited-acl-set", *kinds)(lambda _row: "")
    for kind in kinds:
        live("d:supported-report-set", kind)(partial(_reports, kind))
        live("d:acl", kind)(partial(_acl, kind))


def _reports(kind: str, _listing: Listing) -> Callable[[Any], str]:
    value = reports.supported(kind)
    return lambda _row: value


def _acl(kind: str, listing: Listing) -> Callable[[Any], str | None]:
    return acl.of_kind(kind, _current(listing)(None), listing)


def privileges(*names: str) -> str:
    """Return privileges in XML; those without a prefix are WebDAV's own."""
    return "".join(f"<d:privilege><{name if ':' in name else f'd:{name}'}/></d:privilege>" for name in names)


def _current(listing: Listing) -> Callable[[Any], str]:
    user = listing.request.actor.user
    value = f"<d:href>{address(user.username)}</d:href>" if user is not None else "<d:unauthenticated/>"
    return lambda _row: value


@dataclass(frozen=True)
class Person:
    """A row: a person as a principal. `is_self`: it is who asks."""

    user: User
    is_self: bool

    is_folder = True
    id = 0

    @property
    def name(self) -> str:
        return self.user.username


class Principal(Resource):
    """A person. Whoever asks learns of others the name and the address, of themselves where all is."""

    methods = frozenset({"OPTIONS", "PROPFIND", "REPORT"})
    features = FEATURES
    tells_all = True
    kind = KIND
    is_collection = True


class Place(Resource):
    """The collection of all of a sort; it does not list them: people are searched for (RFC 3744, 9.4)."""

    methods = frozenset({"OPTIONS", "PROPFIND", "REPORT"})
    features = FEATURES
    tells_all = True
    kind = PLACE
    is_collection = True
    row = SimpleNamespace(name="", is_folder=True)

    def members(self) -> tuple[str, list[Any]]:
        user = self.request.actor.user
        if user is None:
            return KIND, []
        if not self.parts:
            return PLACE, [SimpleNamespace(name="users", is_folder=True)]
        return KIND, [Person(user, is_self=True)]


class PrincipalsTree:
    """/remote.php/dav/principals/users/<name>/"""

    scope = ""

    def authenticate(self, request: Request) -> Actor:
        return auth.person(request)

    def find(self, request: Request, parts: list[str]) -> Resource:
        if parts in ([], ["users"]):
            return Place(request, parts)
        if parts[0] != "users" or len(parts) > 2:
            return Missing(request, parts)
        found = person(request.actor, parts[1])
        resource = Principal(request, ["users", found.username])
        resource.row = Person(found, is_self=found == request.actor.user)
        return resource

    def find_from(self, request: Request, parts: list[str]) -> Resource:
        raise BadGateway


def person(actor: Actor, username: str) -> User:
    """Return the person of this name whom the actor may find. Raises NotFound."""
    if actor.user is not None and username.lower() == actor.user.username:
        return actor.user
    found = whom.people(actor).filter(username=username.lower()).first()
    if found is None:
        raise NotFound
    return found


named(KIND, PLACE)
plain("d:resourcetype", PLACE, all=True)(lambda _row: "<d:collection/>")
plain("d:resourcetype", KIND, all=True)(lambda _row: "<d:collection/><d:principal/>")
plain("d:displayname", KIND, all=True)(lambda row: text(row.user.display_name or row.user.username))
plain("d:principal-URL", KIND)(lambda row: f"<d:href>{address(row.user.username)}</d:href>")
plain("d:owner", KIND)(lambda row: f"<d:href>{address(row.user.username)}</d:href>")
plain("d:alternate-URI-set", KIND)(lambda row: f"<d:href>mailto:{mail}</d:href>" if (mail := _mail(row)) else "")
plain("d:resource-id", KIND)(lambda row: f"<d:href>urn:uuid:{_uuid(row.user)}</d:href>")
plain("d:current-user-privilege-set", KIND, PLACE)(
    lambda row: privileges("read", "read-acl", "read-current-user-privilege-set")
)
plain("cal:calendar-user-type", KIND)(lambda _row: "INDIVIDUAL")
plain("cs:email-address-set", KIND)(
    lambda row: f"<cs:email-address>{mail}</cs:email-address>" if (mail := _mail(row)) else ""
)
for _tag in ("d:group-membership", "d:group-member-set", "cs:calendar-proxy-read-for", "cs:calendar-proxy-write-for"):
    plain(_tag, KIND)(lambda _row: "")  # nobody acts for anybody by these lists: calendars are shared instead


@plain("cal:calendar-user-address-set", KIND)
def _addresses(row: Person) -> str:
    """By which somebody is invited; the mail address first, since devices offer it as the name of the account."""
    mail = _mail(row)
    known = f'<d:href preferred="1">mailto:{mail}</d:href>' if mail else ""
    return f"{known}<d:href>{address(row.user.username)}</d:href>"


def _mail(row: Person) -> str:
    return text(row.user.email or "") if row.is_self else ""


def _uuid(user: User) -> uuid.UUID:
    """Return what names this person for ever, and nobody else on another server (RFC 5842, 3.1)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{BASE}/users/{user.username}/{user.created_at.isoformat()}")
