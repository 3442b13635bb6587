"""A text while people write in it: what the engine holds, until it is nothing but the file again."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from files.models.blob import Blob
from files.models.node import Node


class Draft(models.Model):
    """The text of one file as Yjs updates. `epoch`: another one means that it was begun anew, from the file.

    `seq`: number of the last update; `state` holds all up to `state_seq`, rows of DraftUpdate the rest. `base`: the
    state whose text is the file's content with this `etag`; `saved_seq`: up to where the file has it. `authors`: who
    wrote what no version holds yet, the last one last. `kept_at`: since when the file's content is this draft's own,
    so that another save may take its place. `problem`: why the file could not be written, as a code of `errors`.
    """

    node = models.OneToOneField(Node, models.CASCADE, related_name="draft")
    epoch = models.CharField(max_length=32)
    seq = models.BigIntegerField(default=0)
    state = models.BinaryField()
    state_seq = models.BigIntegerField(default=0)
    base = models.BinaryField()
    etag = models.CharField(max_length=32)
    saved_seq = models.BigIntegerField(default=0)
    authors = ArrayField(models.BigIntegerField(), default=list)
    kept_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(auto_now_add=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["used_at"], name="files_draft_used"),
            models.Index(fields=["id"], name="files_draft_unsaved", condition=models.Q(seq__gt=models.F("saved_seq"))),
        ]

    def __str__(self):
        return f"draft of {self.node_id}"


class DraftUpdate(models.Model):
    """One change that the server has promised to keep; `author` is nobody for what came with the file."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="updates", db_index=False)
    seq = models.BigIntegerField()
    data = models.BinaryField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "seq"], name="files_draft_order")]

    def __str__(self):
        return f"{self.draft_id}:{self.seq}"


class CoAuthor(models.Model):
    """Who else wrote a content that several wrote together, besides whom the file or the version names."""

    blob = models.ForeignKey(Blob, models.CASCADE, related_name="coauthors", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "user"], name="files_coauthor_once")]

    def __str__(self):
        return f"{self.user_id} in {self.blob_id}"
