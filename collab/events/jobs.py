"""Long work that a person waits for: queued on commit, shown with its progress, done once."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import Error, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as QueueAway
from redis.exceptions import RedisError

from collab.events import audit
from collab.events.models import Job
from collab.lib.errors import Refusal

logger = logging.getLogger(__name__)
Work = Callable[["Progress"], dict[str, Any] | None]

STALE = timedelta(seconds=90)
"""A running job that was silent for so long has lost its worker; a waiting one its message."""
BEAT = 15.0
SHOWN_EVERY = 0.5
MOST_AT_ONCE = 2
"""Of four threads of a worker: mail and the relay go on whatever people ask for."""
MOST_TRIES = 3
KEPT = timedelta(days=7)
_ADDRESS = "_address"
"""Where it was asked from: the audit log tells it of what the job does."""

_here: ContextVar[Progress | None] = ContextVar("collab.job", default=None)


class Overtaken(Exception):
    """The job was given to another worker, which took this one for dead: what it did is rolled back."""


class Progress:
    """Given to the work: its arguments, and where it tells how far it is."""

    def __init__(self, job: Job):
        self.job = job
        self.arguments: dict[str, Any] = job.arguments
        self.done = self.total = 0
        self.message = ""
        self.finished = False

    def tell(self, done: int, total: int, message: str = "") -> None:
        """Note “done of total”, as often as one likes: it is written beside the work, whatever transaction is open."""
        self.done, self.total, self.message = done, total, str(message)[:500] or self.message

    def finish(self, result: dict[str, Any] | None) -> None:
        """Mark the job done in the transaction of its last step: both are there, or neither.

        Raises Overtaken when another worker has begun it anew.
        """
        mine = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, attempts=self.job.attempts)
        if not mine.update(state=Job.State.DONE, result=result, message="", updated_at=timezone.now()):
            raise Overtaken
        self.finished = True


def start(
    kind: str, actor_id: int | None, *, title: str = "", ref: tuple[str, int] | None = None, **arguments: Any
) -> Job:
    """Queue the work named by the dotted path `kind`; it begins after the commit. Returns the job to show.

    `title`: what it is called, in the language of who waits; `ref`: the thing it is about, ("node", 12); `back` among
    the arguments: where one tries again. A result may have `text`, and `url` with its `label`.
    """
    arguments[_ADDRESS] = audit.address.get()
    job = Job.objects.create(
        kind=kind, actor_id=actor_id, title=str(title)[:300], language=translation.get_language() or "",
        ref_kind=ref[0] if ref else "", ref_id=ref[1] if ref else None, arguments=arguments,
    )  # fmt: skip
    transaction.on_commit(lambda: _queue(job.pk))
    return job


def under_way(actor_id: int) -> QuerySet[Job]:
    """Return what this person waits for now."""
    return Job.objects.filter(actor_id=actor_id, state__in=(Job.State.WAITING, Job.State.RUNNING))


def tell(done: int, total: int, message: str = "") -> None:
    """Tell how far the job at hand is, from wherever in it; outside of a job, nothing."""
    progress = _here.get()
    if progress is not None:
        progress.tell(done, total, message)


def run(job_id: str) -> None:
    """Do the job unless it is done or somebody does it; a job whose worker died begins again (work must bear that)."""
    job = _claim(job_id)
    if job is None:
        return
    progress = Progress(job)
    token, address = _here.set(progress), audit.address.set(str(job.arguments.get(_ADDRESS, "")))
    try:
        with translation.override(job.language or None), _Heart(progress):
            _do(job, progress)
    finally:
        _here.reset(token)
        audit.address.reset(address)
        for pk in Job.objects.filter(state=Job.State.WAITING).order_by("created_at").values_list("pk", flat=True)[:1]:
            _queue(pk)


def rescue() -> None:
    """Queue again what waits, or was being done, and was silent for long: its message or its worker is lost."""
    silent = Job.objects.filter(_silent(), state__in=(Job.State.WAITING, Job.State.RUNNING)).order_by("created_at")
    for pk in silent.values_list("pk", flat=True)[:50]:
        _queue(pk)


def forget() -> int:
    """Delete what ended days ago. Returns how many."""
    ended = Job.objects.filter(state__in=(Job.State.DONE, Job.State.FAILED), updated_at__lt=timezone.now() - KEPT)
    return ended.delete()[0]


@transaction.atomic
def _claim(job_id: str) -> Job | None:
    """Take the job: it waits, or its worker is dead. None when it is not to be had, or enough others run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('collab.events.jobs'))")
    job = Job.objects.filter(Q(state=Job.State.WAITING) | Q(_silent(), state=Job.State.RUNNING), pk=job_id).first()
    running = Job.objects.filter(~_silent(), state=Job.State.RUNNING)
    if job is None or running.count() >= MOST_AT_ONCE:
        return None
    if job.attempts >= MOST_TRIES:
        with translation.override(job.language or None):
            _fail(job, _("This was begun several times, and broke off each time. Tell the person who runs this house."))
        return None
    job.state, job.attempts = Job.State.RUNNING, job.attempts + 1
    job.save(update_fields=["state", "attempts", "updated_at"])
    return job


def _do(job: Job, progress: Progress) -> None:
    module, _dot, name = job.kind.rpartition(".")
    try:
        work: Work = getattr(importlib.import_module(module), name)
        result = work(progress)
        if not progress.finished:
            progress.finish(result)
    except Refusal as refusal:
        _fail(job, str(refusal.message))
    except Overtaken:
        logger.warning("job %s was given to another worker", job.kind)
    except Exception:
        _fail(job, _("Something failed on our side. Your data is intact. Try again in a minute."))
        logger.exception("job %s failed", job.kind)


def _fail(job: Job, why: str) -> None:
    Job.objects.filter(pk=job.pk, attempts=job.attempts).exclude(state=Job.State.DONE).update(
        state=Job.State.FAILED, message=why, updated_at=timezone.now()
    )


def _silent() -> Q:
    return Q(updated_at__lt=timezone.now() - STALE)


def _queue(pk: Any) -> None:
    """Send the message; where the queue is away, `rescue` does it within two minutes."""
    from collab.events.tasks import run_job

    try:
        run_job.apply_async((str(pk),), retry=False)
    except (QueueAway, RedisError):
        logger.warning("job %s waits: the queue is away", pk)


class _Heart:
    """Writes that the work lives and how far it is, on a connection of its own: the work may be one transaction."""

    def __init__(self, progress: Progress):
        self._progress = progress
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *failure: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        told, last = (0, 0, ""), time.monotonic()
        while not self._over.wait(SHOWN_EVERY):
            progress = self._progress
            now = (progress.done, progress.total, progress.message)
            if now == told and time.monotonic() - last < BEAT:
                continue
            try:
                running = Job.objects.filter(
                    pk=progress.job.pk, state=Job.State.RUNNING, attempts=progress.job.attempts
                )
                running.update(done=now[0], total=now[1], message=now[2], updated_at=timezone.now())
                told, last = now, time.monotonic()
            except Error:
                logger.warning("how far job %s is could not be noted: the database is away", progress.job.kind)
            finally:
                connection.close()
