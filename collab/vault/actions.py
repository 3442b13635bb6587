"""Turning encryption on and off, and changing its keys: by rank or from the server's command line, always recorded."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.registry import house
from collab.vault import keys, master
from collab.vault.models import DataKey, Vault

ASKED = 2
"""Groups of the recovery key that are typed back."""


def begin(user: User | None) -> str:
    """Return the recovery key to be kept, of a master key that is made if there is none. Shown until it is proved kept.

    Raises Forbidden, Conflict (it was kept already), Unavailable (its file cannot be written).
    """
    _require(user)
    key = _unproved()
    if key is None:
        raise Conflict(_("The recovery key was kept already. The command “encryption export-key” shows it again."))
    return master.text(key)


def waiting(user: User | None) -> str | None:
    """Return the recovery key that waits to be proved kept, None when there is none. Raises Forbidden."""
    _require(user)
    row, found = keys.vault(), next(iter(master.known()), None)
    if found is None or master.fingerprint(found) == row.fingerprint:
        return None
    return master.text(found) if not row.fingerprint or master.fitting(row.fingerprint) is not None else None


def told(recovery: str) -> str:
    """Return the fingerprint of a recovery key."""
    return master.fingerprint(master.parse(recovery))


def asked(recovery: str) -> list[int]:
    """Return which groups of a recovery key are to be typed back, counted from 1: others for every key."""
    digest = hashlib.sha256(recovery.encode()).digest()
    count = len(recovery.split("-"))
    first = digest[0] % count
    return sorted({first + 1, (first + 1 + digest[1] % (count - 1)) % count + 1})


@transaction.atomic
def prove(user: User | None, typed: str) -> None:
    """Take it that the recovery key was kept: the groups asked for were typed back. Raises BadInput, as `begin`."""
    _require(user)
    row = _locked()
    key = _unproved()
    if key is None:
        raise Conflict(_("The recovery key was kept already. The command “encryption export-key” shows it again."))
    recovery = master.text(key)
    groups = recovery.split("-")
    wanted = [groups[number - 1] for number in asked(recovery)]
    given = "".join(typed.upper().split()).replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")
    if given != "".join(wanted):
        raise BadInput(
            _("These are not the groups that are asked for. Look at what you have kept, and type them again.")
        )
    _rewrap(row, key)
    row.saved_at = timezone.now()
    row.save()
    audit.record("encryption-key", user, fingerprint=row.fingerprint)


@transaction.atomic
def turn_on(user: User | None) -> None:
    """Seal whatever comes from now on; the background seals the rest. Raises Forbidden, Conflict (no key was kept)."""
    _require(user)
    row = _locked()
    if not row.fingerprint or row.saved_at is None:
        raise Conflict(
            _("Keep the recovery key first: without it, a lost server key would mean that all files are lost.")
        )
    if house.get(keys.SETTING):
        return
    _seal_with(keys.make(_right(row)))
    audit.record("encryption-on", user)


@transaction.atomic
def turn_off(user: User | None) -> None:
    """Seal nothing new; the background opens what is sealed. Raises Forbidden, KeyMissing."""
    _require(user)
    row = _locked()
    if not house.get(keys.SETTING):
        return
    _right(row)
    _seal_with("")
    audit.record("encryption-off", user)


@transaction.atomic
def rotate(user: User | None) -> None:
    """Seal with a new data key from now on; the background seals the rest anew. Raises Forbidden, Conflict (off)."""
    _require(user)
    row = _locked()
    if not house.get(keys.SETTING):
        raise Conflict(_("Encryption is off: there is no key to change."))
    _seal_with(keys.make(_right(row)))
    audit.record("encryption-rotated", user)


def renew(user: User | None) -> str:
    """Make another master key and return its recovery key; it counts once that is proved kept (`prove`).

    Raises Forbidden, Conflict (encryption was never set up; the environment sets the key), Unavailable.
    """
    _require(user)
    row = keys.vault()
    if not row.fingerprint:
        raise Conflict(_("Encryption is off: there is no key to change."))
    if (found := waiting(user)) is not None:
        return found
    _right(row)
    return master.text(master.make())


def stay(user: User | None) -> None:
    """Go on with the master key that counts: one that was made and never proved kept is put behind it."""
    _require(user)
    row = keys.vault()
    if row.fingerprint and _unproved() is not None:
        master.add(_right(row))


def bring_back(recovery: str) -> str:
    """Put a recovery key in the place of a lost master key; return its fingerprint.

    Raises BadInput for what is no recovery key, NotFound when it is not the one of this house's contents.
    """
    key, row = master.parse(recovery), keys.vault()
    found = master.fingerprint(key)
    if row.fingerprint and found != row.fingerprint:
        raise NotFound(
            _("This is the recovery key %(found)s; the files here need %(wanted)s. Nothing was changed.")
            % {"found": found, "wanted": row.fingerprint}
        )
    master.add(key)
    return found


def _require(user: User | None) -> None:
    """Nobody is whoever has the server's command line."""
    if user is not None and not ranks.may(user, "set.other"):
        raise Forbidden(_("Only the owner and the administrators change the settings of the house."))


def _unproved() -> bytes | None:
    """Return the key that counts once its recovery key is proved kept, made if there is none; None when it counts."""
    found = waiting(None)
    if found is not None:
        return master.parse(found)
    return None if keys.vault().fingerprint else master.latest()


def _right(row: Vault) -> bytes:
    found = master.fitting(row.fingerprint)
    if found is None:
        raise keys.KeyMissing
    return found


def _locked() -> Vault:
    """Return the one row, held until the end of the transaction."""
    Vault.objects.get_or_create(pk=Vault.ONE)
    house.forget()
    return Vault.objects.select_for_update().get(pk=Vault.ONE)


def _rewrap(row: Vault, key: bytes) -> None:
    """Wrap every data key by this master key: at once, since no content is touched."""
    if row.fingerprint:
        before: Any = _right(row)
        for one in DataKey.objects.select_for_update():
            opened = master.unwrap(before, one.name, bytes(one.wrapped))
            if opened is None:
                raise keys.KeyMissing
            one.wrapped = master.wrap(key, one.name, opened)
            one.save(update_fields=["wrapped"])
    row.fingerprint = master.fingerprint(key)


def _seal_with(name: str) -> None:
    DataKey.objects.filter(retired_at=None).exclude(pk=name).update(retired_at=timezone.now())
    Vault.objects.filter(pk=Vault.ONE).update(moved_at=timezone.now(), trouble="")
    house.put(keys.SETTING, name)
