"""Long work that a person waits for: queued on commit, shown with its progress, done once."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from collab.events.models import Job
from collab.lib.errors import Refusal

logger = logging.getLogger(__name__)
Work = Callable[["Progress"], dict[str, Any] | None]


class Progress:
    """Given to the work: its arguments, and where it tells how far it is."""

    def __init__(self, job: Job):
        self.job = job
        self.arguments: dict[str, Any] = job.arguments

    def tell(self, done: int, total: int, message: str = "") -> None:
        """Note “done of total”; call it at most a few times a second."""
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total, message=message[:500])


def start(kind: str, actor_id: int | None, **arguments: Any) -> Job:
    """Queue the work named by the dotted path `kind`; it begins after the commit. Returns the job to show."""
    job = Job.objects.create(kind=kind, actor_id=actor_id, arguments=arguments)
    from collab.events.tasks import run_job

    transaction.on_commit(lambda: run_job.delay(str(job.pk)))
    return job


def run(job_id: str) -> None:
    """Do the job unless it is done; a job whose worker died begins again (work must bear that)."""
    job = Job.objects.filter(pk=job_id).exclude(state=Job.State.DONE).first()
    if job is None:
        return
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    module, _dot, name = job.kind.rpartition(".")
    work: Work = getattr(importlib.import_module(module), name)
    try:
        result = work(Progress(job))
    except Refusal as refusal:
        Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, message=str(refusal.message))
    except Exception:
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.FAILED,
            message=_("Something failed on our side. Your data is intact. Try again in a minute."),
        )
        logger.exception("job %s failed", job.kind)
    else:
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, result=result)
