"""What happened to polls, in sentences; what is told as one. Nothing says what somebody answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.events.models import Change
from collab.lib.routes import reverse
from collab.registry import registry
from collab.registry.plugin import Gather, Notice, Told
from collab.rights.actor import Actor
from polls.models import Poll

_SENTENCES: dict[str, Any] = {
    "poll-make": gettext_lazy("made this poll"),
    "poll-change": gettext_lazy("changed this poll"),
    "poll-answer": gettext_lazy("answered this poll"),
    "poll-withdraw": gettext_lazy("took an answer to this poll back"),
    "poll-remove": gettext_lazy("took somebody's answers out of this poll"),
    "poll-unremove": gettext_lazy("brought somebody's answers back into this poll"),
    "poll-propose": gettext_lazy("proposed another option in this poll"),
    "poll-invite": gettext_lazy("invited people to this poll"),
    "poll-remind": gettext_lazy("reminded those who have not answered this poll"),
    "poll-close": gettext_lazy("closed this poll"),
    "poll-reopen": gettext_lazy("opened this poll again"),
    "poll-decide": gettext_lazy("decided this poll"),
    "poll-undecide": gettext_lazy("took the decision of this poll back"),
    "poll-archive": gettext_lazy("archived this poll"),
    "poll-unarchive": gettext_lazy("took this poll out of the archive"),
    "poll-trash": gettext_lazy("threw this poll away"),
    "poll-restore": gettext_lazy("brought this poll back"),
    "share": gettext_lazy("gave access to it"),
    "unshare": gettext_lazy("took access to it away"),
    "link": gettext_lazy("made a public link to it"),
    "restrict": gettext_lazy("reserved it for those named on it"),
    "inherit": gettext_lazy("opened it again to all of the space"),
}
_BY_NOBODY: dict[str, Any] = {
    "poll-make": gettext_lazy("Somebody without an account made this poll"),
    "poll-answer": gettext_lazy("Somebody answered by the public link"),
    "poll-propose": gettext_lazy("Somebody proposed another option by the public link"),
    "poll-withdraw": gettext_lazy("Somebody took an answer back by the public link"),
    "comment": gettext_lazy("Somebody wrote a comment by the public link"),
    "poll-remind": gettext_lazy("Those who have not answered were reminded"),
}
GATHERS = dict.fromkeys(("poll-answer", "poll-change", "share", "unshare", "link"), Gather(alike=("ref",)))
FORGETS = {"poll-make": ("title",), "poll-change": ("title",)}


def seen(actor: Actor) -> Any:
    """Return the polls the actor may see, thrown away or not."""
    return Poll.objects.visible_to(actor)


def tell(actor: Actor, changes: list[Change]) -> list[Told]:
    """Put changes of polls into sentences, leaving out those of polls that the actor does not see."""
    found = seen(actor).select_related("space").in_bulk({change.ref_id for change in changes})
    told = []
    for change in changes:
        if (poll := found.get(change.ref_id)) is None:
            continue
        alone = change.actor_id is None and (_is_by_nobody(change) or _is_by_key(change))
        url = reverse("polls:poll", args=[poll.pk]) if poll.deleted_at is None else ""
        told.append(Told(change.seq, _sentence(change, alone), poll.title, url, alone=alone))
    return told


def _sentence(change: Change, alone: bool) -> str:
    if alone and _is_by_key(change):
        return _("Whoever has its key %(did)s") % {"did": _SENTENCES[change.kind]}
    if alone:
        return str(_BY_NOBODY[change.kind])
    if change.kind in _SENTENCES:
        return str(_SENTENCES[change.kind])
    said = registry.said(change)
    return _("changed it") if said is None else said


def _is_by_nobody(change: Change) -> bool:
    return change.kind in _BY_NOBODY and (change.kind != "comment" or bool((change.after or {}).get("visitor")))


def _is_by_key(change: Change) -> bool:
    return bool((change.after or {}).get("key")) and change.kind in _SENTENCES


def _named(kind: str) -> Any:
    """Return how the people are found whom a change of this kind names."""

    def whom(space_id: int, changes: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        for change in changes:
            if change.kind == kind:
                yield from ((person, change) for person in (change.after or {}).get("people", ()))

    return whom


_NOTICES = (
    ("invite", gettext_lazy("Polls that wait for my answer"), gettext_lazy("because you are invited to this poll"),
     gettext_lazy("asks for your answer")),
    ("remind", gettext_lazy("Reminders of polls"), gettext_lazy("because your answer to this poll is awaited"),
     gettext_lazy("reminds you to answer")),
    ("decide", gettext_lazy("What polls that I answered decide"), gettext_lazy("because you answered this poll"),
     gettext_lazy("chose the outcome of")),
)  # fmt: skip
NOTICES = tuple(
    Notice(f"polls.{verb}", label, why, whom=_named(f"poll-{verb}"), said=said, mail=verb != "decide")
    for verb, label, why, said in _NOTICES
)
