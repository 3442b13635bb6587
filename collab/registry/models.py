"""What administrators have set: one row for each setting that differs from its default."""

from django.db import models


class Stored(models.Model):
    """The value of one declared `Setting`, as JSON."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.key
