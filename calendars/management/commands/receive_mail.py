"""Take one mail from standard input: for the pipe of a mail server (`|manage.py receive_mail`)."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from calendars import post

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and comes again."""


class Command(BaseCommand):
    """Reads at most what a mail may have, and says how it ended; the mail server need not care."""

    help = "Read one mail from standard input: an answer to an invitation, or an invitation to a member."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the mail."""
        raw = sys.stdin.buffer.read(post.LARGEST + 1)
        try:
            outcome = post.receive(raw)
        except DatabaseError:
            self.stderr.write("the database is away: try again")
            sys.exit(TRY_AGAIN)
        self.stdout.write(str(outcome))
