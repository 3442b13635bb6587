"""Who acts: a person, a visitor with a link, or nobody. Every door builds it here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import credentials, recalling
from collab.accounts.actions import devices
from collab.accounts.models import AppPassword, User
from collab.accounts.throttle import Throttle
from collab.lib.errors import Forbidden
from collab.lib.statements import ask
from collab.rights import sql
from collab.rights.right import Right

if TYPE_CHECKING:
    from collab.rights.models import Link

PRINCIPALS = """SELECT p.id FROM rights_principal p WHERE p.user_id = u.id
 UNION ALL SELECT p.id FROM groups_membership m JOIN rights_principal p ON p.group_id = m.group_id WHERE
  m.user_id = u.id
 UNION ALL SELECT p.id FROM rights_principal p WHERE u.rank <> 'guest'
  AND p.group_id = (SELECT e.id FROM groups_group e WHERE e.everyone)"""
"""The principals of the user that the statement around it calls `u`."""

recalling.ask_along("principals", f"ARRAY({PRINCIPALS})")
_OF_USER = f"SELECT ARRAY({PRINCIPALS}) FROM accounts_user u WHERE u.id = %(user)s"
_OF_BASIC = f"""SELECT a.id, a.scopes, a.last_used_at, a.last_address, ARRAY({PRINCIPALS}), {recalling.COLUMNS}
 FROM accounts_user u LEFT JOIN accounts_apppassword a ON a.user_id = u.id AND a.digest = %(digest)s
  AND (a.expires_at IS NULL OR a.expires_at > statement_timestamp())
 WHERE (u.username = %(account)s OR lower(u.email) = %(account)s) AND u.is_active ORDER BY a.id NULLS LAST LIMIT 1"""
_OF_BEARER = f"""SELECT a.id, a.scopes, a.last_used_at, a.last_address, ARRAY({PRINCIPALS}), {recalling.COLUMNS}
 FROM accounts_apppassword a JOIN accounts_user u ON u.id = a.user_id AND u.is_active WHERE a.digest = %(digest)s
  AND (a.expires_at IS NULL OR a.expires_at > statement_timestamp())"""
_HOLDERS = f"""SELECT DISTINCT g.principal_id FROM rights_lineage l JOIN rights_grant g ON g.acl_id = l.ancestor_id
 WHERE l.acl_id = %(acl)s AND g.rights & %(right)s = %(right)s AND {sql.LIVE}"""
_MASK, _MASK_UNTIL, _MASK_FOR_GOOD = (
    "SELECT " + sql.mask_of("%(acl)s", lasting).replace("%s", "%(principals)s")
    for lasting in ("true", "(g.expires_at IS NULL OR g.expires_at >= %(end)s)", "g.expires_at IS NULL")
)
_MASKS = sql.MASKS.replace("%s", "%(acls)s", 1).replace("%s", "%(principals)s")
_USED_EVERY = timedelta(minutes=5)

WRONG = _("The address or the password is not right.")
WRONG_TOKEN = _("This app password is not known here, or was taken back. Make another in your settings.")


@dataclass(frozen=True)
class Actor:
    """`principals`: ids of rights_principal; `scopes`: what an app password is limited to, empty for all;
    `strength`: "none", "link", "app-password", "password", "session"; `links`: unlocked public links. `device`: through
    what they came, "" where nobody stands before it: `a12` by an app password, `s…` in a browser's session, `l3` by a
    link, `p` with the login password.
    """

    user: User | None = None
    principals: tuple[int, ...] = ()
    epoch: int = 0
    strength: str = "none"
    scopes: frozenset[str] = frozenset()
    links: tuple[int, ...] = ()
    impersonator: User | None = None
    device: str = ""
    _masks: dict[int, Right] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def nobody(cls) -> Actor:
        """A visitor without any right."""
        return cls()

    @classmethod
    def of(cls, user: User | Any, *, strength: str = "session", session: Any = None) -> Actor:
        """The actor of a signed-in person, in this session; nobody for an anonymous or disabled one. One query."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return cls()
        rows = ask(_OF_USER, {"user": user.pk})
        return cls(user, tuple(rows[0][0]) if rows else (), user.epoch, strength, device=device_of(session))

    @classmethod
    def of_page(cls, request: Any) -> Actor:
        """The actor of a request's session. What only reads takes the principals that came with the person: no query.

        What writes asks when it comes to it, for it may have made the person a member just before.
        """
        user, session = request.user, getattr(request, "session", None)
        found = recalling.take(user, "principals") if request.method in ("GET", "HEAD") else None
        if found is None or not user.is_active:
            return cls.of(user, session=session)
        return cls(user, tuple(found), user.epoch, "session", device=device_of(session))

    @classmethod
    def of_basic(cls, username: str, password: str, address: str) -> Actor:
        """The actor behind `Authorization: Basic`: an app password, or the login password while two-factor is off.

        One query when all is well. Raises Forbidden for wrong credentials, TooMany when slowed down.
        """
        account = username.strip().lower().replace("\0", "")
        digest = credentials.digest(password)
        rows = ask(_OF_BASIC, {"digest": digest, "account": account})
        if not rows:
            cls._guess(None, account, password, address)
            raise Forbidden(WRONG)
        app_password, scopes, used_at, used_from, principals, *values = rows[0]
        user = User.from_db("default", recalling.FIELDS, values)
        if app_password:  # 128 random bits cannot be guessed: no delay is asked for, and none is paid
            cls._note_use(user, app_password, used_at, used_from, address)
            scopes, device = frozenset(scopes), f"a{app_password}"
            return cls(user, tuple(principals), user.epoch, "app-password", scopes, device=device)
        if not credentials.is_remembered(user.pk, user.epoch, user.password, password):
            cls._guess(user, user.username, password, address)
        return cls(user, tuple(principals), user.epoch, "password", device="p")

    @classmethod
    def of_bearer(cls, token: str, address: str) -> Actor:
        """The actor behind `Authorization: Bearer`: an app password, which names its person by itself.

        One query when all is well. Raises Forbidden for a wrong one, TooMany when the neighbourhood is slowed down.
        """
        rows = ask(_OF_BEARER, {"digest": credentials.digest(token)})
        if not rows:
            throttle = Throttle()
            throttle.check("token", "", address)
            throttle.fail("token", "", address, secret=token)
            raise Forbidden(WRONG_TOKEN)
        app_password, scopes, used_at, used_from, principals, *values = rows[0]
        user = User.from_db("default", recalling.FIELDS, values)
        cls._note_use(user, app_password, used_at, used_from, address)
        scopes, device = frozenset(scopes), f"a{app_password}"
        return cls(user, tuple(principals), user.epoch, "app-password", scopes, device=device)

    @staticmethod
    def _guess(user: User | None, account: str, password: str, address: str) -> None:
        """Verify a login password under the growing delay; raise Forbidden unless it is right."""
        throttle = Throttle()
        throttle.check("dav", account, address)
        if user is None:
            credentials.burn(password)
        elif credentials.check_password_cached(user.pk, user.epoch, user.password, password):
            throttle.succeed("dav", account, address)
            devices.note_login(user, address)
            return
        throttle.fail("dav", account, address, secret=password)
        raise Forbidden(WRONG)

    @staticmethod
    def _note_use(user: User, app_password: int, used_at: Any, used_from: str, address: str) -> None:
        """Remember the last use, at most every five minutes: a sync client asks many times a second."""
        if address[:45] != used_from:
            devices.note_network(user, app_password, address, used_from)
        now = timezone.now()
        if used_at is None or now - used_at > _USED_EVERY:
            AppPassword.objects.filter(pk=app_password).update(last_used_at=now, last_address=address[:45])

    def with_links(self, links: Iterable[Link]) -> Actor:
        """This actor, and what the given unlocked links allow; only for requests under a link's own address."""
        links = list(links)
        return replace(
            self,
            principals=self.principals + tuple(link.principal_id for link in links),
            links=self.links + tuple(link.pk for link in links),
            strength="link" if self.user is None else self.strength,
            device=self.device or (f"l{links[0].pk}" if links else ""),
            _masks={},
        )

    def beside(self, other: User) -> Actor:
        """This actor, and what the other person was given themselves; only for an act that both ends agree to."""
        return replace(self, principals=(*self.principals, other.principal.pk), _masks={})  # type: ignore[attr-defined]

    def by_design(self) -> Actor:
        """This actor where the house acts for them, step by step: no device of theirs does it."""
        return replace(self, device="", _masks={})

    @classmethod
    def in_the_name_of(cls, acl_id: int, right: Right) -> Actor:
        """The house itself where it makes a place for something of an app: with what those have who hold the right.

        Nobody's name stands at what it does. The app asks before whether the person may do what this is for.
        """
        holders = ask(_HOLDERS, {"acl": acl_id, "right": int(right)})
        return cls(principals=tuple(row[0] for row in holders))

    @property
    def is_nobody(self) -> bool:
        return not self.principals

    def allows_scope(self, scope: str, *, write: bool = False) -> bool:
        """Whether the credential may be used for this part of the house ("files", "calendars"…; "" for any of them)."""
        if write and "read-only" in self.scopes:
            return False
        limits = self.scopes - {"read-only"}
        return not limits or not scope or scope in limits

    def rights_on(self, thing: Any) -> Right:
        """All that this actor may do on the thing (any object with an acl). One query, kept for the request."""
        acl = acl_of(thing)
        if acl not in self._masks:
            self._masks[acl] = self._mask(acl)
        return self._masks[acl]

    def rights_until(self, thing: Any, end: datetime | None) -> Right:
        """What this actor may do on the thing until `end` at least (None: for good); what ends sooner is left out."""
        return self._mask(acl_of(thing), _MASK_UNTIL if end else _MASK_FOR_GOOD, {"end": end} if end else {})

    def _mask(self, acl: int, text: str = _MASK, more: dict[str, Any] | None = None) -> Right:
        if not self.principals:
            return Right.NONE
        ((mask,),) = ask(text, {"acl": acl, "principals": list(self.principals), **(more or {})})
        return Right(mask)

    def can(self, thing: Any, right: Right) -> bool:
        """Whether all bits of `right` are held on the thing."""
        return self.rights_on(thing) & right == right

    def require(self, thing: Any, right: Right) -> None:
        """Raise Forbidden, with who could do it instead, unless the right is held."""
        if not self.can(thing, right):
            from collab.rights.explain import reason  # explains only when refused

            raise Forbidden(reason(thing, right))

    def look(self, things: Iterable[Any]) -> None:
        """Learn the masks on all these things in one query, so that asking about each costs none."""
        acls = {acl_of(thing) for thing in things} - self._masks.keys()
        if not acls or not self.principals:
            return
        found: dict[int, int] = dict(ask(_MASKS, {"acls": list(acls), "principals": list(self.principals)}))
        self._masks.update({acl: Right(found.get(acl, 0)) for acl in acls})

    def remember(self, thing: Any, mask: int) -> None:
        """Keep the mask that a listing found just now, so that asking about each of its rows costs no query."""
        self._masks[acl_of(thing)] = Right(mask)

    def forget(self) -> None:
        """Drop what was remembered about masks, after rights changed."""
        self._masks.clear()


def device_of(session: Any) -> str:
    """Name a browser's session without telling its key."""
    key = getattr(session, "session_key", None)
    return f"s{hashlib.sha256(key.encode()).hexdigest()[:20]}" if key else ""


def acl_of(thing: Any) -> int:
    """Return the id of the acl that guards the thing, following its `ACL` path."""
    *path, last = getattr(thing, "ACL", "acl").split("__")
    for step in path:
        thing = getattr(thing, step)
    acl_id: int = getattr(thing, f"{last}_id")
    return acl_id


class ActorMiddleware:
    """Gives every request its actor, lazily: pages that ask nothing cost no query."""

    def __init__(self, get_response: Any):
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        from django.utils.functional import SimpleLazyObject

        request.actor = SimpleLazyObject(lambda: Actor.of_page(request))
        return self.get_response(request)
