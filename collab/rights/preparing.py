"""What gives a first right on something large is a job: prepared in steps, then done as a whole, or not at all.

No request holds longer than a look at how much lies inside. A door that finds its thing `is_large` checks what it was
asked, and hands its act over: `begin`. The work asks `act_of` for it, makes the things ready, and does the act in one
transaction, by the rights that whoever asked has then. Whatever breaks off before has changed nobody's rights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from collab.events import jobs
from collab.events.models import Job
from collab.lib.errors import Refusal
from collab.rights import links
from collab.rights.actions import is_large, make_ready
from collab.rights.actor import Actor
from collab.rights.guarded import Guarded


class UnderWay(Refusal):
    """202: what was asked is being prepared; whoever knows no jobs is told in a sentence."""

    status = 202
    code = "under-way"
    default = _("Much lies inside, so this takes a moment. It is being done: look again in a minute.")


def begin(work: str, actor: Actor, ref: tuple[str, int], title: str, *, back: str = "", **act: Any) -> Job:
    """Queue the function of the dotted path `work`. `act`, JSON, is kept sealed: a link's password may be in it.

    `back`: where a person tries again.
    """
    sealed = links.box().encrypt(json.dumps(act).encode()).decode()
    plain = {"back": back} if back else {}
    return jobs.start(work, actor.user.pk if actor.user else None, title=title, ref=ref, sealed=sealed, **plain)


def act_of(progress: jobs.Progress) -> dict[str, Any]:
    """Return what `begin` was given."""
    act: dict[str, Any] = json.loads(links.box().decrypt(progress.arguments["sealed"].encode()))
    return act


def make_all_ready(things: Iterable[Guarded]) -> None:
    """Prepare those that are large, one after the other."""
    for thing in things:
        if is_large(thing):
            make_ready(thing)
