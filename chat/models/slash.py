"""Programs that are asked by a command, and what is said to one person alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.models.channel import Channel
from chat.models.message import Message
from collab.spaces.models import Space

if TYPE_CHECKING:
    from collab.rights.actor import Actor


class SlashCommand(models.Model):
    """An address that is asked when somebody types “/word”, in one channel or (`channel` None) in all of a space.

    `usage` and `help`: what stands behind the word where it is offered. `token`: what the program holds against,
    encrypted. `stopped_at`: there is no such command.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="slash_commands")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="slash_commands")
    word = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=1000)
    usage = models.CharField(max_length=80, blank=True)
    help = models.CharField(max_length=120, blank=True)
    token = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["word", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["space", "channel", "word"], name="chat_slash_once", nulls_distinct=False)
        ]

    def __str__(self):
        return f"/{self.word}"


class Asking(models.Model):
    """One question to a program by a command. `text`: what stood behind the word; `key`: as of a message.

    `state`: it waits to be sent, is on its way (once: what a program does twice may hurt), or is over. `left`: how
    often the program may still answer later, by the address that it was given.
    """

    class State(models.TextChoices):
        WAITS = "waits"
        SENT = "sent"
        OVER = "over"

    command = models.ForeignKey(SlashCommand, models.CASCADE, related_name="askings")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    root = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    text = models.TextField(blank=True, max_length=16_000)
    key = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=5, choices=State, default=State.WAITS)
    left = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="chat_asking_once", condition=~Q(key=""))]
        indexes = [models.Index(fields=["at"], name="chat_asking_at")]

    def __str__(self):
        return f"{self.person_id}: {self.command_id}"


class EphemeralQuerySet(models.QuerySet["Ephemeral"]):
    def visible_to(self, actor: Actor):
        """Return what was said to this person alone, in channels that they still see."""
        if actor.user is None:
            return self.none()
        return self.filter(user=actor.user, channel__in=Channel.objects.living().visible_to(actor))


class Ephemeral(models.Model):
    """What a program says to one person (`user`) alone, in a channel or a thread (`root`): kept for a day at most.

    `author`: a bot; else `name` says who, and `program` which program it was. `after`: the last message of the channel
    when it was said, where it stands on the page.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="ephemerals", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    root = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    program = models.CharField(max_length=80, blank=True)
    text = models.TextField(max_length=16_000)
    html = models.TextField()
    after = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    objects = EphemeralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "channel", "id"], name="chat_ephemeral_of"),
            models.Index(fields=["channel"], name="chat_ephemeral_in"),
            models.Index(fields=["at"], name="chat_ephemeral_at"),
        ]

    def __str__(self):
        return f"{self.channel_id}, to {self.user_id}"
