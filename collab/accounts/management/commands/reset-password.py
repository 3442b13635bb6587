"""Give somebody a new login password from the machine's console."""

import getpass
import sys

from django.core.management.base import BaseCommand, CommandError

from collab.accounts import credentials
from collab.accounts.actions import passwords
from collab.accounts.models import User
from collab.lib.errors import BadInput

LENGTH = 16


class Command(BaseCommand):
    help = "Set a person's login password: asked for, read from standard input, or made (--random)."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--random", action="store_true", help="make a password and print it")
        parser.add_argument("--devices", action="store_true", help="also revoke every app password")

    def handle(self, *args, username, **options):
        person = User.objects.filter(username=username.lower()).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {username}.")
        password = credentials.new_secret(LENGTH) if options["random"] else _typed(username)
        try:
            passwords.set_password(None, person, password, devices=options["devices"])
        except BadInput as weak:
            raise CommandError(str(weak.message)) from None
        passwords.end_sessions(person)
        if options["random"]:
            self.stdout.write(password)
        self.stderr.write(f"{username} has a new password; all sessions have ended.")


def _typed(username: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(f"New password for {username}: ")
