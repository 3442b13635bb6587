"""What the house asks of public links: who makes them, whether they need a password, until when they last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from collab.accounts.models import Rank, User
from collab.accounts.ranks import ORDER
from collab.lib.errors import BadInput, Forbidden
from collab.registry import house
from collab.registry.plugin import Setting

NOBODY = "nobody"
NEEDS_PASSWORD = _("In this house a public link needs a password.")
NOT_HERE = _("In this house you may not make public links. Share with people and groups, or ask an administrator.")
LONGEST = 3650


def may_make(user: User | None) -> bool:
    """Whether the house lets this person make public links; the right to share the thing is another question."""
    least: str = house.get("links.makers")
    return user is not None and least != NOBODY and ORDER.index(Rank(user.rank)) >= ORDER.index(Rank(least))


def require_maker(user: User | None) -> None:
    """Raise Forbidden, with the reason, for whom the house allows no links."""
    if not may_make(user):
        raise Forbidden(NOT_HERE)


def require(*, password: bool, end: datetime | None) -> None:
    """Raise BadInput, with what is missing, unless the link follows the rules of the house."""
    if house.get("links.password") and not password:
        raise BadInput(NEEDS_PASSWORD)
    days = longest()
    if days and (end is None or end > last_moment(days)):
        raise BadInput(needs_end(days))


def needs_end(days: int) -> str:
    """Return what to say of a link that lasts longer than so many days."""
    text = ngettext(
        "In this house a public link ends after %(count)d day at most: give it a date.",
        "In this house a public link ends after %(count)d days at most: give it a date.",
        days,
    )
    return text % {"count": days}


def longest() -> int:
    """Return after how many days a link must end, 0 for never."""
    days: int = house.get("links.longest") or 0
    return days


def default_days() -> int:
    """Return after how many days a new link ends unless its maker says something else, 0 for never."""
    chosen, most = house.get("links.days") or 0, longest()
    return min(chosen or most, most) if most else chosen


def last_moment(days: int) -> datetime:
    """Return the end of the day that many days from now, where the person is."""
    day = timezone.localtime() + timedelta(days=days + 1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def latest_end() -> datetime | None:
    """Return the last moment that a link of now may end, None where it may stay for ever."""
    days = longest()
    return last_moment(days) - timedelta(seconds=1) if days else None


def makers_field() -> forms.Field:
    """Return the field for who may make links."""
    who = [
        (Rank.GUEST, _("Everybody who may share")), (Rank.MEMBER, _("Members, not guests")),
        (Rank.SPACE_MANAGER, _("Space managers and administrators")), (Rank.ADMIN, _("Administrators alone")),
        (NOBODY, _("Nobody")),
    ]  # fmt: skip
    return forms.ChoiceField(
        label=_("Who may make public links?"),
        choices=[(str(value), text) for value, text in who],
        widget=forms.RadioSelect,
        help_text=_("Links that exist already go on. Administrators see and close them under “Public links”."),
    )


def password_field() -> forms.Field:
    """Return the field that asks a password of every link."""
    return forms.BooleanField(
        label=_("Every public link has a password"),
        required=False,
        help_text=_("asked when a link is made or changed"),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


def longest_field() -> forms.Field:
    """Return the field for the longest life of a link."""
    return _days(
        _("After how many days must a link end?"), _("Left empty: a link may stay for ever. It counts for new links.")
    )


def days_field() -> forms.Field:
    """Return the field for the end that the form of a new link proposes."""
    return _days(
        _("After how many days does a link end unless its maker says otherwise?"),
        _("Left empty: no end is proposed."),
    )


def _days(label: Any, hint: Any) -> forms.Field:
    return forms.IntegerField(label=label, help_text=hint, required=False, min_value=1, max_value=LONGEST)


SETTINGS = (
    Setting("links.makers", str(Rank.GUEST), makers_field, "links"),
    Setting("links.password", False, password_field, "links"),
    Setting("links.longest", None, longest_field, "links"),
    Setting("links.days", None, days_field, "links"),
)
