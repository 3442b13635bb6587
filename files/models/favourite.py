"""What a person starred."""

from django.conf import settings
from django.db import models

from collab.rights.querysets import GuardedQuerySet
from files.models.node import Node


class Favourite(models.Model):
    """One star of one person."""

    ACL = "node__acl"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites", db_index=False)
    node = models.ForeignKey(Node, models.CASCADE, related_name="favourites")

    objects = GuardedQuerySet["Favourite"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "node"], name="files_favourite_once")]

    def __str__(self):
        return f"{self.user} {self.node}"
