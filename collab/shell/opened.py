"""A public link as one visitor has opened it: what their session remembers of it, and who they are through it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from collab.rights import links
from collab.rights.actor import Actor
from collab.rights.models import Link

MOST = 40
"""Links that one session remembers; the one opened longest ago is forgotten first."""
_KEY = "links"


class Visit:
    """What the visitor's session knows about one token. It ends with the browser, or when the password changes."""

    def __init__(self, session: Any, token: str, digest: bytes = b""):
        self._session = session
        self._key = (digest or links.digest_of(token)).hex()[:32]
        found = session.get(_KEY)
        self._kept: dict[str, Any] = found if isinstance(found, dict) else {}
        self._mine: dict[str, Any] = self._kept.get(self._key, {})

    @classmethod
    def of(cls, session: Any, link: Link) -> Visit:
        """Return what the session knows about this link, for who was not told its token again: a socket."""
        return cls(session, "", bytes(link.digest))

    @property
    def is_counted(self) -> bool:
        """Whether this visit was counted, and took its use of a link that ends after some."""
        return bool(self._mine)

    def unlocks(self, link: Link) -> bool:
        """Whether the link has no password, or the one it has now was typed in this session."""
        return not link.password or constant_time_compare(self._mine.get("lock", ""), _mark(link))

    def begin(self, link: Link) -> None:
        """Remember that the link was opened, with its password if it has one."""
        if not self._session.session_key and not self._session.get("_auth_user_id"):
            self._session.set_expiry(0)
        facts = {} if self.recall("key") else {"key": secrets.token_hex(8)}
        self.remember(lock=_mark(link) if link.password else "", at=int(time.time()), **facts)

    def remember(self, **facts: Any) -> None:
        """Keep small facts with the visit: what an app must know again at the next request."""
        self._mine = self._mine | facts
        kept = {key: value for key, value in self._kept.items() if key != self._key}
        newest = sorted(kept.items(), key=lambda item: item[1].get("at", 0))[-(MOST - 1) :]
        self._kept = {**dict(newest), self._key: self._mine}
        self._session[_KEY] = self._kept

    def recall(self, name: str) -> Any:
        """Return what was remembered under this name, None for nothing."""
        return self._mine.get(name)

    @property
    def key(self) -> str:
        """What this visit is called where its traces are kept; it tells nothing of who it was."""
        return str(self.recall("key") or "")


@dataclass(frozen=True)
class Opened:
    """What an app needs to answer below a link: the link, its thing, the visitor's rights, and their visit.

    `actor` is nobody but the link: a person who is signed in sees no more here than any other visitor.
    """

    link: Link
    token: str
    thing: Any
    visit: Visit

    @property
    def actor(self) -> Actor:
        return Actor.nobody().with_links([self.link])

    @property
    def end(self) -> datetime | None:
        """When the link ends; None for never."""
        grant = self.link.principal.grants.first()
        return grant.expires_at if grant else None

    def url(self, rest: str = "") -> str:
        """Return the address of the link's page, or of what lies below it."""
        if rest:
            return reverse("shell:link-part", args=[self.token, rest])
        return reverse("shell:link", args=[self.token])


def _mark(link: Link) -> str:
    """Return what stands for the link's present password in a session."""
    return salted_hmac("collab.links.unlocked", link.password).hexdigest()
