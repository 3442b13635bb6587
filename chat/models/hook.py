"""Addresses at which programs say something in a channel."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from chat.models.channel import Channel


class Hook(models.Model):
    """One program that says something in one channel, by whoever knows its address.

    The secret in the address is random and shown once; `digest` is its SHA-256, by which it is found. It belongs to
    the channel: it goes on when who made it leaves. `stopped_at`: it is answered as one that never was.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="hooks")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def initials(self) -> str:
        """The letters that stand for it."""
        return initials(self.name)


def initials(name: str) -> str:
    """Return the first letters of the first two words of a name; "" where it has none."""
    return "".join(part[0] for part in name.split()[:2]).upper()
