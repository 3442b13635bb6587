"""Polls as tests make them and their pages as browsers ask for them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from collab.accounts.models import User
from collab.rights.links import token_of
from collab.rights.models import Link
from collab.spaces.models import Space
from polls.actions import answering, making
from polls.models import Option, Participant, Poll
from polls.slots import Slot
from tests import town as make

FIELDS: dict[str, Any] = {"title": "The next meeting", "method": Poll.Method.MAYBE}
EVENING = (time(18, 30), time(20, 30))


def dates(who: User, space: Space, *days: date | Slot, public: bool = False, **fields: Any) -> Poll:
    """A poll about these days."""
    slots = [day if isinstance(day, Slot) else Slot(day) for day in days or (date(2030, 12, 8), date(2030, 12, 10))]
    wanted = [making.Wanted(slot) for slot in slots]
    return making.make(make.act(who), space, "date", FIELDS | fields, wanted, zone="Europe/Paris", public=public)


def choice(who: User, space: Space, *words: str, public: bool = False, **fields: Any) -> Poll:
    """A poll about these words."""
    wanted = [making.Wanted(text=one) for one in words or ("Red", "Green", "Blue")]
    fields = FIELDS | {"title": "Which colour?", "method": Poll.Method.PICK} | fields
    return making.make(make.act(who), space, "choice", fields, wanted, public=public)


def options(poll: Poll) -> list[Option]:
    return list(poll.options.filter(removed_at=None))


def given(poll: Poll, *values: Any) -> dict[str, Any]:
    """Answers to the options in their order; None leaves one out."""
    return {str(o.pk): value for o, value in zip(options(poll), values, strict=False) if value is not None}


def answer(who: User, poll: Poll, *values: Any, **more: Any) -> Participant:
    return answering.answer(make.act(who), fresh(poll), None, given(poll, *values), **more)


def fresh(poll: Poll) -> Poll:
    return Poll.objects.select_related("acl", "space").get(pk=poll.pk)


def link_of(poll: Poll) -> Link:
    return Link.objects.get(kind="poll", object_id=poll.pk)


def public_url(who: User, poll: Poll, link: Link | None = None) -> str:
    """The address of the poll's public link."""
    return reverse("shell:link", args=[token_of(make.act(who), link or link_of(poll), fresh(poll))])


class Stranger(Client):
    """A browser of somebody without account; it sends plain forms, as browsers do where there is no file."""

    def post(self, path: str, data: Any = None, **more: Any) -> Any:  # type: ignore[override]
        body = urlencode(data or {}, doseq=True)
        return super().post(path, body, content_type="application/x-www-form-urlencoded", **more)


def stranger(language: str = "en", **options: Any) -> Stranger:
    return Stranger(HTTP_ACCEPT_LANGUAGE=language, **options)


def form(poll: Poll, *values: Any, **more: Any) -> dict[str, Any]:
    """What the form of answers sends."""
    if poll.method == Poll.Method.PICK:
        return {"pick": [key for key, value in given(poll, *values).items() if value == "y"], **more}
    return {f"o{key}": value for key, value in given(poll, *values).items()} | more


def url(poll: Poll, name: str = "poll", *more: Any) -> str:
    return reverse(f"polls:{name}", args=[poll.pk, *more])
