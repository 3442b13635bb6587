"""`manage.py reindex [--space sport]`: index everything anew, names first, then texts, saying how far it is."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collab.lib.errors import Unavailable
from collab.search import extraction, indexing, recent
from collab.spaces.models import Space

_EVERY = 1.0
"""Seconds between two lines of progress."""


class Command(BaseCommand):
    help = "Index everything anew for the search, or one space. People can go on working and searching meanwhile."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--space", help="the short name of one space, as in its address after the “@”")
        parser.add_argument("--names", action="store_true", help="names only: the background reads the texts")

    def handle(self, *args: Any, space: str | None = None, names: bool = False, **options: Any) -> None:
        space_id = None
        if space:
            space_id = Space.objects.filter(slug=space.lstrip("@")).values_list("pk", flat=True).first()
            if space_id is None:
                raise CommandError(f"There is no space “{space}”.")
        total = sum(
            indexing.everything(search, space_id).count()
            for search in indexing.indexed() if space_id is None or search.space
        )  # fmt: skip
        indexing.again(space_id, self._progress("names", total))
        indexing.tidy()
        recent.keep()
        if names:
            extraction.call()
            return
        try:
            tell = self._progress("texts", extraction.waiting())
            while extraction.read_waiting(3600, tell):
                pass
        except Unavailable:
            raise CommandError("The store of files does not answer; the background goes on when it does.") from None
        left = extraction.waiting()
        self.stdout.write(f"{left} texts wait for the background." if left else "Everything is indexed.")

    def _progress(self, what: str, total: int) -> Any:
        done, told = 0, 0.0

        def tell(count: int) -> None:
            nonlocal done, told
            done += count
            if done >= total or time.monotonic() - told > _EVERY:
                told = time.monotonic()
                self.stdout.write(f"{what}: {done:,} of {total:,}")

        self.stdout.write(f"{what}: 0 of {total:,}")
        return tell
