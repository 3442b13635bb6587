"""Print the one-time address that creates the owner; nothing when there is one."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from collab.accounts.actions import setup
from collab.lib.env import env_str
from collab.lib.errors import Refusal


class Command(BaseCommand):
    help = "Make the owner from COLLAB_OWNER, or print a new one-time link that does it. Older links die."

    def handle(self, *args, **options):
        name, password = env_str("COLLAB_OWNER"), env_str("COLLAB_OWNER_PASSWORD")
        if bool(name) != bool(password):
            raise CommandError("COLLAB_OWNER and COLLAB_OWNER_PASSWORD belong together: set both, or neither.")
        try:
            if name and setup.make_owner_unattended(name, password):
                self.stderr.write(f"The owner {name} was created.")
        except Refusal as refused:
            raise CommandError(f"COLLAB_OWNER: {refused.message}") from None
        token = setup.renew_link()
        if token:
            self.stdout.write(f"{settings.URL}/setup/{token}/")
