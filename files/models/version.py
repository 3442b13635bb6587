"""Earlier contents of a file."""

from django.conf import settings
from django.db import models

from collab.rights.querysets import GuardedQuerySet
from files.models.blob import Blob
from files.models.node import Node


class VersionQuerySet(GuardedQuerySet["Version"]):
    pass


class Version(models.Model):
    """What a file held before it was overwritten; `author` wrote it, `created_at` is when it was replaced.

    One with a `label`, and one that is `kept`, stays for as long as the file (`actions/thinning.py`).
    """

    ACL = "node__acl"

    node = models.ForeignKey(Node, models.CASCADE, related_name="versions")
    blob = models.ForeignKey(Blob, models.RESTRICT, related_name="versions")
    size = models.BigIntegerField()
    mtime = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200, blank=True)
    kept = models.BooleanField(default=False, db_default=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.node} {self.mtime}"
