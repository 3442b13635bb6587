"""Pictures that are not for publication: those of children, above all."""

from django.conf import settings
from django.db import models

from files.models.node import Node


class Withheld(models.Model):
    """That a picture never leaves the house by a public link. The mark is on the thing: a copy bears it too."""

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="withheld")
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"withheld {self.pk}"
