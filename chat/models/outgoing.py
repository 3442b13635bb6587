"""Programs that are told what is said in a channel."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chat.models.channel import Channel
from chat.models.message import Message


class Outgoing(models.Model):
    """An address to which messages of one channel are sent: those that begin with one of its `words`, or all.

    `token`: what the program holds against, encrypted. `stopped_at`: it is told nothing.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="outgoings")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=1000)
    words = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    token = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class Call(models.Model):
    """One message on its way to a program. `next_at`: of the next try; None: it failed for good, and `error` says why.

    What arrived leaves no row.
    """

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="calls")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    word = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="chat_call_due", condition=Q(next_at__isnull=False))]

    def __str__(self):
        return f"{self.outgoing_id}: {self.message_id}"
