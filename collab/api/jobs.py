"""What was asked of something large, and is being prepared: told to whoever asked for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Status

from collab.api import words
from collab.api.door import asking, scope_of
from collab.events.jobs import Progress
from collab.events.models import Job
from collab.lib.errors import NotFound
from collab.registry import registry
from collab.registry.plugin import Shareable
from collab.rights.actor import Actor
from collab.rights.right import Right

router = Router(tags=["jobs"])


@router.get("/{uuid:job_id}", response=words.Job, summary="How far it is")
def one_job(request: HttpRequest, job_id: UUID) -> Any:
    """What you asked for and was answered 202; nobody else finds it."""
    job = Job.objects.filter(pk=job_id, actor=request.actor.user).first()  # type: ignore[attr-defined]
    if job is None or registry.shareable(job.ref_kind) is None:
        raise NotFound
    asking(request, scope_of(job.ref_kind))
    return _record(job)


def accepted(job: Job, response: HttpResponse) -> Any:
    """Answer that it is begun, and where to ask how far it is."""
    response["Location"] = reverse("api:one_job", args=[job.pk])
    response["Retry-After"] = "1"
    return Status(202, _record(job))


def subject(progress: Progress, right: Right) -> tuple[Actor, Shareable, Any]:
    """Return who asked, the declaration of the kind, and the thing of a job. Raises NotFound, Forbidden (by now)."""
    job = progress.job
    actor, declared = Actor.of(job.actor), registry.shareable(job.ref_kind)
    thing = declared.get(job.ref_id) if declared and job.ref_id else None
    if declared is None or thing is None or not actor.can(thing, Right.SEE):
        raise NotFound
    actor.require(thing, right)
    return actor, declared, thing


def result(text: str, made: str | None = None) -> dict[str, Any]:
    """Return what a job tells of its end: a sentence for its page, and the address of what was made."""
    return {"text": text, **({"made": made} if made else {})}


def _record(job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "state": str(job.state),
        "title": job.title or _("Under way"),
        "thing": {"kind": job.ref_kind, "id": job.ref_id},
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "made": (job.result or {}).get("made"),
    }
