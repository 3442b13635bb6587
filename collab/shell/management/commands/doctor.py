"""`manage.py doctor`: the state of the house in sentences, for the one who runs it."""

from django.core.management.base import BaseCommand, CommandError

from collab.shell import health

_SIGNS = {"good": "ok  ", "warn": "note", "danger": "BAD "}


class Command(BaseCommand):
    help = "Check database, Redis, disk, queue, mail; exit code 1 when something is wrong."

    def handle(self, *args, **options):
        found = health.checks()
        for check in found:
            self.stdout.write(f"{_SIGNS[check.state]} {check.title}: {check.says} {check.advice}".rstrip())
        if any(check.state == "danger" for check in found):
            raise CommandError("Something needs you.")
