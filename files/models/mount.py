"""Where a team space or a received share appears in a person's own tree on devices."""

from django.conf import settings
from django.db import models

from files.models.node import Node


class Mount(models.Model):
    """`name` is fixed when the mount is made and never translated; `hidden_at`: the person removed the share."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mounts", db_index=False)
    node = models.ForeignKey(Node, models.CASCADE, related_name="mounts")
    name = models.CharField(max_length=255)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="files_mount_name"),
            models.UniqueConstraint(fields=["user", "node"], name="files_mount_node"),
        ]

    def __str__(self):
        return f"{self.user}: {self.name}"
