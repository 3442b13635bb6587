"""How much room a space has: set by administrators, and what each new person begins with."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collab.accounts import ranks
from collab.accounts.models import User
from collab.events import audit
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.registry import house
from collab.spaces.models import Space

FOR_NEW_PEOPLE = "spaces.personal_quota"
GIGABYTE = 10**9
MOST = 100_000
"""Gigabytes."""


def for_new_people() -> int | None:
    """Return the bytes that a new person's own space has, None for no limit."""
    gigabytes = house.get(FOR_NEW_PEOPLE)
    return int(gigabytes) * GIGABYTE if gigabytes else None


def field() -> forms.Field:
    """Return the field in which an administrator sets it."""
    return forms.IntegerField(
        label=_("Room for the own files of each new person, in GB"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("Empty: no limit. Those who are here already keep theirs."),
    )


@transaction.atomic
def set_quota(user: User, space: Space, quota: int | None) -> Space:
    """Let the space hold so many bytes (None: no limit); what is there already stays, even above. By rank."""
    if not ranks.may(user, "set.docspace"):
        raise Forbidden(_("Only administrators decide how much room there is. Ask one of them."))
    if quota is not None and not 0 < quota <= MOST * GIGABYTE:
        raise BadInput(_("Write a number of GB from 1 to %(most)d, or nothing for no limit.") % {"most": MOST})
    found = Space.objects.select_for_update().filter(pk=space.pk).first()
    if found is None:
        raise NotFound
    before, found.quota = found.quota, quota
    found.save(update_fields=["quota"])
    if quota != before:
        audit.record("quota", user, ("space", found.pk), found.name, before=before, after=quota)
    return found
