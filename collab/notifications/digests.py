"""Mail about notifications: gathered when it is due, put into words when it leaves, tried until the server takes it.

It leaves once: its row is held while it is sent. Should we die between the server's yes and ours, the same mail goes
again under the same Message-ID, by which mailboxes know it.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from collab.accounts import mails
from collab.accounts.models import User
from collab.lib import held
from collab.notifications import letters, ways
from collab.notifications.models import Digest, Notification, Reach
from collab.registry import registry

logger = logging.getLogger(__name__)
PATIENCE = timedelta(days=3)
"""How long a mail is tried again while the mail server is away."""
KEPT = timedelta(days=30)
MOST_ROWS = 200
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)

_WAITING = """SELECT n.person_id, min(n.mail_since), min(n.mail_since) FILTER (WHERE n.kind = ANY(%s))
 FROM notifications_notification n
 JOIN accounts_user u ON u.id = n.person_id AND u.is_active AND u.email IS NOT NULL
 WHERE n.mail_since >= %s AND n.read_at IS NULL AND n.person_id > %s
 GROUP BY n.person_id ORDER BY n.person_id LIMIT 500"""


def make_due(now: datetime | None = None) -> int:
    """Make the mails that are due now. Returns how many. Where no mail leaves, nothing waits for any."""
    now = now or timezone.now()
    if not settings.MAIL_URL:
        Notification.objects.filter(mail_since__isnull=False).update(mail_since=None)
        return 0
    count, last = 0, 0
    while people := _waiting(last):
        last = max(people)
        users, reaches = User.objects.in_bulk(list(people)), Reach.objects.in_bulk(list(people))
        for pk, (since, at_once) in people.items():
            reach = reaches.get(pk) or Reach(person_id=pk)
            if reach.mail == Reach.Mail.NEVER:
                Notification.objects.filter(person_id=pk, mail_since__isnull=False).update(mail_since=None)
            elif ways.is_due(reach, ways.zone_of(users[pk]), since, now) or (at_once and at_once <= now - ways.GATHER):
                count += _make(pk, now)
    return count


@transaction.atomic
def deliver(pk: int, now: datetime | None = None) -> None:
    """Send the mail once, if it is time. While the server is away it waits, three days at most; what it refuses failed.

    The queue may name it twice: after a failure the second message finds that its time is not yet.
    """
    waiting = Digest.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    digest = waiting.filter(pk=pk, state=Digest.State.WAITING, at__lte=now or timezone.now()).first()
    if digest is None or held.keeps(digest.created_at):
        return
    if not settings.MAIL_URL or not digest.person.is_active or not digest.person.email:
        return _note(digest, Digest.State.FAILED, "no mail, or no address")
    letter = letters.compose(digest)
    if letter is None:
        return _note(digest, Digest.State.EMPTY)
    try:
        mails.send(letter.subject, letter.text, letter.html, [digest.person.email], letter.headers)
    except OSError as error:
        over = isinstance(error, SMTPRecipientsRefused) or digest.created_at < timezone.now() - PATIENCE
        return _note(digest, Digest.State.FAILED if over else Digest.State.WAITING, mails.reason(error))
    return _note(digest, Digest.State.SENT)


def catch_up() -> None:
    """Queue again what waits since the queue or the mail server was away."""
    late = Digest.objects.filter(
        state=Digest.State.WAITING, at__lte=timezone.now(), created_at__gte=held.before() or _EVER
    ).order_by("at")
    for pk in late.values_list("pk", flat=True)[:500]:
        _queue(pk)


def held_back(moment: datetime) -> int:
    """Return how many mails of before are held back (`registry.Outgoing`)."""
    return _made_before(moment).count() + _unmade_before(moment).values("person").distinct().count()


def drop_held(moment: datetime) -> None:
    """Send none of them; the bell keeps what they would have told."""
    _made_before(moment).update(state=Digest.State.FAILED, error=str(held.NOT_SENT))
    _unmade_before(moment).update(mailed=F("count"), mail_since=None)


def _made_before(moment: datetime) -> QuerySet[Digest]:
    return Digest.objects.filter(state=Digest.State.WAITING, created_at__lt=moment)


def _unmade_before(moment: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(mail_since__lt=moment, read_at=None).order_by()


def _waiting(above: int) -> dict[int, tuple[datetime, datetime | None]]:
    """Return {person: since when something waits to be mailed, and something that cannot wait} of the next people."""
    hasty = [notice.kind for notice in registry.notices().values() if notice.at_once]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [hasty, held.before() or _EVER, above])
        return {person: (since, at_once) for person, since, at_once in cursor.fetchall()}


@transaction.atomic
def _make(person_id: int, now: datetime) -> int:
    """Gather what waits into one mail; what another process gathered a moment ago waits no more."""
    rows = list(
        Notification.objects.select_for_update(no_key=True)
        .filter(person_id=person_id, mail_since__gte=held.before() or _EVER, read_at=None)
        .order_by("-last_at")[:MOST_ROWS]
    )
    if not rows:
        return 0
    content = [[row.pk, max(1, row.count - row.mailed)] for row in rows]
    digest = Digest.objects.create(person_id=person_id, rows=content, at=now, created_at=now)
    for row in rows:
        row.mailed, row.mail_since = row.count, None
    Notification.objects.bulk_update(rows, ["mailed", "mail_since"])
    transaction.on_commit(lambda: _queue(digest.pk))
    return 1


def _note(digest: Digest, state: str, error: str = "") -> None:
    digest.state, digest.error = state, error[:300]
    if state == Digest.State.WAITING:
        digest.at = timezone.now() + min(_FIRST_WAIT * 2 ** min(digest.tries, 10), _LONGEST_WAIT)
        digest.tries += 1
    digest.save(update_fields=["state", "error", "at", "tries"])


def _queue(pk: int) -> None:
    from collab.notifications.tasks import send_digest

    try:
        send_digest.apply_async((pk,), retry=False)
    except (OperationalError, RedisError):
        logger.warning("mail %s waits: the queue is away", pk)
