"""What one person keeps for later: messages to come back to, and messages to be said."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.models.channel import Channel
from chat.models.message import Message


class Saved(models.Model):
    """A message that one person keeps. `remind_at`: when they are to be told of it; None: never, or they were."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "message"], name="chat_saved_once")]
        indexes = [
            models.Index(fields=["remind_at"], name="chat_saved_due", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.user_id} keeps {self.message_id}"


class Scheduled(models.Model):
    """A message to be said at `at`; it goes with being said. `root`: what it answers;
    `answers`: whether it was to be an answer, which it stays when `root` is gone.

    `why`: what kept it from being said, in its author's language: it waits for them then. `cancelled_at`: it is not to
    be said, and may be brought back until the night.
    `waiting`: ids of files that came with it and lie among its author's own until then; `stay`, `copied`: of those that
    were chosen where they lie, see `bringing.Chosen`.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    root = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    answers = models.BooleanField(default=False, db_default=False)
    text = models.TextField(max_length=16_000)
    at = models.DateTimeField()
    made_at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=300, blank=True)
    waiting = models.JSONField(default=list, db_default=[])
    stay = models.JSONField(default=list, db_default=[])
    copied = models.JSONField(default=list, db_default=[])
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["at"], name="chat_scheduled_due", condition=Q(why="", cancelled_at__isnull=True)),
        ]

    def __str__(self):
        return f"{self.author_id} in {self.channel_id} at {self.at:%F %T}"

    @property
    def files(self) -> list[int]:
        """The ids of all its files."""
        return [*self.waiting, *self.stay, *self.copied]
