"""What is said in channels, what it was before, and the signs under it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from chat.models.channel import Channel
from collab.rights.querysets import GuardedQuerySet


class MessageQuerySet(GuardedQuerySet["Message"]):
    def said(self):
        """What was not taken back, in channels that are there."""
        return self.filter(deleted_at=None, channel__deleted_at=None)

    def in_channel(self):
        """What stands in the channel itself: its beginnings, and answers shown there too."""
        return self.filter(number__gt=0)


class Message(models.Model):
    """Something that somebody said. Ids grow in the order in which things were said in a channel.

    `text` is Markdown as typed, `html` what was made of it, `words` what is searched: without accents and case.
    `root`: what it answers; `number`: its place among what is said to the whole channel, 0 for an answer that stands
    in its thread alone. `clock`: of the channel when it last changed. `key`: given by the page that sent it, so that it
    is said once however often it is sent; “in-…”: brought over. `name`: of a program, of a visitor, or of somebody of
    another house, who said it. `visitor`: which one, as long as they are known; `facts` say for ever that it was one.
    `people`: ids of those whom it names; `listeners`: of those who listen to a word of it, which nobody else is told.
    Taken back (`deleted_at`), it keeps its place and loses its words.
    """

    class Kind(models.TextChoices):
        SAID = "said"
        NOTED = "noted"
        """What happened to the channel, as a line between what is said: `facts` say it."""

    ACL = "channel__acl"
    REF_KIND = "message"

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="messages", db_index=False)
    root = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SAID)
    number = models.BigIntegerField(default=0)
    clock = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    visitor = models.ForeignKey("chat.Visitor", models.SET_NULL, null=True, related_name="messages", db_index=False)
    name = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True, max_length=16_000)
    html = models.TextField(blank=True)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    listeners = ArrayField(models.BigIntegerField(), default=list, blank=True)
    answered = models.PositiveIntegerField(default=0)
    last_answer_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    signs: dict[str, list[int]]
    """{sign: ids of who put it there}, where it was asked for (`queries.dress`)."""
    pictures: dict[str, str]
    """{sign of the house: where its picture is}, of those under it."""

    preview: Any
    """What the page says to which it links (`Preview`), None for nothing."""

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="chat_message_once", condition=~Q(key="")),
            models.UniqueConstraint(
                fields=["visitor", "key"],
                name="chat_message_once_visitor",
                condition=Q(visitor__isnull=False) & ~Q(key=""),
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "number"], name="chat_message_number", condition=Q(number__gt=0)),
            models.Index(fields=["channel", "clock"], name="chat_message_clock"),
            models.Index(fields=["root", "id"], name="chat_message_thread", condition=Q(root__isnull=False)),
            models.Index(fields=["author", "id"], name="chat_message_author"),
            models.Index(fields=["visitor", "id"], name="chat_message_visitor", condition=Q(visitor__isnull=False)),
            models.Index(
                fields=["channel", "pinned_at"], name="chat_message_pinned", condition=Q(pinned_at__isnull=False)
            ),
            models.Index(fields=["deleted_by"], name="chat_message_remover", condition=Q(deleted_by__isnull=False)),
            GinIndex(fields=["people"], name="chat_message_people", condition=~Q(people=[])),
            GinIndex(fields=["listeners"], name="chat_message_listeners", condition=~Q(listeners=[])),
            models.Index(fields=["key"], name="chat_message_came", condition=Q(key__startswith="in-")),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="chat_message_words", condition=Q(deleted_at=None)),
        ]

    def __str__(self):
        return f"{self.channel_id}: {self.pk}"

    @property
    def space_id(self) -> int:
        """The id of the space in which its channel lies."""
        return self.channel.space_id


class Revision(models.Model):
    """What a message said before it was changed."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    text = models.TextField(max_length=16_000)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.message_id}: {self.at:%F %T}"


class Reaction(models.Model):
    """One sign that one person put under a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=48)

    class Meta:
        ordering = [F("pk")]
        constraints = [models.UniqueConstraint(fields=["message", "user", "emoji"], name="chat_reaction_once")]

    def __str__(self):
        return f"{self.message_id} {self.emoji}"


class Follow(models.Model):
    """Who follows a thread: who spoke in it or was named there, unless they stopped. `read`: the last id seen."""

    root = models.ForeignKey(Message, models.CASCADE, related_name="followers", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read = models.BigIntegerField(default=0)
    stopped = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "user"], name="chat_follow_once")]

    def __str__(self):
        return f"{self.user_id} follows {self.root_id}"
