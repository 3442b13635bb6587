"""The change log of each space, the outbox, and jobs that show their progress."""

import uuid

from django.conf import settings
from django.db import models


class Change(models.Model):
    """One change in a space: the clock of sync tokens, websocket resume, activity, restore-to-a-date.

    `seq` has no gaps and is taken under the space's row lock. `before` and `after` hold only what
    changed (name, parent, size…), never content.
    """

    space_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    ref_kind = models.CharField(max_length=20)
    ref_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space_id", "seq"], name="events_change_seq")]
        # streams are read from the newest back, across spaces by `id`: of a space, of a thing, of a person
        indexes = [
            models.Index(fields=["space_id", "id"], name="events_change_space"),
            models.Index(fields=["ref_kind", "ref_id", "id"], name="events_change_thing"),
            models.Index(fields=["actor", "id"], name="events_change_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.space_id}/{self.seq} {self.kind}"


class Reading(models.Model):
    """How far somebody has read the change log of a space (`events.readers`)."""

    reader = models.CharField(max_length=40)
    space_id = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "space_id"], name="events_reading_once")]

    def __str__(self) -> str:
        return f"{self.reader} {self.space_id}/{self.seq}"


class Outbox(models.Model):
    """A message to the world (live frames, tasks, mail) written in the transaction of its cause."""

    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="events_outbox_waiting", condition=models.Q(published_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.topic}"


class Job(models.Model):
    """Long work that a person waits for; `done` of `total` units, shown while it runs.

    `title` and messages are in the `language` of who waits. `ref_kind`, `ref_id`: the thing it is about. `attempts`:
    how often it was begun. `updated_at` moves while its worker lives.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300, blank=True, default="", db_default="")
    language = models.CharField(max_length=8, blank=True, default="", db_default="")
    ref_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    ref_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="events_job_under_way",
                condition=models.Q(state__in=("waiting", "running")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def percent(self) -> int | None:
        """How far it is, None while nobody knows how much there is to do."""
        return min(100, 100 * self.done // self.total) if self.total > 0 else None


class AuditEntry(models.Model):
    """Who changed whose rights, rank, links or account, or tried a door; the database itself refuses changes to it.

    People and things are kept by id and by the name they had: an entry outlives them. The actor did something to the
    subject; `whom` is the person or group it was given to or taken from. `details`: what was before and what is now,
    never a secret. `address`: the network address it came from.
    """

    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=300, blank=True)
    whom_kind = models.CharField(max_length=20, blank=True)
    whom_id = models.BigIntegerField(null=True)
    whom_name = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "-id"], name="events_audit_actor"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="events_audit_subject"),
            models.Index(fields=["whom_kind", "whom_id", "-id"], name="events_audit_whom"),
            models.Index(fields=["kind", "-id"], name="events_audit_kind"),
            models.Index(fields=["at"], name="events_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"
