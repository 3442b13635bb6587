"""Archives of what was said, made for whoever may take it with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from chat.models.channel import Channel
from collab.events.models import Job


class Export(models.Model):
    """An archive of one channel, or (no channel) of all that the person manages; the last one that they asked for.

    `file`: its name in the folder of exports, "" until it is ready; `messages`: how many are in it; `channels`: their
    ids, where it is of all that the person managed then.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="exports")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    with_files = models.BooleanField(default=False)
    file = models.CharField(max_length=80, blank=True)
    size = models.BigIntegerField(default=0)
    messages = models.BigIntegerField(default=0)
    channels = ArrayField(models.BigIntegerField(), null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="chat_export_once", nulls_distinct=False)
        ]

    def __str__(self):
        return f"{self.person_id}: {self.channel_id}"

    @property
    def is_failed(self) -> bool:
        """Whether its job ended without it."""
        return not self.file and (self.job is None or self.job.is_over)

    @property
    def is_going_on(self) -> bool:
        return not self.file and not self.is_failed
