"""Where the entries of a calendar come from that nobody here writes: an address of the web, or a list of ours."""

from __future__ import annotations

from django.db import models

from calendars.models.calendar import Calendar


class Source(models.Model):
    """What fills a calendar (`Calendar.fed`): a file at an `address`, or a `list` that the house brings along.

    `list`: “holidays/FR-57”, “school/A”, in the `language` it was made in; "" for a web calendar. `every`: seconds
    between two looks as somebody chose, None: as the file says (`told`, seconds), within bounds. The `without_…` are
    left out of what comes. `etag`, `modified`: validators of the last answer; `digest`: of its bytes.

    `fetched_at`: when it last came whole; `tried_at`: when it was last asked; `due_at`: when it is asked next.
    `failures`: how often in a row it failed, `trouble`: why (`feeding.TROUBLES`). `left_out`: so many entries could
    not be read.
    """

    calendar = models.OneToOneField(Calendar, models.CASCADE, primary_key=True, related_name="source")
    address = models.CharField(max_length=1000, blank=True)
    list = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    every = models.PositiveIntegerField(null=True)
    told = models.PositiveIntegerField(null=True)
    without_alarms = models.BooleanField(default=True)
    without_tasks = models.BooleanField(default=True)
    without_attachments = models.BooleanField(default=False)
    etag = models.CharField(max_length=500, blank=True)
    modified = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    fetched_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(db_index=True)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=20, blank=True)
    left_out = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.address or self.list
