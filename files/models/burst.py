"""Many deletions in one go."""

from django.conf import settings
from django.db import models

from collab.spaces.models import Space


class Burst(models.Model):
    """What a device threw away in one space within moments: the trash entries of `device` from `begun_at` to `last_at`.

    `device` as in `Actor.device`, `name` what its person calls it, "" for a browser; `person` None for a visitor with
    a link. `things`: how many went, with all that lay in them.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    device = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    things = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["device", "space", "-last_at"], name="files_burst_device")]

    def __str__(self):
        return f"{self.device} {self.begun_at:%F %T}: {self.things}"
