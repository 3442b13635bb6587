"""A person's archive of their own data, and their wish that their account ends."""

from django.conf import settings
from django.db import models

from collab.events.models import Job


class Export(models.Model):
    """All data of one person as a ZIP, one at a time. `file`: its name in the folder of exports, "" until ready."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    file = models.CharField(max_length=60, blank=True)
    size = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person}"

    @property
    def is_failed(self) -> bool:
        """Whether its job ended without it."""
        return not self.file and (self.job is None or self.job.is_over)

    @property
    def is_going_on(self) -> bool:
        return not self.file and not self.is_failed


class Farewell(models.Model):
    """Somebody wants their account to end, at `due_at`. With `hands_over` their own files go to `heir`, else they end.

    `trouble`: why it could not be done when its day had come.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    heir = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    hands_over = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True)
    trouble = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.person} {self.due_at:%F}"
