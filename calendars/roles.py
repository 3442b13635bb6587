"""What people may do in a calendar: the ladder of its roles, and what of an entry they see by it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calendars.models import CalendarObject
from collab.rights.right import CONTRIBUTOR, EDITOR, MANAGER, READER, WRITER, Right, Role

if TYPE_CHECKING:
    from collab.accounts.models import User

BUSY_ONLY = Role("busy-only", Right.RESPOND, _("Sees busy times"), _("see when somebody is busy, and nothing else"))
BOOKER = Role("booker", Right.SEE | Right.RESPOND, _("Can book"), _("see, and book what can be booked"))
ROLES = (BUSY_ONLY, READER, BOOKER, CONTRIBUTOR, WRITER, EDITOR, MANAGER)
EVERYBODY, CHOSEN, EDITORS = int(Right.SEE), int(Right.RESPOND | Right.ADD), int(Right.EDIT)
"""Who books a bookable calendar (`Calendar.books`): whoever sees it; who was given to book or to add; who edits it."""


class Sight(Enum):
    """How much of an entry is shown."""

    NOTHING = 0
    BUSY = 1
    WHOLE = 2


WRITING = Right.ADD | Right.EDIT | Right.DELETE


def held(mask: int, *, fed: bool) -> int:
    """Return what somebody with this mask may do in a calendar: nobody writes where entries come from elsewhere."""
    return mask & ~WRITING if fed else mask


def seen(mask: int, user: User | None) -> Q:
    """Return the condition for the objects of a calendar that somebody with this mask on it finds at all.

    What is private is for who made it and who manages the calendar; whoever sees busy times alone sees these of all.
    """
    if mask & Right.MANAGE or not mask & Right.SEE:
        return Q() if mask & (Right.SEE | Right.RESPOND) else Q(pk__in=[])
    return ~Q(secrecy=CalendarObject.Secrecy.PRIVATE) | mine(user)


def mine(user: User | None) -> Q:
    """Return the condition for what this person put in themselves."""
    return Q(created_by=user.pk) if user is not None else Q(pk__in=[])


def sight(mask: int, user: User | None, secrecy: int, created_by: int | None) -> Sight:
    """Return how much of one object is shown to somebody with this mask on its calendar."""
    if not mask & Right.SEE:
        return Sight.BUSY if mask & Right.RESPOND else Sight.NOTHING
    if secrecy == CalendarObject.Secrecy.PUBLIC or mask & Right.MANAGE:
        return Sight.WHOLE
    if user is not None and created_by == user.pk:
        return Sight.WHOLE
    return Sight.BUSY if secrecy == CalendarObject.Secrecy.CONFIDENTIAL else Sight.NOTHING


def booking(mask: int, books: int) -> Right:
    """Return what may be done in a calendar with this mask: in a bookable one, to book is to add, and nothing else is.

    `books`: of the calendar. What is booked is one's own, as what is added is in any calendar.
    """
    if not books:
        return Right(mask)
    return Right(mask) | Right.ADD if mask & Right.SEE and mask & books else Right(mask) & ~Right.ADD


def may_change(mask: int, user: User | None, created_by: int | None) -> bool:
    """Whether an object may be changed: by editors, and by who put it in and may still add."""
    own = user is not None and created_by == user.pk
    return bool(mask & Right.EDIT) or (own and bool(mask & Right.ADD))


def hears(mask: int, user: User | None, created_by: int | None) -> bool:
    """Whether somebody reads what those invited wrote with their answers: who may change the event, and who manages."""
    return bool(mask & Right.MANAGE) or may_change(mask, user, created_by)


def may_delete(mask: int, user: User | None, created_by: int | None) -> bool:
    """Whether an object may be deleted: by editors who may delete, and by who put it in and may still add."""
    own = user is not None and created_by == user.pk
    return bool(mask & Right.DELETE) or (own and bool(mask & Right.ADD))
