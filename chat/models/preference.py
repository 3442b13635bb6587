"""What is kept of how one person wants things: by programs of other makers, and whether they show how far they read."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Preference(models.Model):
    """One word that a program keeps under a category and a name; what our own pages know too is kept where they do."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    category = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    value = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "category", "name"], name="chat_preference_once")]

    def __str__(self):
        return f"{self.user_id}: {self.category}, {self.name}"


class Discreet(models.Model):
    """A person who shows nobody how far they have read, and is shown it of nobody."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")

    def __str__(self):
        return str(self.user_id)
