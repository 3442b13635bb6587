"""Contents: immutable bytes addressed by their SHA-256."""

from django.db import models


class Blob(models.Model):
    """`key` is the name in the store, `aa/b/<sha256>-<random>`, never used twice; `sha1` as hex for sync clients.

    A row exists only after its bytes are durable, and is deleted before they go.
    """

    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    key = models.CharField(max_length=120, unique=True)
    sha1 = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="files_blob_sha256")]
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="files_blob_size")]

    def __str__(self):
        return self.key
