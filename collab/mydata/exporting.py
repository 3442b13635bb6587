"""All data of one person in an archive: asked for, written by a job, kept for a week, theirs alone."""

from __future__ import annotations

import io
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collab.accounts import languages, mails
from collab.accounts.actions import people
from collab.accounts.models import User
from collab.events import audit, jobs
from collab.lib import sealed
from collab.lib.errors import Conflict, NotFound
from collab.mydata import archive, letters
from collab.mydata.models import Export
from collab.registry import registry
from collab.vault import keys

KEPT = timedelta(days=7)
WORK = "collab.mydata.exporting.export"
_STRAY_SECONDS = 24 * 3600


def of(person: User) -> Export | None:
    """Return the person's archive, made or being made; one past its day is gone."""
    found = Export.objects.select_related("job").filter(person=person).first()
    return None if found is None or (found.expires_at and found.expires_at <= timezone.now()) else found


@transaction.atomic
def ask(person: User, *, with_versions: bool = False) -> Export:
    """Begin to write the archive, with what files were before if wished for; an earlier archive goes.

    Raises Conflict (one is being made), OverQuota (disk).
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two clicks at once: one archive
    before = Export.objects.select_related("job").filter(person=person).first()
    if before is not None and before.is_going_on:
        raise Conflict(_("Your archive is being made already. It takes a moment."))
    archive.require_room(folder(), people.holdings(person).size)
    discard(person)
    title, back = _("Your data are being packed"), reverse("shell:my-data")
    job = jobs.start(WORK, person.pk, title=title, back=back, with_versions=with_versions)
    audit.record("data-asked", person, ("user", person.pk), str(person))
    return Export.objects.create(person=person, job=job)


@transaction.atomic
def discard(person: User) -> None:
    """Delete the person's archive, if there is one; what is being written stops at its end."""
    for one in Export.objects.select_for_update(of=("self",)).filter(person=person):
        _remove_file(one)
        one.delete()


def export(progress: jobs.Progress) -> dict[str, Any] | None:
    """Write the archive: the work of a job. Whatever goes wrong, nothing is left."""
    person = progress.job.actor
    mine = Export.objects.filter(person=person, job=progress.job)
    if person is None or not person.is_active or not mine.exists():
        raise NotFound(_("This archive is not wanted any more."))
    lock = keys.current()
    name = f"{secrets.token_hex(20)}_{lock.name}.zip" if lock else f"{secrets.token_hex(20)}.zip"
    path = folder() / name
    try:
        versions = bool(progress.arguments.get("with_versions"))
        packing = archive.Archive(path, _telling(progress), lock, with_versions=versions)
        with timezone.override(languages.zone_of(person)), packing as packed:
            for plugin in registry.plugins():
                if plugin.people is not None and plugin.people.export is not None:
                    plugin.people.export(person, packed.section(str(plugin.name)))
            _write_index(person, packed)
        with transaction.atomic():
            size = path.stat().st_size
            now, size = timezone.now(), sealed.plain_size(size) if lock else size
            if not mine.update(file=name, size=size, ready_at=now, expires_at=now + KEPT):
                raise NotFound(_("This archive is not wanted any more."))
            audit.record("data-exported", person, ("user", person.pk), str(person))
            letters.ready(person, now + KEPT)
            progress.finish(
                {"text": _("Your archive is ready."), "url": reverse("shell:my-data"), "label": _("My data")}
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return None


def open_file(one: Export) -> BinaryIO:
    """Open the archive for reading. Raises NotFound when its bytes are gone or damaged, KeyMissing."""
    name = _lock_of(one)
    try:
        file = (folder() / one.file).open("rb")
        return _unsealed(file, keys.named(name), one.file) if name else file
    except (OSError, sealed.Broken):
        raise NotFound(_("This archive is gone. Ask for another.")) from None


def accel(one: Export) -> str:
    """Return the address under which the front finds the archive on this machine, "" for one that lies sealed."""
    return "" if _lock_of(one) else f"/.blobs/{folder().name}/{one.file}"


def sweep() -> None:
    """Delete archives past their day, and what a crash left in their folder."""
    for one in Export.objects.filter(expires_at__lte=timezone.now()):
        with transaction.atomic():
            _remove_file(one)
            one.delete()
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    until = time.time() - _STRAY_SECONDS
    for path in folder().glob("*.zip"):
        if path.name not in known and path.stat().st_mtime < until:
            path.unlink(missing_ok=True)


def remove_all() -> None:
    """Delete every archive, when the whole house ends."""
    for path in folder().glob("*.zip"):
        path.unlink(missing_ok=True)


def forget(person: User, **_how: Any) -> None:
    """Delete the archive of somebody whose account goes."""
    discard(person)


def folder() -> Path:
    """Return where archives lie: where the front finds blobs too, so that it can send them."""
    place: Path = settings.EXPORTS_DIR
    return place


def _lock_of(one: Export) -> str:
    return one.file.removesuffix(".zip").partition("_")[2]


def _unsealed(file: BinaryIO, lock: keys.Lock, name: str) -> BinaryIO:
    window: Any = sealed.Window(file, lock.key, name.encode())
    return io.BufferedReader(window, sealed.SEGMENT)  # type: ignore[return-value]


def _remove_file(one: Export) -> None:
    """Delete the bytes once the row is gone for certain."""
    if one.file:
        path = folder() / one.file
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _telling(progress: jobs.Progress) -> Any:
    def tell(done: int, expected: int, members: int) -> None:
        text = ngettext("%(count)d file packed", "%(count)d files packed", members) % {"count": members}
        progress.tell(min(done, expected), expected, text)

    return tell


def _write_index(person: User, packed: archive.Archive) -> None:
    about = {"person": person, "house": mails.house(), "sections": packed.sections, "now": timezone.now()}
    packed.put(["README.html"], render_to_string("mydata/README.html", about), None)
