"""What people hear: the change log is read, and what they are told is put into words."""

from __future__ import annotations

from typing import Any

from collab.accounts.models import User
from collab.events import readers
from collab.notifications import actions, finding
from collab.notifications.lines import Line, lines
from collab.notifications.models import Level
from collab.notifications.pushing import sentence
from tests import town as make


def lines_of(user: User) -> list[Line]:
    """What the person is told, the latest first."""
    readers.catch_up()
    actor = make.act(user)
    rows, _more = finding.page(finding.visible(actor), None)
    return lines(actor, rows)


def heard(user: User) -> list[str]:
    return [sentence(line) for line in lines_of(user)]


def kinds(user: User) -> list[str]:
    return [line.kind for line in lines_of(user)]


def unread(user: User) -> int:
    readers.catch_up()
    return finding.unread(make.act(user))


def choose(user: User, thing: Any, level: str) -> None:
    actions.set_level(make.act(user), make.fresh(thing), level)


def follow(user: User, thing: Any) -> None:
    choose(user, thing, Level.FOLLOW)


def mute(user: User, thing: Any) -> None:
    choose(user, thing, Level.MUTE)


def all_read() -> None:
    """What happened so far is nobody's news any more."""
    from django.utils import timezone

    from collab.notifications.models import Notification

    readers.catch_up()
    Notification.objects.update(read_at=timezone.now())
