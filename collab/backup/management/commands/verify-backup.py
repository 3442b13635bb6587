"""`manage.py verify-backup [SNAPSHOT]`: read every byte of a backup, and bring it back on trial beside."""

from django.core.management.base import BaseCommand, CommandError

from collab.backup import checking, drill, state
from collab.backup.repository import BackupError


class Command(BaseCommand):
    help = "Check the latest backup, or the one that is named: every byte, and a trial restore with fsck."

    def add_arguments(self, parser):
        parser.add_argument("snapshot", nargs="?", default="", help="its name, as backup printed it")
        parser.add_argument("--from", dest="source", metavar="DIRECTORY", help="where backups lie (COLLAB_BACKUPS)")
        parser.add_argument("--read-only", action="store_true", help="only read and compare, without the trial")

    def handle(self, *args, snapshot="", source=None, read_only=False, **options):
        try:
            repository = state.opened(state.named(source))
            name = repository.snapshot(snapshot).name
            ask = checking.check if read_only else drill.drill
            findings = list(ask(repository, name, self.stderr.write))
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        for finding in findings:
            self.stdout.write(finding)
        if not read_only:
            state.note("tried", name=name, findings=findings[:50])
        if findings:
            raise CommandError(f"{len(findings)} findings in {name}")
        self.stdout.write(f"{name} is whole.")
