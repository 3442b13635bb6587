"""`manage.py backup [--to DIRECTORY]`: add a snapshot of now; everybody goes on working."""

from django.core.management.base import BaseCommand, CommandError

from collab.backup import drill, keeping, state, taking
from collab.backup.repository import BackupError

WEEK = 7 * 24


class Command(BaseCommand):
    help = "Back up database, files and keys; only what is new is copied. Seven days, four weeks, twelve months stay."

    def add_arguments(self, parser):
        parser.add_argument("--to", metavar="DIRECTORY", help="where backups lie (COLLAB_BACKUPS)")
        parser.add_argument("--nightly", action="store_true", help="also bring it back on trial once a week")

    def handle(self, *args, to=None, nightly=False, **options):
        try:
            where = state.named(to)
        except BackupError as reason:
            raise CommandError(str(reason)) from None
        try:
            repository = state.opened(where, make=True)
            taken = taking.take(repository, self.stderr.write)
            gone = keeping.thin(repository)
        except BackupError as reason:
            state.note("failed", why=[reason.text, reason.values])
            raise CommandError(str(reason)) from None
        except Exception as trouble:  # whatever it was, the health page has to say so
            state.note("failed", why=state.reason(trouble))
            raise
        state.note("taken", name=taken.name, findings=taken.findings[:50])
        for finding in taken.findings:
            self.stderr.write(finding)
        self.stdout.write(
            f"{where}/snapshots/{taken.name}: {taken.things:,} files,"
            f" {taken.new:,} of them new ({taken.size / 1e6:,.1f} MB)"
        )
        if gone:
            self.stdout.write(f"{len(gone)} older ones are not kept any longer")
        if nightly and ((age := state.hours_since("tried")) is None or age > WEEK):
            findings = list(drill.drill(repository, taken.name, self.stderr.write))
            state.note("tried", name=taken.name, findings=findings[:50])
        if taken.findings:
            raise CommandError("The backup is made; what it could not keep is named above.")
