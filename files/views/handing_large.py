"""Handing a large folder over, and taking it back: jobs, of which nobody sees anything before they are done."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from collab.accounts.models import User
from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import NotFound
from collab.rights import preparing
from collab.rights.actor import Actor
from collab.spaces.models import Space
from files import browsing
from files.actions import handing
from files.models import Node

GIVE = "files.views.handing_large.give"
BACK = "files.views.handing_large.back"


def begin(actor: Actor, node: Node, to: User | Space, keep: str, above: str) -> Job:
    """Queue that it is handed over; the one that is under way already, if there is one. Raises as `handing.check`."""
    handing.check(actor, node, to, keep)
    title = _("“%(name)s” is being handed over to %(who)s") % {"name": node.name, "who": str(to)}
    whom = ("user" if isinstance(to, User) else "space", to.pk)
    again = reverse("files:hand-over", args=[node.pk])
    return _going_on(actor, node) or preparing.begin(
        GIVE, actor, (Node.REF_KIND, node.pk), title, back=again, whom=whom, keep=keep, above=above
    )


def begin_back(actor: Actor, node: Node, sealed: str) -> Job:
    """Queue that it comes back."""
    title = _("“%(name)s” is coming back") % {"name": node.name}
    return _going_on(actor, node) or preparing.begin(BACK, actor, (Node.REF_KIND, node.pk), title, handed=sealed)


def give(progress: jobs.Progress) -> None:
    """Hand it over, by the rights that whoever asked has now."""
    act, job = preparing.act_of(progress), progress.job
    actor = Actor.of(job.actor)
    living = Node.objects.living().visible_to(actor).select_related("acl", "space", "parent")
    node = living.filter(pk=job.ref_id).first()
    kind, pk = act["whom"]
    to = (User if kind == "user" else Space).objects.filter(pk=pk).first()
    if node is None or to is None:
        raise NotFound
    text = _("“%(name)s” is in the hands of %(who)s.") % {"name": node.name, "who": str(to)}

    def done(sealed: str) -> None:
        undo = {"undo": reverse("files:take-back"), "fields": {"handed": sealed}}
        progress.finish({"text": text, "url": act["above"], "label": _("Open the folder it was in"), **undo})

    handing.hand_over_large(actor, node, to, act["keep"], work=job.pk, done=done, tell=progress.tell)


def back(progress: jobs.Progress) -> None:
    """Put it back where it was."""
    actor = Actor.of(progress.job.actor)

    def done(node: Node) -> None:
        url = browsing.of(actor, node.pk).url
        said: dict[str, Any] = {"text": _("“%(name)s” is back.") % {"name": node.name}, "url": url}
        progress.finish(said | {"label": _("Open the folder")})

    sealed = preparing.act_of(progress)["handed"]
    handing.take_back_large(actor, sealed, work=progress.job.pk, done=done, tell=progress.tell)


def _going_on(actor: Actor, node: Node) -> Job | None:
    mine = jobs.under_way(actor.user.pk if actor.user else 0)
    return mine.filter(kind__in=(GIVE, BACK), ref_kind=Node.REF_KIND, ref_id=node.pk).first()
