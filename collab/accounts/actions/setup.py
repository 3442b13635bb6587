"""The first person of the house: a one-time link, or two settings for an unattended start."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import credentials
from collab.accounts.actions import people
from collab.accounts.models import Rank, SetupLink, User
from collab.lib.errors import Conflict, NotFound

_LENGTH = 32


def has_owner() -> bool:
    """Whether somebody owns the house."""
    return User.objects.filter(rank=Rank.OWNER).exists()


@transaction.atomic
def renew_link() -> str | None:
    """Return a new token for the link that makes the owner, or None when there is one; older links die."""
    SetupLink.objects.all().delete()
    if has_owner():
        return None
    token = credentials.new_secret(_LENGTH)
    SetupLink.objects.create(digest=credentials.digest(token))
    return token


def require_link(token: str) -> None:
    """Raise NotFound unless this is the living link of a house without an owner."""
    if has_owner() or not SetupLink.objects.filter(digest=credentials.digest(token)).exists():
        raise NotFound


def make_owner(token: str, username: str, *, display_name: str, email: str, password: str, language: str = "") -> User:
    """Use the link: make the owner, and the link is gone. Raises NotFound, BadInput, Conflict."""
    with transaction.atomic():
        link = SetupLink.objects.select_for_update().filter(digest=credentials.digest(token)).first()
        if link is None or has_owner():
            raise NotFound
        owner = people.create_user(
            None,
            username,
            display_name=display_name,
            email=email,
            rank=Rank.OWNER,
            password=password,
            language=language,
        )
        link.delete()
    return owner


def make_owner_unattended(username: str, password: str) -> User | None:
    """Make the owner from settings; None when there is one already. Raises BadInput, Conflict."""
    if has_owner():
        return None
    try:
        owner = people.create_user(None, username, display_name=username, rank=Rank.OWNER, password=password)
    except IntegrityError:  # two processes started at once
        raise Conflict(_("The house has an owner already.")) from None
    SetupLink.objects.all().delete()
    return owner
