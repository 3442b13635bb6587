"""Polls that other apps ask for: `Plugin.polls`, and the form filled with words of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from collab.rights.actor import Actor
from collab.rights.right import Right
from polls.actions import making
from polls.models import Poll


def begin(actor: Actor, space: Any, title: str, text: str) -> str:
    """Return the form of a new poll with these words, "" where the actor makes none."""
    if actor.user is None or actor.user.is_guest:
        return ""
    said = {"kind": Poll.Kind.CHOICE, "title": title[:200], "text": text[:2000]}
    if space is not None and actor.can(space, Right.ADD):
        said["space"] = space.pk
    return f"{reverse('polls:new')}?{urlencode(said)}"


class Maker:
    """The port itself (`collab.registry.ports.PollMaker`)."""

    def make(self, actor: Actor, space: Any, question: str, options: Sequence[str]) -> str:
        """Make a choice of one of these, answered with yes or no to each."""
        wanted = [making.Wanted(text=one) for one in options]
        made = making.make(actor, space, Poll.Kind.CHOICE, {"title": question, "method": Poll.Method.PICK}, wanted)
        return reverse("polls:poll", args=[made.pk])
