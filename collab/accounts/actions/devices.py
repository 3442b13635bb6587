"""App passwords: one per device, shown once, limited to what the device needs, revocable."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import credentials
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
    user: User, name: str, *, scopes: Iterable[str] = (), length: int = READABLE, strength: str = "session"
) -> tuple[AppPassword, str]:
    """Make an app password; returns its row and the secret, which is never seen again.

    No scope means everything. Raises BadInput (scope, name), Forbidden (by an app password, or too many).
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
        user=user, name=device_name(name), digest=credentials.digest(secret), scopes=wanted
    )
    _tell("device-made", row, scopes=wanted)
    return row, secret


@transaction.atomic
def revoke(user: User, app_password_id: int) -> tuple[AppPassword, str]:
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
        },
        salt=_SALT,
    )
    _tell("device-revoked", row)
    row.delete()
    touch(user)
    return row, undo


@transaction.atomic
def restore(user: User, undo: str) -> AppPassword:
    """Take back `revoke`. Raises NotFound when it was more than a minute ago, or not this person's."""
    try:
        kept: dict[str, Any] = signing.loads(undo, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise NotFound from None
    if kept["user"] != user.pk:
        raise NotFound
    row, made = AppPassword.objects.get_or_create(
        digest=bytes.fromhex(kept["digest"]), defaults={"user": user, "name": kept["name"], "scopes": kept["scopes"]}
    )
    if made:
        AppPassword.objects.filter(pk=row.pk).update(created_at=datetime.fromisoformat(kept["created_at"]))
        _tell("device-restored", row)
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


def _tell(kind: str, row: AppPassword, **details: Any) -> None:
    whom = ("user", row.user_id, str(row.user))
    audit.record(kind, row.user, ("device", row.pk), row.name, whom=whom, **details)


def device_name(name: str) -> str:
    """Return a name fit for the list of devices; programs send anything as their User-Agent."""
    plain = "".join(char for char in name if char.isprintable()).strip()
    found = _SYNC_CLIENT.match(plain)
    if found:
        brand = "ownCloud" if "owncloud" in plain.lower() else "Nextcloud"
        plain = f"{brand} {found['version']} ({found['platform']})"
    return plain[:200] or str(_("A device"))
