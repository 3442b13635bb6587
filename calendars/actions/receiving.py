"""What a person set about being invited: where invitations land, when they may be met; and what they have read."""

from __future__ import annotations

from django.db import transaction

from calendars import vavailability
from calendars.actions import meeting
from calendars.availability import working_hours
from calendars.models import Calendar, Component, Message, Reception, WorkingHours
from collab.accounts.models import User
from collab.lib.errors import BadInput, Forbidden
from collab.rights.actor import Actor


def take_out(actor: Actor, found: Message) -> None:
    """Take a message out of one's own inbox."""
    Message.objects.filter(pk=found.pk, user=actor.user).delete()


@transaction.atomic
def land_in(actor: Actor, calendar: Calendar | None) -> None:
    """Let invitations land in this calendar of one's own; None: in the first. Raises BadInput for any other."""
    if actor.user is None:
        raise Forbidden
    if calendar is not None and (
        calendar.space.owner_id != actor.user.pk or Component.EVENT not in calendar.components or calendar.deleted_at
    ):
        raise BadInput
    Reception.objects.update_or_create(user=actor.user, defaults={"calendar": calendar})


@transaction.atomic
def say_availability(actor: Actor, said: str) -> None:
    """Keep what a device says of when one may be met (RFC 7953); working hours are read from it. Raises BadInput."""
    user = actor.user
    if user is None:
        raise Forbidden
    spans, zone = vavailability.read(said) if said else ([], "")
    row = WorkingHours.objects.filter(user=user).first()
    meeting.say_hours(
        actor,
        spans,
        zone=zone or str(working_hours(user).zone),
        told_to=row.told_to if row is not None else WorkingHours.ToldTo.HOUSE,
        declined_shown=row.declined_shown if row is not None else True,
    )
    Reception.objects.update_or_create(user=user, defaults={"availability": said})


def availability_of(user: User) -> str:
    """Return when somebody may be met, for devices: as one gave it while the page says the same; "" for none."""
    hours = working_hours(user)
    said = Reception.objects.filter(user=user).values_list("availability", flat=True).first()
    if said:
        try:
            if [tuple(one) for one in vavailability.read(said)[0]] == sorted(hours.spans):
                return said
        except BadInput:
            pass
    return vavailability.written(hours) if hours.spans else ""
