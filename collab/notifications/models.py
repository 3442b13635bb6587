"""What people are told, what they follow, how they are reached, and what is on its way to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_DAY = list(range(7))
KEPT_CHANGES = 20
"""So many changes of a row are kept by number, the last ones; of the others how many there were."""


def every_day() -> list[int]:
    """Return all days of the week."""
    return list(EVERY_DAY)


class Level(models.TextChoices):
    """How much a person hears of a container: everything, what is meant for them, nothing."""

    FOLLOW = "follow", _("Follow")
    NORMAL = "normal", _("Normal")
    MUTE = "mute", _("Mute")


class Follow(models.Model):
    """What one person chose for one container (a space, a folder, later a board…). The nearest one counts."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    level = models.CharField(max_length=8, choices=Level)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "person"], name="notifications_follow_once")
        ]
        indexes = [models.Index(fields=["person"], name="notifications_follow_mine")]

    def __str__(self) -> str:
        return f"{self.level} {self.kind} {self.object_id}"


class Notification(models.Model):
    """Something that happened, told to one person; doings of one kind by one person in one place are one row.

    `kind` is the declared `Notice`; `verb`, `changes` (numbers of rows of the change log, the last ones) and `space_id`
    say what happened in a space. `refs`: the things of kind `ref_kind` it is about, of which the person is told while
    they may see one of them: the row keeps no word of what they are. `at`: the container in which it happened,
    `through`: the one that is followed. `facts`: numbers. `count`: how often, `mailed`: how many of these went by mail;
    `mail_since`: from when on something waits to be mailed.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=40)
    verb = models.CharField(max_length=40, blank=True)
    ref_kind = models.CharField(max_length=20)
    refs = ArrayField(models.BigIntegerField())
    space_id = models.BigIntegerField(null=True)
    changes = ArrayField(models.BigIntegerField(), default=list)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at_kind = models.CharField(max_length=20, blank=True)
    at_id = models.BigIntegerField(default=0)
    through_kind = models.CharField(max_length=20, blank=True)
    through_id = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=1)
    mailed = models.PositiveIntegerField(default=0)
    mail_since = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-last_at", "-id"], name="notifications_mine"),
            models.Index(fields=["person"], name="notifications_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["person"], name="notifications_to_mail", condition=models.Q(mail_since__isnull=False)),
            models.Index(fields=["space_id"], name="notifications_space"),
            models.Index(fields=["last_at"], name="notifications_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class Reach(models.Model):
    """How a person wants to be reached; no row: as the house does when nobody said anything.

    `hour` and `weekday` (0: Monday) in their own time. `mail_kinds`, `push_kinds`: {kind of notification: whether it
    comes by that way}, of those that were asked about. `discreet`: what rings on a device names nobody and nothing.
    Devices ring from `ring_from` to `ring_until` (hours of their own time, 0 to 24) on `ring_days` (0: Monday).
    """

    class Mail(models.TextChoices):
        NOW = "now", _("At once")
        HOURLY = "hourly", _("Once an hour at most")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Never")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reach")
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.DAILY)
    hour = models.PositiveSmallIntegerField(default=8)
    weekday = models.PositiveSmallIntegerField(default=0)
    mail_kinds = models.JSONField(default=dict)
    push_kinds = models.JSONField(default=dict)
    discreet = models.BooleanField(default=False)
    ring_from = models.PositiveSmallIntegerField(default=0)
    ring_until = models.PositiveSmallIntegerField(default=24)
    ring_days = ArrayField(models.PositiveSmallIntegerField(), default=every_day)

    def __str__(self) -> str:
        return f"{self.person_id} {self.mail}"


class Digest(models.Model):
    """A mail on its way to one person: `rows` are [notification, how many of its doings]. Its words are found when it
    leaves, in the transaction that notes that it left. `at`: when it is tried next.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        EMPTY = "empty"
        FAILED = "failed"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rows = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="notifications_digest_waits", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Device(models.Model):
    """A browser that may be rung. `digest` is that of the endpoint, an address chosen by a stranger; `key` and `auth`
    encrypt for it; `session`: digest of the session that allowed it, at whose end it is silent.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    digest = models.BinaryField(max_length=32, unique=True)
    key = models.BinaryField(max_length=65)
    auth = models.BinaryField(max_length=16)
    session = models.BinaryField(max_length=32)
    agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session"], name="notifications_device_session")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.agent[:40]}"


class Push(models.Model):
    """A notification on its way to one device; gone when it arrived, or after a day. `at`: when it is tried next."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="+")
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "notification"], name="notifications_push_once")]
        indexes = [models.Index(fields=["at"], name="notifications_push_waits")]

    def __str__(self) -> str:
        return f"{self.notification_id} to {self.device_id}"
