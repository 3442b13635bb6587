"""Words of which people want to hear, whoever says them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Keyword(models.Model):
    """One to three words, without accents and case (`lib.text.fold`), of which a person hears in their channels.

    `typed`: as they wrote it. Nobody else is told who listens to what.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_keywords", db_index=False)
    word = models.CharField(max_length=80)
    typed = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="chat_keyword_once")]
        indexes = [models.Index(fields=["word"], name="chat_keyword_word")]

    def __str__(self):
        return self.typed
