"""What a person brings over from another house."""

from django.conf import settings
from django.db import models


class Import(models.Model):
    """One import. `folder`: id of the node it goes into; `base`, `account`: where it comes from; `sealed`: the app
    password, encrypted, only as long as it is needed; `job`: who does it now. `files`, `bytes`: what came; `present`:
    what was there already; `skipped`: how much did not come.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    folder = models.BigIntegerField()
    base = models.CharField(max_length=1000)
    account = models.CharField(max_length=200)
    with_shared = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    job = models.UUIDField(null=True)
    files = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    present = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="files_import_sealed", condition=models.Q(sealed__isnull=False)),
        ]

    def __str__(self):
        return f"{self.account} at {self.base}"


class ImportSkip(models.Model):
    """One thing that did not come: its path there, and why as a code of `importing.REASONS`."""

    owner = models.ForeignKey(Import, models.CASCADE, related_name="skips")
    path = models.TextField()
    why = models.CharField(max_length=20)

    def __str__(self):
        return self.path
