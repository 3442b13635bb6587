"""`manage.py restore [SNAPSHOT]`: bring this instance back to a backup. The server must be stopped."""

import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from collab.backup import restoring, state
from collab.backup.repository import BackupError

_KEYS = ("COLLAB_SECRET_KEY", "COLLAB_ENCRYPTION_KEY", "COLLAB_PUSH_KEY")


class Command(BaseCommand):
    help = "Put database, files and keys back as they were in the latest backup, or in the one that is named."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("snapshot", nargs="?", default="", help="its name, as backup printed it")
        parser.add_argument("--from", dest="source", metavar="DIRECTORY", help="where backups lie (COLLAB_BACKUPS)")
        parser.add_argument("--force", action="store_true", help="write over what is in this instance now")

    def handle(self, *args, snapshot="", source=None, force=False, **options):
        try:
            used = restoring.in_use()
            if used and not force:
                raise CommandError(f"{used} To write over all of it, add --force.")
            name = restoring.restore(state.opened(state.named(source)), snapshot, self.stderr.write)
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        connection.close()
        # a process of its own: this one has read the keys of before
        for command in (["migrate", "--verbosity", "0"], ["fsck"]):
            self.stderr.write(f"{command[0]} …")
            done = subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), *command], check=False)
            if done.returncode != 0:
                raise CommandError(f"{name} is restored, but {command[0]} found what is said above.")
        for key in _KEYS:
            if os.environ.get(key) or os.environ.get(f"{key}_FILE"):
                self.stderr.write(f"{key} is set: it must be the one of the backup.")
        self.stdout.write(f"Everything is as it was in {name}. Devices keep what is newer on them.")
