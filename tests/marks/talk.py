"""Saying things, reading what was said, and the addresses of it, as browsers know them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from collab.accounts.models import User
from collab.events.models import Change
from collab.marks.models import Comment, Label
from tests.files.web import HTMX, JSON, signed_in, text

SAID = re.compile(r'<div class="prose said__body">(.*?)</div>', re.S)


def address(thing: Any, kind: str = "node") -> str:
    return reverse("shell:comments", args=[kind, thing.pk])


def say(who: User | Client, thing: Any, body: str, *, parent: Comment | None = None, kind: str = "node") -> Any:
    """Write as a script does; return the answer."""
    client = who if isinstance(who, Client) else signed_in(who)
    fields = {"body": body} | ({"parent": parent.pk} if parent else {})
    return client.post(address(thing, kind), fields, **JSON)


def said(who: User, thing: Any, body: str, **more: Any) -> Comment:
    answer = say(who, thing, body, **more)
    assert answer.status_code == 200, text(answer)
    return Comment.objects.get(pk=answer.json()["id"])


def act(who: User, verb: str, comment: Comment, **fields: str) -> Any:
    name = "shell:comment" if verb == "edit" else f"shell:comment-{verb}"
    return signed_in(who).post(reverse(name, args=[comment.pk]), fields, **JSON)


def heard(who: User, thing: Any, kind: str = "node", query: str = "") -> list[str]:
    """The words that the person reads, as plain text."""
    page = text(signed_in(who).get(address(thing, kind) + query, **HTMX))
    return [html.unescape(re.sub("<[^>]+>", "", found)).strip() for found in SAID.findall(page)]


def label(
    who: User, things: list[Any], *, put: tuple[Label, ...] = (), had: tuple[Label, ...] = (), new: str = ""
) -> Any:
    """Send the form of labels for these things; return the answer."""
    fields = {
        "id": [thing.pk for thing in things], "chosen": "1", "label": [one.pk for one in put],
        "had": [one.pk for one in had], "new": new,
    }  # fmt: skip
    return signed_in(who).post(reverse("shell:label-things", args=["node"]), fields, **JSON)


def undo(who: User, answer: Any) -> Any:
    """Press Undo in the toast of an answer."""
    toast = answer.json()["toast"]
    return signed_in(who).post(toast["undo"], toast["fields"], **JSON)


def changes(thing: Any, kind: str) -> list[Any]:
    rows = Change.objects.filter(ref_kind=thing.REF_KIND, ref_id=thing.pk, kind=kind).order_by("pk")
    return [row.after for row in rows]


def told(answer: Any) -> str:
    """The sentence of a refusal."""
    return json.loads(answer.content)["detail"]
