"""Taking a channel out of the house: asked for, written by a job, kept for a week, its asker's alone.

A channel goes with who manages it, a conversation between people with each of them; “everything” is all the channels
that somebody manages. A rank alone opens nothing: what an administrator has no right on is in no archive of theirs.
"""

from __future__ import annotations

import io
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat import packing, queries
from chat.models import Channel, Export
from chat.queries import Mine
from collab.accounts import languages
from collab.accounts.models import User
from collab.events import audit, jobs
from collab.lib import sealed
from collab.lib.errors import Conflict, Forbidden, NotFound
from collab.mydata import archive
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.vault import keys

KEPT = timedelta(days=7)
WORK = "chat.actions.exporting.export"
NOT_YOURS = gettext_lazy("Only who manages this channel may take all of it out.")
GONE = gettext_lazy("This archive is gone. Ask for another.")
NO_LONGER = gettext_lazy("You no longer manage all of the channels in this archive. Ask for another.")
UNWANTED = gettext_lazy("This archive is not wanted any more.")
_STRAY_SECONDS = 24 * 3600


def require_may(actor: Actor, one: Mine) -> None:
    """Raise Forbidden unless the actor may take the channel out."""
    if not (one.channel.is_between or one.may_manage):
        raise Forbidden(NOT_YOURS)


def of(person: User, channel: Channel | None) -> Export | None:
    """Return the person's archive of the channel (None: of all), made or being made; one past its day is gone."""
    found = Export.objects.select_related("job").filter(person=person, channel=channel).first()
    return None if found is None or (found.expires_at and found.expires_at <= timezone.now()) else found


def is_theirs(actor: Actor, found: Export) -> bool:
    """Whether the actor still manages all that is in an archive of all channels; one that is erased is nobody's."""
    if found.channels is None:  # of one channel, which is asked itself; or of a time that did not note them
        return found.channel_id is not None
    there = Channel.objects.filter(pk__in=found.channels)
    return not there.exclude(pk__in=Channel.objects.allowing(actor, Right.MANAGE).values("pk")).exists()


@transaction.atomic
def ask(actor: Actor, one: Mine | None, *, with_files: bool = False) -> Export:
    """Begin to write the archive of a channel, or of all that the actor manages; the one before it goes.

    Raises Forbidden, Conflict (one is being made), OverQuota (disk).
    """
    user: User = actor.user  # type: ignore[assignment]
    channel = one.channel if one is not None else None
    if one is not None:
        require_may(actor, one)
    elif not packing.managed(actor).exists():
        raise Forbidden(_("You manage no channel."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two clicks at once: one archive
    before = of(user, channel)
    if before is not None and before.is_going_on:
        raise Conflict(_("This archive is being made already. It takes a moment."))
    archive.require_room(folder(), 0)
    discard(user, channel)
    name = one.title if one is not None else _("all channels")
    back = reverse("chat:export", args=[channel.pk]) if channel is not None else reverse("chat:export-all")
    job = jobs.start(WORK, user.pk, title=_("“%(name)s” is being packed") % {"name": name}, back=back)
    subject = (Channel.REF_KIND, channel.pk) if channel is not None else None
    told = channel.title if channel is not None else ""
    audit.record("channel-exported" if channel is not None else "channels-exported", user, subject, told)
    return Export.objects.create(person=user, channel=channel, job=job, with_files=with_files)


@transaction.atomic
def discard(person: User, channel: Channel | None) -> None:
    """Delete the person's archive, if there is one; what is being written stops at its end."""
    for one in Export.objects.select_for_update(of=("self",)).filter(person=person, channel=channel):
        _remove(one)


def discard_all(person: User) -> None:
    """Delete what archives the person has, when their account goes; in the transaction at hand."""
    for one in Export.objects.select_for_update(of=("self",)).filter(person=person):
        _remove(one)


def export(progress: jobs.Progress) -> dict[str, Any] | None:
    """Write the archive: the work of a job. Rights are those of now; whatever goes wrong, nothing is left."""
    wanted = Export.objects.select_related("person", "channel").filter(job=progress.job).first()
    if wanted is None or not wanted.person.is_active:
        raise NotFound(UNWANTED)
    person, actor = wanted.person, Actor.of(wanted.person)
    lock = keys.current()
    name = f"{secrets.token_hex(20)}_{lock.name}.zip" if lock else f"{secrets.token_hex(20)}.zip"
    path = folder() / name
    try:
        packing_up = archive.Archive(path, lock=lock)
        with timezone.override(languages.zone_of(person)), packing_up as packed:
            count, channels = _write(actor, wanted, packed, progress)
        with transaction.atomic():
            size, now = path.stat().st_size, timezone.now()
            size = sealed.plain_size(size) if lock else size
            mine = Export.objects.filter(pk=wanted.pk, job=progress.job)
            if not mine.update(
                file=name, size=size, messages=count, channels=channels, ready_at=now, expires_at=now + KEPT
            ):
                raise NotFound(UNWANTED)
            back = str(progress.arguments["back"])
            progress.finish({"text": _("The archive is ready."), "url": back, "label": _("Download it")})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return None


def _write(
    actor: Actor, wanted: Export, packed: archive.Archive, progress: jobs.Progress
) -> tuple[int, list[int] | None]:
    """Write one channel, or each that the person manages by now, below the name of its space.

    Returns how many messages it was, and which channels, None for one.
    """
    if wanted.channel_id is not None:
        one = queries.mine(actor, wanted.channel_id)
        require_may(actor, one)
        tell = _telling(progress, 0, one.channel.number)
        return packing.Pack(actor, one, packed.section(one.title), with_files=wanted.with_files).write(tell), None
    channels = list(packing.managed(actor).values_list("pk", "number"))
    total, count = sum(number for _pk, number in channels), 0
    sections: dict[int, Any] = {}
    written: list[int] = []
    for pk, _number in channels:
        actor.forget()
        try:
            one = queries.mine(actor, pk)
            require_may(actor, one)
        except (NotFound, Forbidden):  # taken from them while the others were written
            continue
        space = one.channel.space
        into = sections.get(space.pk) or sections.setdefault(space.pk, packed.section(space.name))
        path, tell = packing.folder_of(one.channel), _telling(progress, count, total)
        count += packing.Pack(actor, one, into, path=path, with_files=wanted.with_files).write(tell)
        written.append(pk)
    return count, written


def _telling(progress: jobs.Progress, before: int, total: int) -> Any:
    def tell(count: int) -> None:
        done = before + count
        text = ngettext("%(count)d message packed", "%(count)d messages packed", done) % {"count": done}
        progress.tell(min(done, total), total, text)

    return tell


def open_file(one: Export) -> BinaryIO:
    """Open the archive for reading. Raises NotFound when its bytes are gone or damaged, KeyMissing."""
    lock = _lock_of(one)
    try:
        file = (folder() / one.file).open("rb")
        if not lock:
            return file
        window: Any = sealed.Window(file, keys.named(lock).key, one.file.encode())
        return io.BufferedReader(window, sealed.SEGMENT)  # type: ignore[return-value]
    except (OSError, sealed.Broken):
        raise NotFound(GONE) from None


def accel(one: Export) -> str:
    """Return the address under which the front finds the archive on this machine, "" for one that lies sealed."""
    return "" if _lock_of(one) else f"/.blobs/{settings.EXPORTS_DIR.name}/{folder().name}/{one.file}"


def sweep() -> None:
    """Delete archives past their day, and what a crash left in their folder."""
    for one in Export.objects.filter(expires_at__lte=timezone.now()):
        with transaction.atomic():
            _remove(one)
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    until = time.time() - _STRAY_SECONDS
    for path in folder().glob("*.zip"):
        if path.name not in known and path.stat().st_mtime < until:
            path.unlink(missing_ok=True)


def remove_all() -> None:
    """Delete every archive, when the whole house ends."""
    for path in folder().glob("*.zip"):
        path.unlink(missing_ok=True)


def folder() -> Path:
    """Return where archives lie: below those of people's own data, which the front may send."""
    return Path(settings.EXPORTS_DIR) / "chat"


def _lock_of(one: Export) -> str:
    return one.file.removesuffix(".zip").partition("_")[2]


def _remove(one: Export) -> None:
    if one.file:
        path = folder() / one.file
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    one.delete()
