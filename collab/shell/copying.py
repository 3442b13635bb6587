"""“Make a space like this one” as a job: many files take longer than anybody waits for a page."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import NotFound
from collab.rights.actor import Actor
from collab.rights.right import Right
from collab.spaces import actions
from collab.spaces.models import Space

COPY = "collab.shell.copying.copy"


def begin(actor: Actor, source: Space, name: str, **wanted: Any) -> Job:
    """Queue the copy; `wanted`: what the form of `spaces.actions.copy` takes."""
    title = _("“%(space)s” is made like “%(source)s”") % {"space": name, "source": source.name}
    back = reverse("shell:space-copy", args=[source.pk])
    ref = ("space", source.pk)
    user = actor.user.pk if actor.user else None
    return jobs.start(COPY, user, title=title, ref=ref, back=back, name=name, wanted=wanted)


def copy(progress: jobs.Progress) -> dict[str, Any] | None:
    """Make the space, by the rights that whoever asked has now: whole, with the word that it is done, or not at all."""
    actor = Actor.of(progress.job.actor)
    source = Space.objects.team().select_related("acl").filter(pk=progress.job.ref_id).first()
    if source is None or not actor.can(source, Right.SEE):
        raise NotFound
    with transaction.atomic():
        space = actions.copy(actor, source, progress.arguments["name"], **progress.arguments["wanted"])
        text = _("“%(space)s” is made like “%(source)s”.") % {"space": space.name, "source": source.name}
        url = reverse("shell:space", args=[space.pk])
        progress.finish({"text": text, "url": url, "label": _("Open the space")})
    return None
