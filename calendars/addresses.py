"""Calendar user addresses (RFC 6638, 2.4.1): whose they are, and by which one somebody or a calendar is invited.

An address of mail is written in small letters without its scheme, so that two ways to write it are one; a principal of
this house as its path. A calendar of a person is theirs; one of a space speaks as the house itself, by the address from
which mail leaves, under the name of the space.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.db.models.functions import Lower

from calendars.models import Calendar
from collab.accounts.models import User
from collab.dav.principals import BASE, address
from collab.groups.models import Group
from collab.lib import numerals
from collab.rights.actor import Actor

LONGEST = 320
_PEOPLE = f"{BASE}/users/"
GROUPS = f"{BASE}/groups/"


def normal(address: str) -> str:
    """Return the address in the one way in which it is compared and kept."""
    said = address.strip()
    scheme, colon, rest = said.partition(":")
    if colon and scheme.lower() == "mailto":
        return unquote(rest.partition("?")[0]).strip().lower()[:LONGEST]
    if (at := said.find(f"{BASE}/")) >= 0:
        return unquote(said[at:]).lower().rstrip("/")[: LONGEST - 1] + "/"
    if not colon and "@" in said:
        return said.lower()[:LONGEST]
    return said[:LONGEST]


def is_mail(address: str) -> bool:
    """Whether a normal address is one of mail."""
    return "@" in address and "/" not in address and ":" not in address


def reaches(address: str) -> bool:
    """Whether a normal address is one to which mail can leave: what devices and other houses write may be anything."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return is_mail(address)


def written(address: str) -> str:
    """Return a normal address as iCalendar says it."""
    return f"mailto:{address}" if is_mail(address) else address


def house() -> str:
    """Return the address that stands for spaces: that from which mail leaves, or to which answers come."""
    return normal(settings.MAIL_IN_ADDRESS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1])


def of_user(user: User) -> tuple[str, ...]:
    """Return the addresses of a person, the one by which they are invited first."""
    own = normal(address(user.username))
    return (user.email.lower(), own) if user.email else (own,)


def address_of(user: User) -> str:
    """Return by which address a person is invited, as iCalendar says it."""
    return written(of_user(user)[0])


def of_calendar(calendar: Calendar) -> tuple[str, ...]:
    """Return the addresses as which a calendar invites and is invited."""
    owner = calendar.space.owner
    return of_user(owner) if owner is not None else (house(),)


def organizer_of(calendar: Calendar) -> tuple[str, str]:
    """Return (address as iCalendar says it, name) of who invites to events of a calendar."""
    owner = calendar.space.owner
    return written(of_calendar(calendar)[0]), str(owner if owner is not None else calendar.space)


def users(addresses: Iterable[str]) -> dict[str, User]:
    """Return {normal address: the active person whose it is}: one query, none for none."""
    wanted = set(addresses)
    mails = {one for one in wanted if is_mail(one)}
    names = {one.removeprefix(_PEOPLE).rstrip("/"): one for one in wanted if one.startswith(_PEOPLE)}
    if not mails and not names:
        return {}
    found: dict[str, User] = {}
    rows = User.objects.annotate(mail=Lower("email")).filter(Q(mail__in=mails) | Q(username__in=list(names)))
    rows = rows.filter(is_active=True)
    for user in rows.select_related("personal_space"):
        if user.email and user.email.lower() in mails:
            found[user.email.lower()] = user
        if user.username in names:
            found[names[user.username]] = user
    return found


def of_group(group: Group) -> str:
    """Return by which address a group is invited as one."""
    return f"{GROUPS}{group.pk}/"


def group_ids(addresses: Iterable[str]) -> dict[str, int]:
    """Return {normal address: id of the group whose it would be}."""
    found = {one: numerals.whole(one.removeprefix(GROUPS).rstrip("/")) for one in addresses if one.startswith(GROUPS)}
    return {one: number for one, number in found.items() if number is not None}


def mine(actor: Actor) -> tuple[str, ...]:
    """Return the addresses of who acts."""
    return of_user(actor.user) if actor.user is not None else ()
