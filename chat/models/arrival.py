"""What is brought over from another house, between its reading and its place here."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from chat.models.channel import Channel
from collab.events.models import Job


class Import(models.Model):
    """One export that an administrator brought: read (`read_at`), told to come (`begun_at`), here (`ended_at`).

    `file`: the number of the uploaded file among the person's own, None where it was read from a path. `teams`: [{key,
    name, about, space}], `space` once there is one. `signs`: [[name, path of the picture]] of the other house's own.
    `why`: {reason: how many parts were not taken}.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=255)
    house = models.CharField(max_length=12, blank=True)
    file = models.BigIntegerField(null=True)
    by_username = models.BooleanField(default=False)
    teams = models.JSONField(default=list)
    signs = models.JSONField(default=list)
    why = models.JSONField(default=dict)
    posts = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)
    present = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    @property
    def skipped(self) -> int:
        """How many parts were not taken."""
        return sum(self.why.values())

    @property
    def is_failed(self) -> bool:
        """Whether its job ended before its work did."""
        over = self.job is None or self.job.is_over
        return over and self.ended_at is None and (self.read_at is None or self.begun_at is not None)


class ImportPlace(models.Model):
    """A channel, or a conversation, of the other house. `key`: a digest of what it is called there; `channel`: ours."""

    owner = models.ForeignKey(Import, models.CASCADE, related_name="places", db_index=False)
    key = models.CharField(max_length=32)
    form = models.CharField(max_length=8)
    title = models.CharField(max_length=80, blank=True)
    team = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=250, blank=True)
    members = models.JSONField(default=list)
    archived = models.BooleanField(default=False)
    posts = models.BigIntegerField(default=0)
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="+")
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="chat_importplace_once")]

    def __str__(self):
        return self.title or self.key


class ImportPerson(models.Model):
    """Somebody there, and who they are here: `user`, or nobody. `teams`, `places`: {key: whether they manage it}."""

    owner = models.ForeignKey(Import, models.CASCADE, related_name="people", db_index=False)
    key = models.CharField(max_length=120)
    username = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    program = models.BooleanField(default=False)
    teams = models.JSONField(default=dict)
    places = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="chat_importperson_once")]

    def __str__(self):
        return self.name


class ImportPost(models.Model):
    """Something said there that is not here yet; it goes in the transaction that says it here.

    `key`, `root`: of it and of what it answers. `body`: text, name, signs, files, edited, pinned, also, kept.
    """

    owner = models.ForeignKey(Import, models.CASCADE, related_name="+", db_index=False)
    place = models.ForeignKey(ImportPlace, models.CASCADE, related_name="waiting", db_index=False)
    key = models.CharField(max_length=32)
    root = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    author = models.CharField(max_length=120)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="chat_importpost_once")]
        indexes = [models.Index(fields=["place", "at", "id"], name="chat_importpost_order")]

    def __str__(self):
        return self.key


class ImportSkip(models.Model):
    """A part that was not taken: `where` in the export, `why` (a reason), `what` it was."""

    owner = models.ForeignKey(Import, models.CASCADE, related_name="skips")
    where = models.CharField(max_length=300)
    why = models.CharField(max_length=12)
    what = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return f"{self.where}: {self.why}"
