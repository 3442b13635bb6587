"""Which key contents are sealed with now, and the key of a content by its name."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from collab.lib.errors import Unavailable
from collab.registry import house
from collab.vault import master
from collab.vault.models import DataKey, Vault

SETTING = "vault.key"
_SIZE = 32
_open: dict[str, bytes] = {}
"""Data keys that this process has unwrapped; a name stands for one key for ever."""


class Lock(NamedTuple):
    """A data key with its name."""

    name: str
    key: bytes


class KeyMissing(Unavailable):
    """503: what is sealed cannot be opened, nor anything new be sealed, before the key is back. Nothing is lost."""

    code = "key-missing"
    default = _(
        "The files here are encrypted, and the server does not have the key. Nothing is lost; tell the person who runs"
        " this house."
    )


def current() -> Lock | None:
    """Return what new contents are sealed with, None when they are not. Raises KeyMissing: then nothing is written."""
    name = wanted()
    return named(name) if name else None


def wanted() -> str:
    """Return the name of the key that everything is to be sealed with, "" for none; a few seconds old at most."""
    name: str = house.lately(SETTING)
    return name


def named(name: str) -> Lock:
    """Return the data key of this name. Raises KeyMissing."""
    if name not in _open:
        row = DataKey.objects.filter(pk=name).first()
        right = master.fitting(vault().fingerprint)
        key = master.unwrap(right, name, bytes(row.wrapped)) if row is not None and right is not None else None
        if key is None:
            raise KeyMissing
        _open[name] = key
    return Lock(name, _open[name])


def vault() -> Vault:
    """Return the one row about the master key, a new one before the first time."""
    return Vault.objects.filter(pk=Vault.ONE).first() or Vault(pk=Vault.ONE)


def make(right: bytes) -> str:
    """Make a data key, wrapped by the master key; return its name."""
    name, key = secrets.token_hex(4), secrets.token_bytes(_SIZE)
    DataKey.objects.create(name=name, wrapped=master.wrap(right, name, key))
    return name


def trouble() -> str:
    """Return why what is sealed cannot be opened, "" when it can or nothing was ever sealed. Asks the file anew."""
    rows = list(DataKey.objects.order_by("created_at"))
    known = vault()
    if not known.fingerprint or not rows:
        return ""
    right = master.fitting(known.fingerprint)
    if right is None:
        if others := master.known():
            words = _("the key that is here (%(found)s) is another one than that of this house (%(wanted)s)")
            return str(words) % {"found": master.fingerprint(others[0]), "wanted": known.fingerprint}
        return str(_("the key of this house (%(wanted)s) is not here")) % {"wanted": known.fingerprint}
    lost = [row.name for row in rows if master.unwrap(right, row.name, bytes(row.wrapped)) is None]
    return str(_("the key of this house does not open %(names)s")) % {"names": ", ".join(lost)} if lost else ""
