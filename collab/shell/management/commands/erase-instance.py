"""`manage.py erase-instance --yes`: delete everything, once the owner's seven days are over."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collab.lib.errors import Refusal
from collab.shell import erasing


class Command(BaseCommand):
    help = "Delete every row and every file of this instance. Only after its owner asked for it, seven days ago."

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args, yes=False, **options):
        wanted = erasing.asked()
        if wanted is None:
            raise CommandError("Nobody asked for it. The owner does so under Administration, Settings.")
        if not wanted.is_due:
            raise CommandError(f"Not before {wanted.at:%F %T %Z}: until then the owner may change their mind.")
        if not yes:
            raise CommandError("This deletes everything, for good. Add --yes to do it.")
        try:
            token = erasing.erase()
        except Refusal as refused:
            raise CommandError(str(refused.message)) from None
        self.stderr.write("Everything is deleted. Backups, and copies on people's devices, are not.")
        if token:
            self.stdout.write(f"{settings.URL}/setup/{token}/")
