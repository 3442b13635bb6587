"""Set somebody's e-mail address from the machine's console."""

from django.core.management.base import BaseCommand, CommandError

from collab.accounts.actions import people
from collab.accounts.models import User
from collab.lib.errors import Refusal


class Command(BaseCommand):
    help = "Set a person's e-mail address without a mail that proves it; an empty one takes it away."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("address")

    def handle(self, *args, username, address, **options):
        person = User.objects.filter(username=username.lower()).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {username}.")
        try:
            people.edit(None, person, email=address)
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from None
