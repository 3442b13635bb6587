"""What notifications know of a person, for the archive they take with them: what they follow, how they are reached."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from collab.notifications.models import Device, Digest, Follow, Notification, Reach
from collab.rights.actor import Actor
from collab.rights.exporting import names_of


def export(person: Any, into: Any) -> None:
    """Put it in, with the names of things as far as the person sees them now; never who did something, nor a key."""
    follows = list(Follow.objects.filter(person=person).order_by("pk"))
    names = names_of(Actor.of(person), [(one.kind, one.object_id) for one in follows])
    chosen = [
        {"kind": one.kind, "id": one.object_id, "name": names.get((one.kind, one.object_id)), "level": one.level}
        for one in follows
    ]
    into.json("follows.json", chosen, about=_("What you follow or muted"))
    reach = Reach.objects.filter(person=person)
    how = reach.values("mail", "hour", "weekday", "mail_kinds", "push_kinds", "discreet").first()
    into.json("reach.json", how, about=_("How you want to be told"))
    told = Notification.objects.filter(person=person).order_by("pk")
    facts = told.values("kind", "verb", "ref_kind", "refs", "count", "first_at", "last_at", "read_at")
    into.json("notifications.json", list(facts), about=_("What you were told"))
    mails = Digest.objects.filter(person=person).order_by("pk").values("state", "created_at")
    into.json("mails.json", list(mails), about=_("Mails with news that you were sent"))
    devices = Device.objects.filter(person=person).order_by("pk")
    known = list(devices.values("agent", "created_at", "used_at", "revoked_at"))
    into.json("browsers.json", known, about=_("Browsers that may ring"))
