"""Login flow v2: a device asks, its person says yes in a browser, the device fetches an app password once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from collab.accounts import credentials
from collab.accounts.actions import devices
from collab.accounts.models import AppPassword, LoginFlow, User
from collab.lib.errors import NotFound

LASTS = timedelta(minutes=20)
_LENGTH = 128


@dataclass(frozen=True)
class Started:
    """The two secrets of a flow: `poll` stays on the device, `flow` travels in the address opened in a browser."""

    poll: str
    flow: str


@dataclass(frozen=True)
class Fetched:
    """What the device gets, once."""

    user: User
    app_password: AppPassword
    secret: str


def start(name: str) -> Started:
    """Begin a flow for a device that names itself so (its User-Agent); also forgets flows nobody finished."""
    sweep()
    started = Started(credentials.new_secret(_LENGTH), credentials.new_secret(_LENGTH))
    LoginFlow.objects.create(
        poll_digest=credentials.digest(started.poll),
        flow_digest=credentials.digest(started.flow),
        name=devices.device_name(name),
    )
    return started


def waiting(flow: str) -> LoginFlow:
    """Return the flow that waits for a person under this address. Raises NotFound: unknown, too old, or answered."""
    found = _recent().filter(flow_digest=credentials.digest(flow), user=None).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def grant(user: User, flow: str) -> LoginFlow:
    """Say yes as this person. Raises NotFound."""
    found = _recent().select_for_update().filter(flow_digest=credentials.digest(flow), user=None).first()
    if found is None:
        raise NotFound
    found.user = user
    found.save(update_fields=["user"])
    return found


def is_known(poll: str) -> bool:
    """Whether a flow with this poll secret is under way: asking again is waiting, not guessing."""
    return _recent().filter(poll_digest=credentials.digest(poll)).exists()


def refuse(flow: str) -> None:
    """Say no: the device waits in vain and gives up."""
    LoginFlow.objects.filter(flow_digest=credentials.digest(flow), user=None).delete()


@transaction.atomic
def fetch(poll: str) -> Fetched:
    """Hand the app password to the device, once. Raises NotFound before the yes, after the first time, too late.

    The secret is made here, at the moment it leaves: at no time is it stored.
    """
    found = (
        _recent()
        .select_for_update(of=("self",))
        .select_related("user")
        .filter(poll_digest=credentials.digest(poll), user__is_active=True)
        .first()
    )
    if found is None:
        raise NotFound
    row, secret = devices.create(found.user, found.name, length=devices.LENGTH)
    found.delete()
    return Fetched(found.user, row, secret)


def _recent():
    return LoginFlow.objects.filter(created_at__gte=timezone.now() - LASTS)


def sweep() -> None:
    """Forget the flows that nobody finished in time."""
    LoginFlow.objects.filter(created_at__lt=timezone.now() - LASTS).delete()
