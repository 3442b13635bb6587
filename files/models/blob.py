"""Contents: immutable bytes addressed by their SHA-256."""

from django.db import models
from django.db.models import F, Func, Value


def lock_name():
    """Return the expression for the name of the data key that a content is sealed with, "" when it is plain."""
    return Func(F("key"), Value("_"), Value(2), function="split_part", output_field=models.TextField())


class Blob(models.Model):
    """`key` is the name in the store, `aa/b/<sha256>-<random>`, never used twice; `sha1` as hex for sync clients.

    Sealed, `key` ends with `_` and the name of the data key; `sha256` and `size` remain those of the plain bytes, and
    `stored_sha256` is that of the sealed ones. A row exists only after its bytes are durable, and is deleted before
    they go.
    """

    sha256 = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    key = models.CharField(max_length=120, unique=True)
    stored_sha256 = models.BinaryField(max_length=32, null=True)
    sha1 = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="files_blob_sha256"),
            models.Index(lock_name(), name="files_blob_lock"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="files_blob_size")]

    def __str__(self):
        return self.key


class FormerKey(models.Model):
    """A name that a content had before it was sealed anew, or that it is about to get.

    While there is a row, bytes of this name belong to nobody: they go once readers have had time (`gone_at`), and who
    still holds the name is led to the content.
    """

    key = models.CharField(max_length=120, primary_key=True)
    blob = models.ForeignKey(Blob, models.DO_NOTHING, db_constraint=False, related_name="former_keys")
    left_at = models.DateTimeField(auto_now_add=True)
    gone_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.key

    @classmethod
    def now(cls, key):
        """Return the name that the content of a former name has now, "" for none."""
        found = cls.objects.filter(pk=key).values_list("blob__key", flat=True).first()
        return "" if found in {None, key} else found
