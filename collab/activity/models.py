"""Addresses under which a reader of feeds finds a stream."""

from django.conf import settings
from django.db import models

from collab.spaces.models import Space


class Feed(models.Model):
    """A person's stream, or that of a space, for programs that read feeds; whoever has the address reads as the person.

    `digest` finds it by the token of the address, which rests sealed so that its person can copy it again. `reads`: how
    often it was read in the minute of `read_at`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds")
    space = models.ForeignKey(Space, models.CASCADE, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    reads = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "space"], name="activity_feed_once", nulls_distinct=False),
        ]

    def __str__(self):
        return f"{self.user_id} {self.space_id or ''}"
