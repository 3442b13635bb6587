"""Deleting the whole house: asked by its owner, after seven days in which the owner may change their mind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from collab.accounts import languages, ranks
from collab.accounts.actions import setup
from collab.accounts.models import Rank, User
from collab.accounts.throttle import Throttle
from collab.events import audit
from collab.groups.models import Group
from collab.lib.errors import BadInput, Conflict, Forbidden
from collab.registry import house, registry
from collab.rights.models import Link
from collab.spaces.models import Space

DAYS = 7
KEY = "house.erase"
OWNER_ONLY = _("Only the owner can delete the house.")


@dataclass(frozen=True)
class Asked:
    """That the house is to end: when it does, who asked, whether that moment has come."""

    at: datetime
    by: str

    @property
    def is_due(self) -> bool:
        return self.at <= timezone.now()


def asked() -> Asked | None:
    """Return what was asked, None when the house goes on."""
    kept = house.get(KEY)
    return Asked(datetime.fromisoformat(kept["at"]), kept["by"]) if kept else None


def figures() -> dict[str, int]:
    """Return how much would be lost."""
    return {
        "people": User.objects.count(),
        "groups": Group.objects.named().count(),
        "spaces": Space.objects.team().count(),
        "links": Link.objects.count(),
        "used": Space.objects.aggregate(total=Sum("used"))["total"] or 0,
    }


def ask(user: User, name: str, password: str, address: str) -> Asked:
    """Begin the seven days, and tell every administrator. Raises Forbidden, BadInput (name, password), TooMany."""
    if not ranks.may(user, "set.delete"):
        raise Forbidden(OWNER_ONLY)
    if " ".join(name.split()).casefold() != house.get("house.name").casefold():
        raise BadInput(_("This is not the name of the house. Type it as it stands above."))
    throttle = Throttle()
    throttle.check("web", user.username, address)
    if not user.check_password(password):
        throttle.fail("web", user.username, address, secret=password)
        raise BadInput(_("This is not your password."))
    throttle.succeed("web", user.username, address)
    end = timezone.now() + timedelta(days=DAYS)
    with transaction.atomic():
        house.put(KEY, {"at": end.isoformat(), "by": str(user)})
        audit.record("erase-asked", user, until=end.isoformat())
        transaction.on_commit(lambda: _write("ending", end=end, by=str(user)))
    return Asked(end, str(user))


@transaction.atomic
def cancel(user: User) -> None:
    """Let the house go on. Raises Forbidden, Conflict (nothing was asked)."""
    if not ranks.may(user, "set.delete"):
        raise Forbidden(OWNER_ONLY)
    if asked() is None:
        raise Conflict(_("The house is not going to be deleted: there is nothing to cancel."))
    house.put(KEY, None)
    audit.record("erase-cancelled", user)
    transaction.on_commit(lambda: _write("ending_cancelled", by=str(user)))


def erase() -> str | None:
    """Remove every byte and every row, once the seven days are over; return the token of the first start.

    Bytes go first: interrupted, it is still asked for, and goes on where it was. Raises Conflict before the time.
    """
    house.forget_all()
    wanted = asked()
    if wanted is None or not wanted.is_due:
        raise Conflict(_("The house is not to be deleted, or not yet."))
    _remove_bytes()
    call_command("flush", interactive=False, verbosity=0)
    house.forget_all()
    _remove_bytes()  # what arrived while the tables were still there
    return setup.renew_link()


def _remove_bytes() -> None:
    for plugin in registry.plugins():
        if plugin.erase is not None:
            plugin.erase()


def _write(template: str, **about: Any) -> None:
    """Send the mail to every administrator who has an address, in their language."""
    people = User.objects.filter(is_active=True, rank__in=[Rank.OWNER, Rank.ADMIN], email__isnull=False)
    for person in people:
        with translation.override(languages.fit(person.language)):
            get_adapter().send_mail(f"account/email/{template}", person.email, about | {"days": DAYS})
