"""What people say of themselves for a while, and the picture that stands for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from collab.accounts.models import User


class Status(models.Model):
    """What a person is at. What is past its end (`kind_until`, `clear_at`) is read as if it were not there.

    `kind`: "" where nothing was said. `predefined` names one of our own messages (`profiles.predefined`), told to each
    reader in their language; else `icon` and `message` are the person's.
    """

    class Kind(models.TextChoices):
        ONLINE = "online", _("Available")
        AWAY = "away", _("Away")
        BUSY = "busy", _("Busy")
        DND = "dnd", _("Do not disturb")
        INVISIBLE = "invisible", _("Invisible")
        OFFLINE = "offline", _("Offline")

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="status")
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    kind_until = models.DateTimeField(null=True)
    icon = models.CharField(max_length=32, blank=True)
    message = models.CharField(max_length=80, blank=True)
    predefined = models.CharField(max_length=20, blank=True)
    clear_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["-changed_at", "user"], name="profiles_status_recent")]

    def __str__(self):
        return self.kind or self.message or self.predefined


class Portrait(models.Model):
    """A person's picture in one size, JPEG as we drew it. `User.portrait` is the mark of the one that is shown.

    Those of another mark were replaced or taken away: kept until the night, in case that is undone.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    mark = models.CharField(max_length=24)
    side = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "mark", "side"], name="profiles_portrait_once")]

    def __str__(self):
        return f"{self.mark} {self.side}"
