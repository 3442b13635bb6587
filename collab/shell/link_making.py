"""A public link to a large folder: a job, which makes it at its end as a whole, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import NotFound
from collab.rights import links as rights
from collab.rights import preparing
from collab.rights.actions import make_ready
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.shell import links

WORK = "collab.shell.link_making.make"


def begin(actor: Actor, thing: Any, title: str, asked: dict[str, Any]) -> Job:
    """Queue the link that `rights.make_link` would make of `asked`. Raises what it raises, as far as that is known."""
    rights.require_making(actor, thing, **asked)
    end: datetime | None = asked["expires_at"]
    act = asked | {"mask": int(asked["mask"]), "expires_at": end.isoformat() if end else None}
    ref = (thing.REF_KIND, thing.pk)
    said = _("A public link to “%(name)s” is being made") % {"name": title}
    return preparing.begin(WORK, actor, ref, said, back=reverse("shell:links", args=ref), asked=act)


def going_on(user: Any, kind: str, pk: int) -> Job | None:
    """Return the link that this person is waiting for here."""
    return jobs.under_way(user.pk).filter(kind=WORK, ref_kind=kind, ref_id=pk).first()


def make(progress: jobs.Progress) -> None:
    """Make the link, by the rights that whoever asked has now."""
    job, asked = progress.job, preparing.act_of(progress)["asked"]
    end = asked.pop("expires_at")
    asked |= {"expires_at": datetime.fromisoformat(end) if end else None}
    actor, kind, pk = Actor.of(job.actor), job.ref_kind, int(job.ref_id or 0)
    declared, thing = links.seen(actor, kind, pk)
    if declared is None or thing is None:
        raise NotFound
    asked["mask"] = Right(asked["mask"])
    rights.require_making(actor, thing, **asked)
    make_ready(thing)
    with transaction.atomic():
        made = rights.make_link(actor, thing, **asked)
        toast = links.made(kind, pk, made, links.withheld(actor, declared, thing))
        progress.finish(
            {
                "text": str(toast.text), "undo": toast.undo, "fields": toast.fields,
                "url": reverse("shell:links", args=[kind, pk]), "label": _("See its public links"),
            }
        )  # fmt: skip
