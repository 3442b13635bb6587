"""What groups know of a person, for the archive they take with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.groups.models import Membership


def export(person: Any, into: Any) -> None:
    """Put in the groups the person is in, none of their other members."""
    mine = Membership.objects.filter(user=person).select_related("group").order_by("created_at")
    found = [{"group": one.group.name, "manages": one.is_manager, "since": one.created_at} for one in mine]
    into.json("memberships.json", found, about=_("Groups that you are in"))
