"""Comments with what belongs to them, labels and what bears them, stars. A thing is named by its kind and number."""

from typing import Any

from django.conf import settings
from django.db import models

from collab.lib.hues import HUES
from collab.lib.text import fold
from collab.rights.models import Principal
from collab.rights.querysets import GuardedQuerySet
from collab.spaces.models import Space


class LabelQuerySet(GuardedQuerySet["Label"]):
    def living(self) -> "LabelQuerySet":
        """Labels that nobody deleted, or merged into another, a moment ago."""
        return self.filter(deleted_at=None)


class Label(models.Model):
    """A word with a colour that a space gives to its things. `folded` is the name without case and accents.

    A deleted one stays for a day, with what bore it, so that the deletion can be undone.
    """

    ACL = "space__acl"

    space = models.ForeignKey(Space, models.CASCADE, related_name="labels", db_index=False)
    name = models.CharField(max_length=60)
    folded = models.CharField(max_length=120, editable=False)
    hue = models.CharField(max_length=12, default=HUES[0])
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["folded", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "folded"], name="marks_label_name", condition=models.Q(deleted_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["space", "folded"], name="marks_label_space"),
            models.Index(fields=["folded"], name="marks_label_folded"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)[:120]
        super().save(*args, **kwargs)


class Labelled(models.Model):
    """One label on one thing. `via`: the label that was merged into this one, and stood on the thing before."""

    label = models.ForeignKey(Label, models.CASCADE, related_name="things", db_index=False)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    via = models.ForeignKey(Label, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "kind", "object_id"], name="marks_labelled_once")]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="marks_labelled_thing"),
            models.Index(fields=["label", "-id"], name="marks_labelled_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} {self.kind}:{self.object_id}"


class Favourite(models.Model):
    """One star of one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites", db_index=False)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "object_id"], name="marks_favourite_once")]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="marks_favourite_thing"),
            models.Index(fields=["user", "-id"], name="marks_favourite_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind}:{self.object_id}"


class Comment(models.Model):
    """What somebody wrote about a thing, as Markdown. One with a `parent` answers it; answers are not answered.

    `visitor`: how somebody called themselves who wrote through a public link; they have no account, so no `author`.
    `deleted_at`: its words are shown to nobody; for a day they are kept for the undo of who deleted it (`deleted_by`),
    then they go, and so does the row unless somebody answered. `resolved_at` is of what begins a thread.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    space = models.ForeignKey(Space, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    visitor = models.CharField(max_length=100, blank=True)
    body = models.TextField()
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id", "id"], name="marks_comment_thing"),
            models.Index(
                fields=["deleted_at"], name="marks_comment_deleted", condition=models.Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_id} {self.pk}"


class Mention(models.Model):
    """A person or group that a comment names; `token` is the word after the “@”, without case."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", db_index=False)
    principal = models.ForeignKey(Principal, models.CASCADE, related_name="mentions")
    token = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "token"], name="marks_mention_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} @{self.token}"


class Reaction(models.Model):
    """One sign that one person put under a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user", "emoji"], name="marks_reaction_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.emoji}"
