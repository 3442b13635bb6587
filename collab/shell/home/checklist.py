"""The first days: a few steps that tick themselves when they are really done, and can be put away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collab.accounts import ranks
from collab.accounts.models import Rank, User
from collab.registry import house
from collab.shell.home.remembering import State
from collab.spaces.models import Space

NAME = "checklist"
DAYS = 30
"""So long after the account was made."""


@dataclass(frozen=True)
class Step:
    """`url` "": nothing the person can do by themselves."""

    done: bool
    text: str
    hint: str
    url: str = ""


def steps(user: User, state: State, spaces: list[Space]) -> list[Step]:
    """Return the steps of a newcomer, none when all is done or their first days are over; `spaces`: those they see."""
    if timezone.now() - user.created_at > timedelta(days=DAYS):
        return []
    found = [
        Step(
            user.display_name not in {"", user.username},
            _("Choose your display name"),
            _("This is the name others see."),
            reverse("shell:settings"),
        )
    ]
    if user.rank == Rank.OWNER:
        named = house.get("house.name") != house.declared()["house.name"].default
        address = reverse("shell:administration-settings-page", args=["general"])
        hint = _("Its name, colour and logo stand on every page.")
        found.append(Step(named, _("Name your organisation"), hint, address))
    found.append(_space(user, spaces))
    if ranks.ranks_to_give(user) and user.is_administrator:
        hint = _("By mail, or by a link that you pass on.")
        found.append(Step(state.company, _("Invite someone"), hint, reverse("shell:administration-invite")))
    hint = _("Your files on your phone or computer, always the same everywhere.")
    found.append(Step(state.device, _("Connect a device"), hint, reverse("shell:connect")))
    return [] if all(step.done for step in found) else found


def _space(user: User, spaces: list[Space]) -> Step:
    if ranks.may(user, "rooms.create"):
        hint = _("A space is where a team keeps its files.")
        return Step(bool(spaces), _("Create a first space"), hint, reverse("shell:space-new"))
    if spaces:
        url = reverse("shell:space", args=[spaces[0].pk])
        return Step(True, _("Be in a space"), _("A space is where a team keeps its files."), url)
    return Step(False, _("Be in a space"), _("The person who manages a space can bring you in."))
