"""How encryption is, in sentences for the one who runs the house."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from collab.registry import house
from collab.vault import keys, work
from collab.vault.models import Vault

STILL = timedelta(minutes=15)


class State(NamedTuple):
    """`on`: whether new contents are sealed; `trouble`: why what is sealed does not open, "" when it does."""

    on: bool
    row: Vault
    done: work.Done
    trouble: str

    @property
    def stands_still(self) -> bool:
        """Whether contents wait and none has moved for long."""
        moved = self.row.moved_at
        return self.done.waiting > 0 and (moved is None or timezone.now() - moved > STILL)


def read() -> State:
    """Return how it is now."""
    return State(bool(house.get(keys.SETTING)), keys.vault(), work.progress(), keys.trouble())


def health() -> tuple[str, str, str]:
    """Return the state for the health page."""
    now = read()
    if now.trouble:
        return "danger", now.trouble[0].upper() + now.trouble[1:] + ".", _back()
    if now.stands_still:
        says = _("%(waiting)d of %(total)d files wait to be encrypted or decrypted, and none has moved for a while.")
        return "danger", says % now.done._asdict(), now.row.trouble or _("See whether the worker runs.")
    if now.row.trouble and now.done.waiting:
        says = _("%(count)d files could not be encrypted or decrypted.") % {"count": now.done.waiting}
        return "warn", says, now.row.trouble
    if now.done.waiting:
        says = _("Under way: %(ready)d of %(total)d files are done.")
        return "good", says % (now.done._asdict() | {"ready": now.done.ready}), ""
    if not now.on:
        return "good", _("Off: files lie on the disk as they are."), ""
    if now.row.saved_at is None:
        advice = _("Show it on the server (manage.py encryption export-key), and keep it.")
        return "danger", _("On, but nobody has kept the recovery key."), advice
    return "good", _("On, key %(key)s.") % {"key": now.row.fingerprint}, ""


def _back() -> str:
    return _("Bring the key back: manage.py encryption import-key, with the recovery key.")
