"""What the change log says of a task beyond that it changed: that it is done, and to whom it was given."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from calendars.models import CalendarObject, Component
from collab.accounts.models import User
from collab.dav.principals import address


class Was:
    """A task before it is written, to be compared with what it is then; of other entries nothing is said."""

    def __init__(self, found: CalendarObject):
        self.is_new = found.pk is None
        self.is_done = _is_done(found)
        self.assignees = set(found.assignees)

    def kind(self, kind: str, found: CalendarObject) -> str:
        """Return “event-done” where the change ticks a task off, else what it was."""
        if found.component != Component.TASK or self.is_new:
            return kind
        return "event-done" if _is_done(found) and not self.is_done else kind

    def more(self, found: CalendarObject) -> dict[str, Any]:
        """Return {"people": ids} of those to whom the task is given now and was not before. No query for nobody."""
        if found.component != Component.TASK:
            return {}
        fresh = [one for one in found.assignees if one not in self.assignees]
        people = sorted(known(fresh).values()) if fresh else []
        return {"people": people} if people else {}


def _is_done(found: CalendarObject) -> bool:
    return found.status == "COMPLETED" or (found.completed_at is not None and found.status != "CANCELLED")


def known(addresses: Collection[str]) -> dict[str, int]:
    """Return {address: id} of the people of this house among these (`todos.key_of`). One query."""
    names = {one.rstrip("/").rpartition("/")[2]: one for one in addresses if "/" in one}
    ours = {name: one for name, one in names.items() if one == address(name)}
    mails = [one for one in addresses if "@" in one]
    if not ours and not mails:
        return {}
    rows = User.objects.annotate(mail=Lower("email")).filter(Q(mail__in=mails) | Q(username__in=list(ours)))
    found: dict[str, int] = {}
    for pk, username, mail in rows.values_list("pk", "username", "mail"):
        found |= {one: pk for one in (ours.get(username, ""), mail or "") if one in addresses}
    return found


def addresses(user: User) -> list[str]:
    """Return by which addresses a task is known to be for this person."""
    return [address(user.username), *([user.email.lower()] if user.email else [])]
