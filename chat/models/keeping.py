"""For how long channels of a space keep what is said in them."""

from __future__ import annotations

from django.db import models

from collab.spaces.models import Space


class Keeping(models.Model):
    """The rule of one space for its channels that have none of their own: `days`, counted from `since` on (a grace)."""

    space = models.OneToOneField(Space, models.CASCADE, primary_key=True, related_name="+")
    days = models.PositiveIntegerField()
    since = models.DateTimeField()

    def __str__(self):
        return f"{self.space_id}: {self.days}"


class Reserved(models.Model):
    """That only who manages the space makes channels in it; without this, whoever may add there does."""

    space = models.OneToOneField(Space, models.CASCADE, primary_key=True, related_name="+")

    def __str__(self):
        return str(self.space_id)
