"""A person's files brought over from another house: folder by folder, never over what is here, to be gone on with.

What is here already with the same size and time is not fetched again, so an import that broke off is simply begun anew.
Bytes go from the connection to the store; a folder's list is the most that is in memory.
"""

from __future__ import annotations

import time
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, OverQuota, Refusal
from collab.lib.text import check_name
from collab.marks.actions import labelling, starring
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.templatetags.shell import filesize
from files import nextcloud, queries, storage
from files.actions import creating, tree, writing
from files.entry import Entry
from files.models import Import, ImportSkip, Node
from files.nextcloud import Broken, Found

WORK = "files.actions.importing.work"
SLICE = 20 * 60.0
"""Seconds after which a job hands over to the next, well before a worker's time is over."""
MOST_THINGS = 500_000
MOST_TOLD = 5_000
"""Things that the report names; the others it counts."""

REASONS = {
    "name": gettext_lazy("its name is not possible here"),
    "taken": gettext_lazy("something else has its name here: nothing was written over"),
    "shared": gettext_lazy("somebody else shares it: it is theirs to bring"),
    "encrypted": gettext_lazy("it is encrypted on its owner's devices"),
    "missing": gettext_lazy("it went while we came for it"),
    "refused": gettext_lazy("the Nextcloud did not give it"),
    "unreadable": gettext_lazy("what came could not be read"),
    "too many": gettext_lazy("there is too much in this folder"),
    "deep": gettext_lazy("it lies too deep"),
    "room": gettext_lazy("there is no room left here"),
    "label": gettext_lazy("it came, but not all of its tags"),
}


class _Over(Exception):
    """The time of this job is over: the next one goes on."""


def begin(actor: Actor, folder: Any, base: str, account: str, password: str, *, with_shared: bool = False) -> Job:
    """Ask the other house whether it knows the person, then begin; return the job to show. Needs ADD on the folder.

    Raises BadInput, Forbidden with a sentence on what is wrong, Conflict while another import of the person's goes on.
    """
    if actor.user is None:
        raise NotFound
    actor.require(Node.objects.select_related("acl").get(pk=folder.pk), Right.ADD)
    if any(not part.isprintable() for part in (base, account)) or not account.strip() or len(account) > 200:
        raise BadInput(nextcloud.WRONG_PASSWORD)
    if jobs.under_way(actor.user.pk).filter(kind=WORK).exists():
        raise Conflict(_("An import of yours goes on already. Your home page shows how far it is."))
    remote = nextcloud.Remote(base, account.strip(), password)
    try:
        remote.greet()
    finally:
        remote.close()
    with transaction.atomic():
        made = Import.objects.create(
            user=actor.user, folder=folder.pk, base=nextcloud.base_of(base), account=account.strip(),
            with_shared=with_shared, sealed=_box().encrypt(password.encode()),
        )  # fmt: skip
        return _queue(made)


def _queue(one: Import) -> Job:
    title = _("Import from %(host)s") % {"host": one.base.partition("://")[2]}
    back = reverse("files:import", args=[one.folder])
    job = jobs.start(WORK, one.user_id, title=title, ref=(Node.REF_KIND, one.folder), id=one.pk, back=back)
    Import.objects.filter(pk=one.pk).update(job=job.pk)
    return job


def work(progress: jobs.Progress) -> dict[str, Any]:
    """Bring over what there is, as a job; what is known of the password goes with its end, however that comes."""
    one = Import.objects.select_related("user").get(pk=progress.arguments["id"])
    try:
        done = _Run(one, progress).run()
    except BaseException:
        _end(one)
        raise
    if not done:
        next_job = _queue(one)
        return {"text": _("It goes on."), "url": reverse("shell:job", args=[next_job.pk]), "label": _("See how far")}
    _end(one)
    one.refresh_from_db()
    text = ngettext("%(count)d file came (%(size)s).", "%(count)d files came (%(size)s).", one.files) % {
        "count": one.files, "size": filesize(one.bytes),
    }  # fmt: skip
    if one.skipped:
        text += " " + ngettext("%(count)d thing did not.", "%(count)d things did not.", one.skipped) % {
            "count": one.skipped
        }
    return {"text": text, "url": reverse("files:import-report", args=[one.pk]), "label": _("See the report")}


def _end(one: Import) -> None:
    Import.objects.filter(pk=one.pk).update(sealed=None, ended_at=timezone.now())


def forget_passwords() -> int:
    """Forget the password of every import that nobody does any more: its worker died for good. Returns how many."""
    going = Job.objects.filter(kind=WORK, state__in=(Job.State.WAITING, Job.State.RUNNING)).values("pk")
    return Import.objects.exclude(sealed=None).exclude(job__in=going).update(sealed=None, ended_at=timezone.now())


def _box() -> Fernet:
    return Fernet(settings.ENCRYPTION_KEY)


class _Run:
    """One job's walk through the other house, depth first."""

    def __init__(self, one: Import, progress: jobs.Progress):
        if one.sealed is None:
            raise Forbidden(nextcloud.WRONG_PASSWORD)
        self.one, self.progress = one, progress
        self.until = time.monotonic() + SLICE
        self.things = self.told = 0
        self._skips: list[ImportSkip] = []
        self._counts: dict[str, int] = {}
        self.done = self.total = 0
        self.remote = nextcloud.Remote(one.base, one.account, _box().decrypt(bytes(one.sealed)).decode())
        self.actor = Actor.of(one.user)

    def run(self) -> bool:
        """Return whether all of it is done; not so when the time is over. What was skipped is told anew each time."""
        one = self.one
        ImportSkip.objects.filter(owner=one).delete()
        Import.objects.filter(pk=one.pk).update(present=0, skipped=0)
        try:
            self.total = max(1, self.remote.greet())
            waiting: list[tuple[tuple[str, ...], int]] = [((), one.folder)]
            while waiting:
                self._note()
                path, folder = waiting.pop()
                self.actor = Actor.of(one.user)  # rights are asked for again and again
                waiting += self._folder(path, folder)
            return True
        except _Over:
            return False
        finally:
            self._note()
            self.remote.close()

    def _folder(self, path: tuple[str, ...], folder: int) -> list[tuple[tuple[str, ...], int]]:
        """Bring what lies in one folder; return the folders inside with the ones made for them."""
        inside: list[tuple[tuple[str, ...], int]] = []
        into = queries.entry(self.actor, folder)
        if into is None:
            raise NotFound
        try:
            things = self.remote.inside(path)
        except Broken as broken:
            self._skip(path, str(broken))
            return []
        for thing in things:
            if time.monotonic() > self.until:
                raise _Over
            self.things += 1
            if self.things > MOST_THINGS:
                self._skip((*path, thing.name), "too many")
                return []
            made = self._thing(path, thing, into)
            if made is not None and thing.is_folder:
                inside.append(((*path, thing.name), made))
        return inside

    def _thing(self, path: tuple[str, ...], thing: Found, into: Entry) -> int | None:
        """Bring one file, or make one folder; return its node, None when it was skipped."""
        here = (*path, thing.name)
        why = self._why_not(here, thing)
        if why:
            self._skip(here, why)
            return None
        current = Node.objects.inside(into.pk).visible_to(self.actor).filter(name=thing.name).first()
        try:
            if thing.is_folder:
                node_id = self._folder_here(current, into, thing)
            else:
                node_id = self._file(here, current, into, thing)
        except Broken as broken:
            self._skip(here, str(broken))
            return None
        except OverQuota:
            self._skip(here, "room")
            raise
        except (Conflict, BadInput):
            self._skip(here, "taken")
            return None
        self._mark(here, node_id, thing)
        return node_id

    def _why_not(self, path: tuple[str, ...], thing: Found) -> str:
        try:
            check_name(thing.name)
        except BadInput:
            return "name"
        if thing.encrypted:
            return "encrypted"
        if thing.shared and not self.one.with_shared:
            return "shared"
        return "deep" if len(path) > tree.MAX_DEPTH - 20 else ""

    def _folder_here(self, current: Node | None, into: Entry, thing: Found) -> int:
        if current is not None and current.is_folder:
            return int(current.pk)
        if current is not None:
            raise Conflict
        return int(creating.make_folder(self.actor, into, thing.name, mtime=thing.mtime).pk)

    def _file(self, path: tuple[str, ...], current: Node | None, into: Entry, thing: Found) -> int:
        """Fetch a file, unless it is here already. Raises Broken, Conflict (another thing has its name), OverQuota."""
        if current is not None:
            if current.is_folder or current.size != thing.size or thing.mtime not in {None, current.mtime}:
                raise Conflict
            self._count(present=1)
            self._tell(thing.size, thing.name)
            return int(current.pk)
        return self.remote.tried(lambda: self._fetch(path, into, thing))

    def _fetch(self, path: tuple[str, ...], into: Entry, thing: Found) -> int:
        done = self.done
        with self.remote.open(path) as answer, storage.stage() as staged:
            for block in answer.blocks():
                staged.write(block)
                self.progress.tell(done + staged.size, max(self.total, done + staged.size), thing.name)
            staged.seal()
            written = writing.write(self.actor, into, thing.name, staged, mtime=thing.mtime, guard=_refuse_taken)
        self._count(files=1, bytes=staged.size)
        self._tell(staged.size, thing.name)
        return written.entry.id

    def _mark(self, path: tuple[str, ...], node_id: int, thing: Found) -> None:
        """Put the star and the labels on that the thing has there."""
        if not thing.favourite and not thing.tags:
            return
        node = Node.objects.select_related("acl", "space", "parent").get(pk=node_id)
        if thing.favourite:
            starring.star(self.actor, Node.REF_KIND, node, starred=True)
        for tag in thing.tags:
            try:
                labelling.label(self.actor, [node], new=tag)
            except Refusal:
                self._skip(path, "label")
                return

    def _tell(self, size: int, name: str) -> None:
        self.done += size
        self.progress.tell(self.done, max(self.total, self.done), name)

    def _skip(self, path: tuple[str, ...], why: str) -> None:
        self._count(skipped=1)
        self.told += 1
        if self.told <= MOST_TOLD:
            why = why if why in REASONS else "refused"
            self._skips.append(ImportSkip(owner=self.one, path="/".join(path).replace("\0", ""), why=why))

    def _count(self, **more: int) -> None:
        for name, by in more.items():
            self._counts[name] = self._counts.get(name, 0) + by
        if "files" in more:  # what came stays counted, whatever becomes of this worker
            self._note()

    def _note(self) -> None:
        """Write down what was counted and skipped since the last time."""
        ImportSkip.objects.bulk_create(self._skips, batch_size=500)
        if self._counts:
            found = {name: F(name) + by for name, by in self._counts.items()}
            Import.objects.filter(pk=self.one.pk).update(**found)
        self._skips, self._counts = [], {}


def _refuse_taken(current: Entry | None) -> None:
    if current is not None:
        raise Conflict
