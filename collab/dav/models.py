"""Locks and dead properties, keyed by the thing and not by its URL: two people's paths to one file meet."""

from django.conf import settings
from django.db import models


class Lock(models.Model):
    """A write lock (RFC 4918, 6 and 7) on the thing `kind` `ref_id`, which lives in a space."""

    class Scope(models.TextChoices):
        EXCLUSIVE = "exclusive"
        SHARED = "shared"

    token = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    ref_id = models.BigIntegerField()
    space_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="dav_locks")
    scope = models.CharField(max_length=10, choices=Scope)
    deep = models.BooleanField()
    owner_xml = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["space_id", "kind"], name="dav_lock_space"),
            models.Index(fields=["expires_at"], name="dav_lock_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} lock on {self.kind} {self.ref_id}"


class Property(models.Model):
    """A dead property (RFC 4918, 4): `name` in Clark notation, `value` its whole element as XML text."""

    kind = models.CharField(max_length=20)
    ref_id = models.BigIntegerField()
    name = models.CharField(max_length=500)
    value = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref_id", "name"], name="dav_property_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.kind} {self.ref_id}"
