"""Signs of the house itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class EmojiQuerySet(models.QuerySet["Emoji"]):
    def standing(self):
        """Those that can be used."""
        return self.filter(removed_at=None)


class Emoji(models.Model):
    """A picture that people write as “:name:”, for all of the house; PNG as we drew it.

    `mark` says which picture it is. `removed_at`: it was taken away, and may be brought back until the night.
    """

    name = models.CharField(max_length=40)
    mark = models.CharField(max_length=24)
    content = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    objects = EmojiQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="chat_emoji_once", condition=Q(removed_at=None)),
        ]

    def __str__(self):
        return f":{self.name}:"
