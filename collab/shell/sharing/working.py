"""The first share of a large folder as a job: prepared in steps, given at the end as a whole, or not at all."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import BadInput
from collab.lib.partials import Toast
from collab.rights import actions as rights
from collab.rights.actions import Given
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell.sharing.subject import Subject, find
from collab.shell.sharing.wanted import pack, unpack

SHARE = "collab.shell.sharing.working.share"
RESTRICT = "collab.shell.sharing.working.restrict"


def begin_share(subject: Subject, given: list[Given], names: str) -> Job:
    """Queue what the form asked for; whoever shares sees how far it is."""
    title = _("“%(name)s” is being shared with %(who)s") % {"name": subject.title, "who": names}
    return _begin(SHARE, subject, title, given=pack(given), names=names)


def begin_restrict(subject: Subject) -> Job:
    """Queue that the thing is kept to those named on it."""
    return _begin(RESTRICT, subject, _("“%(name)s” is being reserved") % {"name": subject.title})


def going_on(subject: Subject) -> Job | None:
    """Return what this viewer began here and is still waiting for."""
    if subject.actor.user is None:
        return None
    mine = jobs.under_way(subject.actor.user.pk).filter(ref_kind=subject.kind, ref_id=subject.pk)
    return mine.filter(kind__in=(SHARE, RESTRICT)).first()


def share(progress: jobs.Progress) -> dict[str, Any] | None:
    """Give what was asked for, by the rights that whoever asked has now."""
    subject = _subject(progress, Right.SHARE)
    given = [one for one in unpack(progress.arguments["given"]) if one.mask]
    if not given:
        raise BadInput(_("This person or group is gone. Reload the page."))
    rights.make_ready(subject.thing)
    with transaction.atomic():
        before = rights.given_on(subject.thing, [one.principal for one in given])
        rights.share_all(subject.actor, subject.thing, given)
        text = _("Shared with %(names)s.") % {"names": progress.arguments["names"]}
        progress.finish(_result(subject, Toast(text, _address(subject, "change"), {"before": pack(before)})))
    return None


def restrict(progress: jobs.Progress) -> dict[str, Any] | None:
    """Keep the thing to those named on it."""
    subject = _subject(progress, Right.MANAGE)
    rights.make_ready(subject.thing)
    with transaction.atomic():
        progress.finish(_result(subject, reserve(subject)))
    return None


def reserve(subject: Subject) -> Toast:
    """Keep the thing to those named on it. Managers are copied onto it; the undo takes the copies away again."""
    named = {given.principal: given for given in rights.given_on(subject.thing)}
    rights.stop_inheriting(subject.actor, subject.thing)
    fresh = rights.given_on(subject.thing)
    before = [named.get(given.principal, Given(given.principal, 0)) for given in fresh]
    changed = [old for old, new in zip(before, fresh, strict=True) if old != new]
    text = _("“%(name)s” is reserved to those named here.") % {"name": subject.title}
    return Toast(text, _address(subject, "unrestrict"), {"before": pack(changed)})


def toast_of(job: Job) -> Toast:
    """Return what is said when the job is done."""
    kept = job.result or {}
    return Toast(kept.get("text", ""), kept.get("undo", ""), kept.get("fields", {}))


def _begin(kind: str, subject: Subject, title: str, **arguments: Any) -> Job:
    user = subject.actor.user
    ref = (subject.kind, subject.pk)
    return jobs.start(
        kind, user.pk if user else None, title=title, ref=ref, back=_address(subject), **arguments
    )  # fmt: skip


def _subject(progress: jobs.Progress, right: Right) -> Subject:
    job = progress.job
    subject = find(Actor.of(job.actor), job.ref_kind, int(job.ref_id or 0))
    subject.actor.require(subject.thing, right)
    return subject


def _result(subject: Subject, toast: Toast) -> dict[str, Any]:
    return {
        "text": str(toast.text), "undo": toast.undo, "fields": toast.fields, "url": _address(subject),
        "label": _("See who has access"),
    }  # fmt: skip


def _address(subject: Subject, verb: str = "") -> str:
    return reverse(f"shell:share-{verb}" if verb else "shell:share", args=[subject.kind, subject.pk])
