"""What a page of the web says of itself, for those who read a link to it."""

from __future__ import annotations

from django.db import models
from django.utils.crypto import salted_hmac


class Preview(models.Model):
    """The title, words and picture of a page, as it was when somebody linked to it; the same for all who read.

    `digest`: SHA-256 of the address. `title` is "" while it was not fetched, or says nothing (`failed`).
    `picture`: WebP as we drew it.
    """

    digest = models.BinaryField(max_length=32, unique=True)
    url = models.CharField(max_length=1000)
    site = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=300, blank=True)
    picture = models.BinaryField(null=True)
    failed = models.BooleanField(default=False)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="chat_preview_old")]

    def __str__(self):
        return self.title or self.url

    @property
    def mark(self) -> str:
        """What stands in the address of its picture, so that nobody counts through those of others."""
        return salted_hmac("chat.preview", str(self.pk)).hexdigest()[:24]
