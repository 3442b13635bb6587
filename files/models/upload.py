"""A resumable upload in progress."""

from django.conf import settings
from django.db import models


class Upload(models.Model):
    """Its chunks are files in `staging/uploads/<id>/`; `transfer` is the client's own name for it.

    `parent`, `name`, `size`, `mtime` are set by the web, which says at the start where the file will go.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads", db_index=False)
    transfer = models.CharField(max_length=255)
    parent = models.ForeignKey("files.Node", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(null=True)
    mtime = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "transfer"], name="files_upload_transfer")]

    def __str__(self):
        return self.transfer
