"""`manage.py encryption …`: the keys of encrypted contents, for whoever has the server's command line."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from collab.lib.errors import Refusal
from collab.vault import actions, keys, master, state, work

DOES = {
    "status": "whether contents are encrypted, how far the work is, and whether the key is here",
    "on": "encrypt whatever comes, and what is here; asks for the recovery key to be kept first",
    "off": "decrypt everything again",
    "rotate": "encrypt everything with a new data key; --master: change the master key instead, which is done at once",
    "export-key": "print the recovery key once more",
    "check-key": "say whether the key is here and opens everything; --key checks a recovery key",
    "import-key": "bring a lost master key back: asks for the recovery key",
}


class Command(BaseCommand):
    help = "; ".join(f"{name}: {text}" for name, text in DOES.items())
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("what", choices=list(DOES))
        parser.add_argument("--master", action="store_true", help="with rotate: another master and recovery key")
        parser.add_argument("--now", action="store_true", help="do the work here instead of leaving it to the worker")
        parser.add_argument("--key", default="", help="the groups or the recovery key that are asked for")

    def handle(self, *args, what, master=False, now=False, key="", **options):
        self.given = key
        try:
            with translation.override("en"):
                if what == "rotate" and master:
                    self.renew()
                else:
                    getattr(self, what.replace("-", "_"))()
                if now:
                    self.work()
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from None

    def status(self):
        """How it is."""
        found = state.read()
        self.stdout.write(f"Encryption is {'on' if found.on else 'off'}.")
        self.stdout.write(f"{found.done.ready} of {found.done.total} contents are as they should be.")
        if found.row.fingerprint:
            kept = (
                f"recovery key kept on {found.row.saved_at:%Y-%m-%d}" if found.row.saved_at else "recovery key not kept"
            )
            self.stdout.write(f"Master key {found.row.fingerprint}; {kept}.")
        if found.row.trouble:
            self.stdout.write(f"Last trouble: {found.row.trouble}")
        if found.trouble:
            raise CommandError(f"{found.trouble}. Bring it back: manage.py encryption import-key")

    def on(self):
        """Keep the recovery key first, if nobody has."""
        if not keys.vault().fingerprint:
            self.keep(actions.begin(None))
        actions.turn_on(None)
        self.stdout.write("Encryption is on: new contents are encrypted, the worker encrypts those that are here.")

    def off(self):
        """Everything plain again."""
        actions.turn_off(None)
        self.stdout.write("Encryption is off: new contents are not encrypted, the worker decrypts those that are here.")

    def rotate(self):
        """Another data key."""
        actions.rotate(None)
        self.stdout.write("New contents are encrypted with a new key; the worker goes through those that are here.")

    def renew(self):
        """Another master key."""
        self.keep(actions.renew(None))
        self.stdout.write(f"The master key is {keys.vault().fingerprint} now. Earlier backups need the earlier one.")

    def keep(self, recovery):
        """Show the recovery key, and take it that it was kept when a part of it is typed back."""
        self.stderr.write("The recovery key. Keep it elsewhere: without it and the server, all files are lost.")
        self.stderr.write(recovery)
        wanted = " and ".join(map(str, actions.asked(recovery)))
        actions.prove(None, self.ask(f"Type its groups {wanted}, as you have kept them: "))

    def export_key(self):
        """The recovery key of the master key that counts."""
        self.stdout.write(master.text(self.counting()))

    def check_key(self):
        """Is it here, and does it fit?"""
        self.counting()
        if self.given and master.fingerprint(master.parse(self.given)) != keys.vault().fingerprint:
            raise CommandError("This recovery key is another one than that of this house.")
        if why := keys.trouble():
            raise CommandError(why)
        self.stdout.write(f"The master key {keys.vault().fingerprint} is here and opens everything.")

    def import_key(self):
        """From what was written down."""
        self.stdout.write(f"The key {actions.bring_back(self.ask('Recovery key: '))} is back. Start the server.")
        if why := keys.trouble():
            raise CommandError(why)

    def counting(self):
        """Return the master key that counts."""
        wanted = keys.vault().fingerprint
        found = master.fitting(wanted) if wanted else None
        if not wanted:
            raise CommandError("Encryption was never turned on: there is no key.")
        if found is None:
            raise CommandError(f"The key {wanted} is not here. Bring it back: manage.py encryption import-key")
        return found

    def ask(self, question):
        """Return what is typed, or what came with --key."""
        return self.given or input(question)

    def work(self):
        """All of it, here."""
        while work.go_on(600, lambda done: self.stderr.write(f"{done.ready:,} of {done.total:,} …")):
            pass
        self.status()
