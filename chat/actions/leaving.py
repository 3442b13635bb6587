"""What becomes of conversations, and of a person's bots, when an account goes."""

from __future__ import annotations

from chat.actions import asking, botting, calling, channels, exporting
from chat.models import Bot, Channel, ImportPerson
from collab.accounts.models import User
from collab.rights.models import Grant
from collab.spaces.models import Space


def leave(person: User, by: User | None = None) -> None:
    """Hand what lies in the person's own space to the space of somebody else in it; nobody left, it goes.

    Runs in the transaction that deletes the account. Of who they were in a house that was brought over stays a name.
    """
    calling.end_of(person, by)
    asking.end_of(person, by)
    botting.end_of(person, by)
    botting.end(Bot.objects.filter(owner=person).select_related("user"))
    exporting.discard_all(person)
    ImportPerson.objects.filter(user=person).update(email="", username="")
    gone = []
    for channel in Channel.objects.filter(space__owner=person):
        heir = _heir(channel, person) if channel.is_between else None
        if heir is None:
            gone.append(channel.pk)
        else:
            Channel.objects.filter(pk=channel.pk).update(space=heir)
    channels.erase(gone)
    # of a conversation of two one is left, who keeps it to read; should the number be given again, it is nobody's
    Channel.objects.filter(form=Channel.Form.DIRECT, seats__user=person).update(pair="")


def _heir(channel: Channel, person: User) -> Space | None:
    people = Grant.objects.filter(acl=channel.acl_id).exclude(principal__user=person)
    owners = people.order_by("pk").values_list("principal__user_id", flat=True)
    by_owner = {one.owner_id: one for one in Space.objects.filter(owner__in=[pk for pk in owners if pk])}
    return next((by_owner[pk] for pk in owners if pk in by_owner), None)
