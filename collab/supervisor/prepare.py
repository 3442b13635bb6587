"""What must be done before an instance answers: schema, static files, and the link that makes the owner."""

import hashlib
import os
import sys
from pathlib import Path

KEY_MISSING = 3


def main() -> int:
    """Do it, and print the address of the one-time link when there is no owner yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    import django

    django.setup()
    migrate()
    if missing := key_missing():
        sys.stderr.write(f"{missing}\n")
        return KEY_MISSING
    collect_static()
    from django.core.management import call_command

    call_command("setup-link")
    return 0


def key_missing() -> str:
    """Return why what is sealed in this house cannot be opened, and the way out; "" when it can."""
    from collab.vault import keys

    why = keys.trouble()
    return why and (
        f"Collab does not start: files here are encrypted, and {why}. Nothing is lost. Bring the key back where it was"
        " (COLLAB_MASTER_KEY_FILE, COLLAB_MASTER_KEY), or run “manage.py encryption import-key” with the recovery key."
    )


def migrate() -> None:
    """Bring the schema up to date; of several processes that start at once, one does it and the others wait."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> None:
    """Copy and hash the static files, unless none has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    mark = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            mark.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".made-from"
    if stamp.exists() and stamp.read_text() == mark.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(mark.hexdigest())


if __name__ == "__main__":
    sys.exit(main())
