"""The end of an account that holds much: a job. Who inherits or what is erased is done as a whole, or not at all."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.accounts.actions import people
from collab.accounts.models import User
from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import Forbidden, NotFound
from collab.mydata import leaving

DELETE = "collab.shell.deleting.delete"
CARRY_OUT = "collab.shell.deleting.carry_out"
LARGE = 5_000
"""Files, folders and entries; fewer are over before anybody notices."""


def takes_long(person: User) -> bool:
    """Whether so much is this person's own that nobody should wait before a page."""
    held = people.holdings(person)
    return int(held) >= LARGE


def begin(by: Any, person: User, heir: User | None, *, erase: bool) -> Job:
    """Queue it; `people.delete` says what stands against it."""
    return _begin(DELETE, by, person, reverse("shell:administration-person-delete", args=[person.pk]),
                  heir=heir.pk if heir else None, erase=erase)  # fmt: skip


def begin_farewell(by: Any, one: leaving.Farewell) -> Job:
    """Queue what the person asked for themselves."""
    return _begin(CARRY_OUT, by, one.person, reverse("shell:administration-farewells"), farewell=one.pk)


def delete(progress: jobs.Progress) -> None:
    """Delete the account, by the rank that whoever asked has now."""
    by, said = _by(progress), progress.arguments
    person = User.objects.filter(pk=progress.job.ref_id or 0).first()
    heir = User.objects.filter(pk=said["heir"]).first() if said["heir"] else None
    if person is None or (said["heir"] and heir is None):
        raise NotFound
    text = done_text(str(person), heir)
    with transaction.atomic():
        people.delete(by, person, heir=heir, erase=said["erase"])
        _finish(progress, text, "shell:administration-people", _("See the people"))


def carry_out(progress: jobs.Progress) -> None:
    """Delete the account as its person asked, before its day."""
    with transaction.atomic():
        name = leaving.carry_out(_by(progress), progress.arguments["farewell"])
        text = _("The account of %(name)s is deleted, as they had asked.") % {"name": name}
        _finish(progress, text, "shell:administration-farewells", _("See who else is leaving"))


def done_text(name: str, heir: User | None) -> str:
    """Return what is said when the account is gone."""
    if heir is None:
        return _("The account of %(name)s is deleted.") % {"name": name}
    return _("The account of %(name)s is deleted. Their files are with %(heir)s.") % {"name": name, "heir": heir}


def _begin(kind: str, by: User, person: User, back: str, **arguments: Any) -> Job:
    going_on = jobs.under_way(by.pk).filter(kind=kind, ref_kind="user", ref_id=person.pk).first()
    title = _("The account of %(name)s is being deleted") % {"name": str(person)}
    return going_on or jobs.start(kind, by.pk, title=title, ref=("user", person.pk), back=back, **arguments)


def _by(progress: jobs.Progress) -> User:
    by = progress.job.actor
    if by is None or not by.is_active:
        raise Forbidden
    return by


def _finish(progress: jobs.Progress, text: str, to: str, label: str) -> None:
    progress.finish({"text": text, "url": reverse(to), "label": label})
