"""App passwords: one per device or program, shown once, limited to what it needs and in time, revocable."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import credentials, tries
from collab.accounts.epochs import touch
from collab.accounts.models import AppPassword, User
from collab.events import audit
from collab.events.models import AuditEntry
from collab.lib.addresses import neighbourhood
from collab.lib.errors import BadInput, Forbidden, NotFound

SCOPES = {
    "files": _("Files"),
    "calendars": _("Calendars and tasks"),
    "contacts": _("Contacts"),
    "chat": _("Chat"),
    "read-only": _("Only read, change nothing"),
}
LENGTH = 72
"""As long as the app passwords that Nextcloud's clients expect; 23 would already carry 128 bits."""
READABLE = 25
MOST = 200
UNDO_SECONDS = 60
LASTS = {0: _("Until it is taken back"), 30: _("30 days"), 90: _("90 days"), 365: _("One year")}
"""Days after which a password ends by itself."""
LOGIN_DAYS, MOST_LOGINS = 30, 10
"""How long a program that signed in stays so, and so many of one person at once."""
_ENDED_KEPT = timedelta(days=30)
"""How long one that has ended still stands in the list, so that its person sees why a device is refused."""
_SYNC_CLIENT = re.compile(
    r"Mozilla/5\.0 \((?P<platform>\w+)[^)]*\) (?:mirall|[A-Za-z]+-(?:android|iOS))/(?P<version>\d+(?:\.\d+)*)"
)
"""How sync clients name themselves: “Mozilla/5.0 (Linux) mirall/3.7.3 (Nextcloud, …)”, “… Nextcloud-android/3.20”."""

_SALT = "accounts.devices.undo"
_KEPT_NETWORKS = 10_000
_NETWORKS: OrderedDict[tuple[str, int, str], None] = OrderedDict()
"""Devices and networks that this process has seen together: asked of the database once."""


@transaction.atomic
def create(
    user: User, name: str, *, scopes: Iterable[str] = (), length: int = READABLE, strength: str = "session",
    days: int = 0, by: User | None = None,
) -> tuple[AppPassword, str]:  # fmt: skip
    """Make an app password; returns its row and the secret, which is never seen again.

    No scope means everything; `days`: after so many it ends, 0 for never. `by`: who does it for a bot. Raises BadInput
    (scope, name), Forbidden (by an app password, or too many).
    """
    if strength == "app-password":
        raise Forbidden(_("An app password cannot make another one."))
    wanted = sorted(set(scopes))
    if not set(wanted) <= set(SCOPES):
        raise BadInput(_("This limit is not known."))
    if AppPassword.objects.filter(user=user).count() >= MOST:
        raise Forbidden(_("You have 200 devices. Remove those you no longer use."))
    secret = credentials.new_secret(length)
    row = AppPassword.objects.create(
        user=user,
        name=device_name(name),
        digest=credentials.digest(secret),
        scopes=wanted,
        expires_at=_in(days),
        given_by=by,
    )
    _tell("device-made", row, by, scopes=wanted)
    return row, secret


@transaction.atomic
def sign_in(user: User, name: str, scope: str) -> str:
    """Give a program that showed the login password a token for one part of the house, for thirty days.

    The oldest of ten such ends with the eleventh: a script that signs in every minute fills nobody's list.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    given = AppPassword.objects.filter(user=user, by_login=True).order_by("-pk")
    AppPassword.objects.filter(pk__in=list(given.values_list("pk", flat=True)[MOST_LOGINS - 1 :])).delete()
    secret = credentials.new_secret(READABLE)
    AppPassword.objects.create(
        user=user, name=device_name(name), digest=credentials.digest(secret), scopes=[scope], by_login=True,
        expires_at=_in(LOGIN_DAYS),
    )  # fmt: skip
    tries.note_device(user)
    return secret


def sign_out(user: User, app_password_id: int) -> None:
    """End what `sign_in` gave; a password that a person made stays theirs to take back."""
    if AppPassword.objects.filter(user=user, pk=app_password_id, by_login=True).delete()[0]:
        touch(user)


def sweep() -> int:
    """Delete those whose time was over long ago; return how many."""
    return AppPassword.objects.filter(expires_at__lt=timezone.now() - _ENDED_KEPT).delete()[0]


@transaction.atomic
def revoke(user: User, app_password_id: int, *, by: User | None = None) -> tuple[AppPassword, str]:
    """Refuse this device from now on; returns what it was and a token that undoes it within a minute.

    Somebody else's id is not found (CVE-2017-0936). Raises NotFound.
    """
    row = AppPassword.objects.filter(user=user, pk=app_password_id).first()
    if row is None:
        raise NotFound
    undo = signing.dumps(
        {
            "user": user.pk,
            "name": row.name,
            "digest": bytes(row.digest).hex(),
            "scopes": row.scopes,
            "created_at": row.created_at.isoformat(),
            "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        },
        salt=_SALT,
    )
    _tell("device-revoked", row, by)
    row.delete()
    touch(user)
    return row, undo


@transaction.atomic
def restore(user: User, undo: str, *, by: User | None = None) -> AppPassword:
    """Take back `revoke`; `by` answers for it from now on, for a bot.

    Raises NotFound when it was more than a minute ago, or not this person's.
    """
    try:
        kept: dict[str, Any] = signing.loads(undo, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise NotFound from None
    if kept["user"] != user.pk:
        raise NotFound
    ends = datetime.fromisoformat(kept["expires_at"]) if kept.get("expires_at") else None
    row, made = AppPassword.objects.get_or_create(
        digest=bytes.fromhex(kept["digest"]),
        defaults={"user": user, "name": kept["name"], "scopes": kept["scopes"], "expires_at": ends, "given_by": by},
    )
    if made:
        AppPassword.objects.filter(pk=row.pk).update(created_at=datetime.fromisoformat(kept["created_at"]))
        _tell("device-restored", row, by)
    return row


def note_network(user: User, device: int, address: str, before: str) -> None:
    """Tell the audit log that a device comes from a network it never came from; a sync client asks all the time."""
    network = neighbourhood(address)
    if _came_before("device-network", ("device", device), network) or neighbourhood(before) == network:
        return
    name = AppPassword.objects.values_list("name", flat=True).get(pk=device)
    whom = ("user", user.pk, str(user))
    audit.record("device-network", user, ("device", device), name, whom=whom, network=network)


def note_login(user: User, address: str) -> None:
    """Tell the audit log, once a network, that a device came in with the person's own password."""
    network = neighbourhood(address)
    if not _came_before("device-login", ("user", user.pk), network):
        audit.record("device-login", user, ("user", user.pk), str(user), network=network)


def _came_before(kind: str, subject: tuple[str, int], network: str) -> bool:
    """Whether this was told already; the database is asked once in the life of a process."""
    if (mark := (*subject, network)) in _NETWORKS:
        return True
    _NETWORKS[mark] = None
    while len(_NETWORKS) > _KEPT_NETWORKS:
        _NETWORKS.popitem(last=False)
    told = AuditEntry.objects.filter(subject_kind=subject[0], subject_id=subject[1], kind=kind)
    return told.filter(details__network=network).exists()


def _in(days: int) -> datetime | None:
    if days not in {*LASTS, LOGIN_DAYS}:
        raise BadInput
    return timezone.now() + timedelta(days=days) if days else None


def _tell(kind: str, row: AppPassword, by: User | None = None, **details: Any) -> None:
    whom = ("user", row.user_id, str(row.user))
    audit.record(kind, by or row.user, ("device", row.pk), row.name, whom=whom, **details)


def device_name(name: str) -> str:
    """Return a name fit for the list of devices; programs send anything as their User-Agent."""
    plain = "".join(char for char in name if char.isprintable()).strip()
    found = _SYNC_CLIENT.match(plain)
    if found:
        brand = "ownCloud" if "owncloud" in plain.lower() else "Nextcloud"
        plain = f"{brand} {found['version']} ({found['platform']})"
    return plain[:200] or str(_("A device"))
