"""The keys with which contents are sealed: each wrapped by the master key, which the database never sees."""

from __future__ import annotations

from django.db import models


class DataKey(models.Model):
    """`name` stands in the name of every content sealed with it; `wrapped` by the master key (`master.wrap`).

    `retired_at`: since when nothing new is sealed with it. It stays: a backup may hold what it opens.
    """

    name = models.CharField(max_length=16, primary_key=True)
    wrapped = models.BinaryField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Vault(models.Model):
    """The one row (`pk` 1) about the master key and the work on what is there already.

    `fingerprint` tells the master key from others, "" before there is one; `saved_at`: when somebody proved that its
    recovery key was kept. `moved_at` and `trouble` (why the last content was passed over, "" for none) are the work's.
    """

    ONE = 1
    fingerprint = models.CharField(max_length=32, blank=True)
    saved_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.fingerprint
