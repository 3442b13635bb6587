"""What a person does about notifications: choose what to hear, read, and by which ways and on which devices."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User
from collab.events import log
from collab.lib import outside
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound
from collab.notifications import levels, webpush
from collab.notifications.models import Device, Follow, Level, Notification, Push, Reach
from collab.notifications.writing import TOLD
from collab.registry import registry
from collab.rights.actor import Actor
from collab.rights.right import Right

MOST_DEVICES = 20
MOST_FOLLOWED = 2000


@transaction.atomic
def set_level(actor: Actor, thing: Any, level: str) -> str:
    """Choose how much to hear of a thing one sees; "" for what counts above it. Returns what was chosen before.

    Raises Forbidden (a visitor), NotFound (not seen), BadInput.
    """
    user = _person(actor)
    if not actor.can(thing, Right.SEE):
        raise NotFound
    if level and level not in Level.values:
        raise BadInput(_("Choose to follow, to hear what is meant for you, or to mute."))
    whole = levels.whole(thing)
    return _choose(user.pk, whole.REF_KIND, whole.pk, level, levels.of(user.pk, whole).above)


@transaction.atomic
def hear_less(person_id: int, kind: str, object_id: int, level: str) -> str:
    """Set a level for whoever a mail went to, by its link: only ever less than before. Returns what was before."""
    if level not in {Level.NORMAL, Level.MUTE}:
        raise BadInput
    thing = registry.thing(kind, object_id)
    above = levels.of(person_id, thing).above if thing is not None else None
    return _choose(person_id, kind, object_id, level, above)


def _choose(person_id: int, kind: str, object_id: int, level: str, above: str | None) -> str:
    """Store the choice, unless it is what counts above anyway; return the one of before."""
    mine = Follow.objects.filter(person_id=person_id, kind=kind, object_id=object_id)
    before = mine.values_list("level", flat=True).first() or ""
    if level in {"", above}:
        mine.delete()
    else:
        if not before and Follow.objects.filter(person_id=person_id).count() >= MOST_FOLLOWED:
            raise Conflict(_("You follow or mute too many places. Take some back first."))
        Follow.objects.update_or_create(
            person_id=person_id, kind=kind, object_id=object_id, defaults={"level": level}
        )  # fmt: skip
    return before


@transaction.atomic
def read(actor: Actor, row: Notification, *, done: bool = True) -> None:
    """Mark one's notification as read, or as unread again."""
    mine = Notification.objects.filter(pk=row.pk, person=_person(actor))
    if mine.filter(read_at__isnull=done).update(read_at=timezone.now() if done else None):
        _ring(actor)


@transaction.atomic
def have_read(sender: Any, person: int, kinds: list[str], ref: tuple[str, int], **_: Any) -> None:
    """Mark as read what told of a thing that the person looks at (`events.notices`)."""
    rows = Notification.objects.filter(person=person, read_at=None, kind__in=kinds, at_kind=ref[0], at_id=ref[1])
    if rows.update(read_at=timezone.now()):
        log.announce(f"user:{person}", {"kind": TOLD, "ref": "", "quiet": True})


@transaction.atomic
def read_all(actor: Actor) -> datetime:
    """Mark all as read; return the moment by which `unread_again` knows them."""
    now = timezone.now()
    if Notification.objects.filter(person=_person(actor), read_at=None).update(read_at=now):
        _ring(actor)
    return now


@transaction.atomic
def unread_again(actor: Actor, moment: datetime) -> None:
    """Take back that all were marked as read at that moment."""
    if Notification.objects.filter(person=_person(actor), read_at=moment).update(read_at=None):
        _ring(actor)


@transaction.atomic
def prefer(user: User, **choices: Any) -> Reach:
    """Keep how the person wants to be reached (checked by a form). What no mail is wanted for waits for none."""
    reach, _made = Reach.objects.update_or_create(person=user, defaults=choices)
    if reach.mail == Reach.Mail.NEVER:
        Notification.objects.filter(person=user, mail_since__isnull=False).update(mail_since=None)
    return reach


@transaction.atomic
def add_device(actor: Actor, endpoint: str, key: str, auth: str, *, session: str, agent: str = "") -> Device:
    """Let a browser be rung, for as long as its session lasts. Who signs in there next takes its place.

    Raises Forbidden, BadInput (no endpoint of a push service, no key), Conflict (too many).
    """
    user = _person(actor)
    try:
        outside.check(endpoint)
        point, secret = webpush.unb64(key), webpush.unb64(auth)
        webpush.encrypt(b"", point, secret)
    except ValueError:
        raise BadInput(_("This browser gave an address that cannot be used. Try another browser.")) from None
    if len(secret) != 16:
        raise BadInput
    digest = hashlib.sha256(endpoint.encode()).digest()
    living = Device.objects.filter(person=user, revoked_at=None).exclude(digest=digest)
    if living.count() >= MOST_DEVICES:
        raise Conflict(_("Too many devices ring for you. Remove some of them first."))
    facts = {"endpoint": endpoint, "key": point, "auth": secret, "session": _digest(session), "agent": agent[:300]}
    device, _made = Device.objects.update_or_create(
        digest=digest, defaults={"person": user, "revoked_at": None} | facts
    )
    return device


def find_device(actor: Actor, pk: int) -> Device:
    """Return one's own device. Raises NotFound."""
    device = Device.objects.filter(person=_person(actor), pk=pk).first()
    if device is None:
        raise NotFound
    return device


@transaction.atomic
def revoke_device(device: Device) -> None:
    """Ring it no more."""
    Device.objects.filter(pk=device.pk).update(revoked_at=timezone.now())
    Push.objects.filter(device=device).delete()


@transaction.atomic
def restore_device(device: Device) -> None:
    """Take that back."""
    Device.objects.filter(pk=device.pk).update(revoked_at=None)


def silence_session(key: str) -> None:
    """Forget the device of a session that ends."""
    Device.objects.filter(session=_digest(key)).delete()


def forget(person: User, **_kwargs: Any) -> None:
    """Forget what a person is told and follows, when their account goes (who becomes a guest goes on hearing)."""
    if not person.is_active:
        for model in (Notification, Follow, Reach, Device):
            model.objects.filter(person=person).delete()


def _digest(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()


def _ring(actor: Actor) -> None:
    """Let the bells on the person's other pages count again."""
    log.announce(f"user:{_person(actor).pk}", {"kind": TOLD, "ref": "", "quiet": True})


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise Forbidden
    return actor.user
