"""`manage.py fsck [--deep]`: check every invariant of the tree; exit code 1 when there is a finding."""

from django.core.management.base import BaseCommand, CommandError

from files import fsck


class Command(BaseCommand):
    help = "Check the tree, its sizes, rights and blobs; --deep reads every byte."

    def add_arguments(self, parser):
        parser.add_argument("--deep", action="store_true", help="read and hash every blob")

    def handle(self, *args, deep=False, **options):
        count = 0
        for finding in fsck.check(deep=deep):
            count += 1
            self.stdout.write(finding)
        if count:
            raise CommandError(f"{count} findings")
        self.stdout.write("0 findings")
