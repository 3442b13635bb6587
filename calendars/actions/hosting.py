"""Making, changing and throwing away pages on which visitors take times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calendars.actions import appointing, calling_off, storing
from calendars.actions.common import description_of
from calendars.actions.visiting import line
from calendars.appointing import LENGTHS
from calendars.models import AppointmentPage, Calendar, Component
from collab.accounts.models import User
from collab.events.log import record
from collab.lib.errors import BadInput, TooLarge
from collab.rights.actions import keep_by_maker
from collab.rights.actor import Actor
from collab.rights.erasing import forget_things
from collab.rights.right import Right

MOST_PAGES, MOST_HOSTS, MOST_QUESTIONS = 50, 10, 10
FIELDS = (
    "title", "text", "place", "lengths", "before", "after", "notice", "ahead", "per_day", "questions", "is_open",
    "rotates", "proves",
)  # fmt: skip


@transaction.atomic
def make(actor: Actor, calendar: Calendar, hosts: Sequence[User], fields: Mapping[str, Any]) -> AppointmentPage:
    """Make a page whose times go into this calendar. Needs ADD in it. Raises Forbidden, BadInput, TooLarge."""
    storing.hold(actor, calendar, Right.ADD)
    actor.require(calendar.space, Right.ADD)
    if Component.EVENT not in calendar.components or calendar.books:
        raise BadInput(_("Choose a calendar of events that is not booked itself."))
    if AppointmentPage.objects.living().filter(space=calendar.space).count() >= MOST_PAGES:
        raise TooLarge(_("There are too many such pages here already."))
    page = AppointmentPage(space=calendar.space, acl=calendar.space.acl, calendar=calendar, created_by=actor.user)
    _set(page, fields)
    page.save()
    _host(page, hosts)
    keep_by_maker(actor, page)
    _tell(actor, page, "appointments-make")
    return page


@transaction.atomic
def change(actor: Actor, page: AppointmentPage, hosts: Sequence[User], fields: Mapping[str, Any]) -> None:
    """Change a page; what was taken stays. Needs EDIT. Raises Forbidden, BadInput."""
    appointing.hold(actor, page, Right.EDIT)
    _set(page, fields)
    page.save()
    _host(page, hosts)
    _tell(actor, page, "appointments-change")


@transaction.atomic
def throw_away(actor: Actor, page: AppointmentPage, *, back: bool = False) -> None:
    """Throw a page away, or bring it back. Needs MANAGE.

    Whoever took a time that is to come is told that it does not take place; once the page is back, that it does, as far
    as the hosts are still free then.
    """
    if not back:
        appointing.hold(actor, page, Right.MANAGE)
        page.deleted_at = timezone.now()
        calling_off.call_off([page.pk], page.deleted_at, events=True)
    else:
        page.space.hold()
        actor.forget()
        actor.require(page, Right.MANAGE)
        page.refresh_from_db()
        gone, page.deleted_at = page.deleted_at, None
    page.save(update_fields=["deleted_at"])
    if back and gone is not None:
        calling_off.give_again([page.pk], gone)
    _tell(actor, page, "appointments-restore" if back else "appointments-trash")


def forget_old() -> int:
    """Delete the pages that were thrown away long ago, with all who took times there. Returns how many."""
    old = AppointmentPage.objects.filter(deleted_at__lt=timezone.now() - storing.KEPT).values_list("pk", flat=True)
    ids = list(old[:100])
    with transaction.atomic():
        AppointmentPage.objects.filter(pk__in=ids).delete()
        forget_things(AppointmentPage.REF_KIND, ids)
    return len(ids)


def _set(page: AppointmentPage, fields: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(page, name, fields[name])
    page.title, page.text = line(page.title, 200), description_of(page.text)
    page.place = line(page.place, 500, needed=False)
    if not page.lengths or not set(page.lengths) <= set(LENGTHS):
        raise BadInput(_("Choose how long an appointment may last."))
    if len(page.questions) > MOST_QUESTIONS:
        raise BadInput(_("Ask at most %(count)d questions.") % {"count": MOST_QUESTIONS})


def _host(page: AppointmentPage, hosts: Sequence[User]) -> None:
    if not 1 <= len(hosts) <= MOST_HOSTS:
        raise BadInput(_("Choose one to %(count)d people with whom times are given.") % {"count": MOST_HOSTS})
    page.hosts.set(hosts)


def _tell(actor: Actor, page: AppointmentPage, kind: str) -> None:
    by = actor.user.pk if actor.user is not None else None
    record(page.space_id, kind, (AppointmentPage.REF_KIND, page.pk), by, after={"title": page.title})
