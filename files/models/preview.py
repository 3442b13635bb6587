"""What was drawn of a content, and what its camera noted: a cache, made again when it is lost."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from files.models.blob import Blob


class Preview(models.Model):
    """One way of drawing one blob (`how`: `files.previews.kinds`); its three pictures lie in `files.previews.shelf`.

    `sizes`: bytes of each, 0 where one is no larger than the one before. `trouble`: why there is none ("damaged",
    "points", "time", "large", "memory", "kind", "tries"). `width`, `height`: points of the original, upright;
    `seconds` of a film, `pages` of a document. `taken`: unix seconds, as its camera says. `facts`: camera, lens,
    exposure, place ([latitude, longitude]). `marks`: [offset, length, hex] by which the place is taken out of the
    bytes, also of those that cannot be drawn; null where it cannot be, or was not looked for. `maker`: the version of
    our drawing that made it.
    """

    class State(models.IntegerChoices):
        WAITING = 1
        MADE = 2
        NONE = 3

    blob = models.ForeignKey(Blob, models.CASCADE, related_name="previews", db_index=False)
    how = models.CharField(max_length=8)
    ending = models.CharField(max_length=10)
    state = models.PositiveSmallIntegerField(choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=10, blank=True)
    maker = models.PositiveSmallIntegerField(default=0)
    sizes = ArrayField(models.PositiveIntegerField(), default=list)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    taken = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    marks = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "how"], name="files_preview_once")]
        indexes = [models.Index(fields=["id"], name="files_preview_waiting", condition=models.Q(state=1))]

    def __str__(self):
        return f"{self.how} {self.blob_id}"
