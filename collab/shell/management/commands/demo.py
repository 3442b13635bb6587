"""`manage.py demo`: an association to look around in, with people, groups, spaces and what every app adds."""

import importlib

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import module_has_submodule

from collab.accounts.models import User
from collab.shell import demo


class Command(BaseCommand):
    help = "Fill an empty instance with the demo association; refuses on a used one without --force."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="add the demo to an instance that is in use")

    @transaction.atomic
    def handle(self, *args, force=False, **options):
        if User.objects.filter(username="jacqueline").exists():
            raise CommandError("The demo is here already: sign in as jacqueline, password Collab-demo-2026.")
        if User.objects.exists() and not force:
            raise CommandError("People use this instance. Add --force to put the demo beside their things.")
        town = demo.fill()
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "demo") and config.name != "collab.shell":
                importlib.import_module(f"{config.name}.demo").fill(town)
        self.stdout.write(f"Sign in as {', '.join(town.people)}; the password is {demo.PASSWORD}.")
