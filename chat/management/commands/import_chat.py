"""`manage.py import_chat FILE --as alice [--yes]`: bring an export of Mattermost or Slack in, of any size."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chat.actions import importing, staging
from chat.models import Import, ImportPerson
from chat.moving import opening
from collab.accounts.models import User
from collab.lib.errors import Refusal
from collab.rights.actor import Actor

_EVERY = 1.0


class Command(BaseCommand):
    help = "Read an export of Mattermost or Slack and say what is in it; with --yes bring it in. It may be run again."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", help="a ZIP, or lines of JSON (.jsonl)")
        parser.add_argument("--as", dest="person", required=True, help="the user name of an administrator, who manages")
        parser.add_argument("--by-username", action="store_true", help="take equal user names for the same people")
        parser.add_argument("--yes", action="store_true", help="bring it in, not only read it")

    def handle(self, *args: Any, file: str, person: str, by_username: bool, yes: bool, **options: Any) -> None:
        user = User.objects.filter(username=person, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{person}”.")
        path = Path(file)
        try:
            importing.require_may(Actor.of(user))
            with path.open("rb") as opened:
                self._run(user, path.name, opening.opened(opened, path.name), by_username=by_username, yes=yes)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from None

    def _run(self, user: User, name: str, source: Any, *, by_username: bool, yes: bool) -> None:
        one = Import.objects.create(person=user, name=name[:255], by_username=by_username)
        staging.Staging(one, source).read(self._progress("bytes read"))
        people = ImportPerson.objects.filter(owner=one)
        known = people.exclude(user=None).count()
        self.stdout.write(
            f"{one.house}: {len(one.teams)} teams, {one.places.count()} channels, {one.posts} messages,"
            f" {people.count()} people, {known} of them known here; {one.skipped} parts are not taken."
        )
        if not yes:
            staging.clear(one)
            one.delete()
            self.stdout.write("Nothing was changed. Run it again with --yes to bring it in.")
            return
        Import.objects.filter(pk=one.pk).update(begun_at=timezone.now())
        importing.bring(one, source, self._progress("messages"))
        one.refresh_from_db()
        self.stdout.write(f"{one.taken} messages and {one.files} files came, {one.present} messages were here already.")
        for why, count in sorted(one.why.items()):
            self.stdout.write(f"  {count} × {importing.REASONS[why]}")

    def _progress(self, what: str) -> Any:
        last = time.monotonic()

        def tell(done: int, total: int, message: str = "") -> None:
            nonlocal last
            if time.monotonic() - last > _EVERY:
                last = time.monotonic()
                self.stdout.write(f"{done} of {total} {what} {message}")

        return tell
