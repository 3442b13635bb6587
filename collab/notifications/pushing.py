"""Ringing devices: asked for in the transaction of its cause, tried for a day; what arrives is small and encrypted."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import languages, mails
from collab.accounts.models import User
from collab.lib import held, numerals, outside
from collab.notifications import finding, quiet, ways, webpush
from collab.notifications.lines import Line, lines
from collab.notifications.models import Device, Notification, Push, Reach
from collab.rights.actor import Actor

logger = logging.getLogger(__name__)
KEPT = timedelta(days=1)
"""What could not ring within a day rings no more: the bell and the mail have it."""
AT_ONCE = 50
_LONGEST_TEXT = 200
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=2)
_GONE = frozenset({404, 410})


def ask_for(rows: Sequence[Notification]) -> None:
    """Ring the devices of these rows' people, after the commit; what already waits to ring says the new state then.

    Not of those who want quiet; of those who are at a page a minute later, unless they have read it there.
    """
    devices: dict[int, list[int]] = {}
    people = {row.person_id for row in rows}
    for person, pk in Device.objects.filter(person__in=people, revoked_at=None).values_list("person_id", "pk"):
        devices.setdefault(person, []).append(pk)
    now = timezone.now()
    for person in quiet.silent(devices, now) if devices else ():
        del devices[person]
    first = quiet.first_try(devices, now)
    wanted = [
        Push(device_id=pk, notification=row, at=first[row.person_id], created_at=now)
        for row in rows
        for pk in devices.get(row.person_id, ())
    ]
    if not wanted:
        return
    Push.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=1000)
    Notification.objects.filter(pk__in={one.notification_id for one in wanted}).update(pushed_at=now)
    for person in sorted(devices):
        transaction.on_commit(lambda person=person: _queue(person))  # type: ignore[misc]


def catch_up() -> None:
    """Queue again what waits since the queue or a push service was away; forget what is too old to ring."""
    now = timezone.now()
    Push.objects.filter(created_at__lt=max(now - KEPT, held.restored_at() or now - KEPT)).delete()
    waiting = Push.objects.filter(at__lte=now).order_by("device__person_id").values_list("device__person_id", flat=True)
    for person in waiting.distinct()[:500]:
        _queue(person)


def deliver(person_id: int) -> int:
    """Ring this person's devices for what waits, each in a transaction of its own. Returns how many rang."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        Push.objects.filter(device__person_id=person_id).delete()
        return 0
    mine = Push.objects.filter(device__person=person, at__lte=timezone.now()).order_by("pk")
    count = 0
    for pk in list(mine.values_list("pk", flat=True)[:AT_ONCE]):
        count += _deliver_one(person, pk)
    return count


@transaction.atomic
def _deliver_one(person: User, pk: int) -> int:
    """Claim one, ring, and note what came of it: nobody else rings it meanwhile, and nothing is lost if we die."""
    waiting = Push.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, at__lte=timezone.now())
    push = waiting.select_related("device", "notification__actor").first()
    if push is None:
        return 0
    if (moment := held.restored_at()) is not None and push.created_at < moment:
        push.delete()  # it waited in a backup: it may have rung long ago
        return 0
    message = compose(person, push.notification)
    if message is None:
        push.delete()
        return 0
    outcome = send(push.device, message, push.notification_id)
    if outcome is None:
        Device.objects.filter(pk=push.device_id).update(used_at=timezone.now())
        push.delete()
        return 1
    if outcome <= timedelta(0):
        push.device.delete()
    else:
        wait = max(outcome, min(_FIRST_WAIT * 2 ** min(push.tries, 10), _LONGEST_WAIT))
        Push.objects.filter(pk=push.pk).update(tries=push.tries + 1, at=timezone.now() + wait)
    return 0


def send(device: Device, message: bytes, tag: int) -> timedelta | None:
    """Send the message to the device's push service. None: it took it; zero: the device is gone; else: wait so long."""
    try:
        body = webpush.encrypt(message, bytes(device.key), bytes(device.auth))
        status, after = outside.post(
            device.endpoint,
            body,
            {
                "Authorization": webpush.authorization(device.endpoint),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(int(KEPT.total_seconds())),
                "Topic": f"n{tag}",
                "Urgency": "normal",
            },
        )
    except outside.Hostile as trap:
        logger.warning("a device was forgotten: its address is %s", trap)
        return timedelta(0)
    except OSError as error:
        logger.warning("a push service is away: %s", type(error).__name__)
        return _FIRST_WAIT
    if 200 <= status < 300:
        return None
    if status in _GONE or 300 <= status < 400 or status in {400, 401, 403}:
        # gone, or an address that will never take ours: an old key of this house, a page instead of a push service
        return timedelta(0)
    seconds = numerals.whole(after, 5) or 0
    return min(timedelta(seconds=seconds), _LONGEST_WAIT) or _FIRST_WAIT


def compose(person: User, row: Notification) -> bytes | None:
    """Return what the device shows, in the person's language; None when they read it already or may not any more."""
    actor = Actor.of(person)
    still = finding.visible(actor).filter(pk=row.pk, read_at=None).select_related("actor").first()
    with translation.override(languages.fit(person.language)), timezone.override(ways.zone_of(person)):
        found = lines(actor, [still]) if still is not None else []
        if not found:
            return None
        discreet = ways.of(Reach.objects.filter(person=person).first() or Reach(person=person)).discreet
        title, body = _discreet() if discreet else _open(found[0])
    shown = {
        "title": title,
        "body": body,
        "url": reverse("shell:notification-open", args=[row.pk]),
        "tag": f"n{row.pk}",
        "lang": languages.fit(person.language),
    }
    return json.dumps(shown, ensure_ascii=False).encode()


def sentence(line: Line) -> str:
    """Return the line as one plain sentence."""
    parts = [f"{line.who} {line.text}" if line.who is not None else line.text]
    if line.title:
        parts.append(line.title)
    if line.place:
        parts.append(line.place)
    return " · ".join(parts)


def _open(line: Line) -> tuple[str, str]:
    return mails.house(), _cut(sentence(line))


def _discreet() -> tuple[str, str]:
    return mails.house(), _("Something new is waiting for you.")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _queue(person_id: int) -> None:
    from collab.notifications.tasks import ring

    try:
        ring.apply_async((person_id,), retry=False)
    except (OperationalError, RedisError):
        logger.warning("devices of person %s wait: the queue is away", person_id)
