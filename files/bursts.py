"""Many deletions in one go: which there were, for whom they are to be seen, and what is still to be brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.registry.plugin import Notice, Setting, Told
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces.models import Space
from files.models import Burst, Trash

KIND = "mass-deletion"
REF_KIND = "burst"
WINDOW = timedelta(minutes=1)
LATELY = timedelta(days=30)
SHOWN = 3


def threshold_field() -> forms.Field:
    """Return the field for how many deletions are many."""
    return forms.IntegerField(
        label=gettext_lazy("How many deletions within a minute are looked into?"),
        help_text=gettext_lazy(
            "When one device deletes so many things, its owner and those who manage the place are told at once, and can"
            " bring all back with one click."
        ),
        min_value=5,
        max_value=100_000,
    )


BRAKE = Setting("files.brake_things", 50, threshold_field, "files")


def seen(actor: Actor) -> QuerySet[Burst]:
    """Return those that the actor may know of: of their own devices, and in spaces that they manage."""
    if actor.user is None:
        return Burst.objects.none()
    managed = Space.objects.allowing(actor, Right.MANAGE).values("pk")
    return Burst.objects.filter(Q(person=actor.user) | Q(space__in=managed))


def lately(actor: Actor, space_id: int | None = None, *, but: int = 0) -> list[Burst]:
    """Return the last ones (in the space) that the actor may know of, `but` for one."""
    recent = seen(actor).filter(last_at__gt=timezone.now() - LATELY).exclude(pk=but)
    found = recent if space_id is None else recent.filter(space=space_id)
    return list(found.select_related("person", "space").order_by("-last_at")[:SHOWN])


def entries(burst: Burst) -> Any:
    """Return what of it is in the trash still, whoever asks."""
    return Trash.objects.filter(
        space=burst.space_id, device=burst.device, deleted_by=burst.person_id,
        deleted_at__range=(burst.begun_at, burst.last_at),
    )  # fmt: skip


def device(burst: Burst, actor: Actor) -> str:
    """Say by what it was done: “your device Laptop”; to others not what its person calls it."""
    mine = actor.user is not None and burst.person_id == actor.user.pk
    browser = burst.device.startswith("s")
    if burst.person is None:
        return _("A visitor with a public link")
    if mine and browser:
        return _("Your browser")
    if mine:
        return _("Your device “%(name)s”") % {"name": burst.name} if burst.name else _("A device of yours")
    text = _("A browser of %(who)s") if browser else _("A device of %(who)s")
    return text % {"who": str(burst.person)}


def sentence(burst: Burst, actor: Actor) -> str:
    """Say what happened: “A device of Lucas moved 73 things to the trash in one go, in Plans”."""
    text = ngettext(
        "%(device)s moved %(count)d thing to the trash in one go, in %(space)s",
        "%(device)s moved %(count)d things to the trash in one go, in %(space)s",
        burst.things,
    )
    own = actor.user is not None and burst.space.owner_id == actor.user.pk
    space = _("your files") if own else burst.space.name
    return text % {"device": device(burst, actor), "count": burst.things, "space": space}


def say(actor: Actor, notes: list[Any]) -> dict[int, Told]:
    """Say of each note what was thrown away; its page brings it back."""
    found = seen(actor).select_related("space", "person").in_bulk([pk for note in notes for pk in note.refs])
    told = {}
    for note in notes:
        ones = [found[pk] for pk in reversed(note.refs) if pk in found]
        if ones:
            text = "; ".join(sentence(burst, actor) for burst in ones[:SHOWN])
            told[note.pk] = Told(0, text, url=reverse("files:burst", args=[ones[0].pk]), alone=True)
    return told


NOTICE = Notice(
    KIND, gettext_lazy("Many deletions in one go"), gettext_lazy("because it is your device, or you manage this place"),
    say=say, seen=seen, at_once=True,
)  # fmt: skip
