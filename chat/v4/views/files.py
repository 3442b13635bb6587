"""Files that come with messages. They lie in the space; each is given by the rights that whoever asks has on it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chat.actions import bringing
from chat.v4 import finding, records
from chat.v4.door import Answer
from collab.lib.errors import BadInput, Forbidden, NotFound
from collab.registry import registry
from collab.rights.actor import Actor


def bring(request: HttpRequest, actor: Actor) -> Any:
    """Keep files for a message that is said next; they lie in the folder of the channel from now on."""
    store = registry.files()
    if store is None:
        raise NotFound
    request.csrf_processing_done = True  # type: ignore[attr-defined] # by a token, not by a cookie
    limits = {"files": bringing.MOST, "each": bringing.EACH, "together": bringing.TOGETHER}
    if request.content_type != "multipart/form-data":
        raise BadInput
    with store.receive(request, **limits) as form:
        where = form.fields.get("channel_id") or request.GET.get("channel_id")
        mine = finding.channel(actor, where)
        if not mine.may_attach:
            raise Forbidden
        if not form.files:
            raise BadInput(_("Choose a file first."))
        with transaction.atomic():
            kept = bringing.keep(actor, store, mine.channel, form.files)
    me = finding.myself(actor).pk
    infos = [records.file(card, None, mine.channel.pk, me) for card in store.cards(actor, kept)]
    return Answer({"file_infos": infos, "client_ids": form.fields.getlist("client_ids")[: bringing.MOST]}, 201)


def give(request: HttpRequest, actor: Actor, file: str) -> Any:
    """The bytes."""
    return _given(request, actor, file, "")


def small(request: HttpRequest, actor: Actor, file: str) -> Any:
    """A small picture of it."""
    return _given(request, actor, file, "small")


def large(request: HttpRequest, actor: Actor, file: str) -> Any:
    """A larger picture of it."""
    return _given(request, actor, file, "medium")


def info(request: HttpRequest, actor: Actor, file: str) -> Any:
    """What there is to know of it."""
    return records.file(*finding.file(actor, file))


def of_post(request: HttpRequest, actor: Actor, post: str) -> Any:
    """The files of a message."""
    found, _mine = finding.message(actor, post)
    return [records.file(card, found) for card in finding.cards(actor, [found]).values()]


def _given(request: HttpRequest, actor: Actor, file: str, size: str) -> Any:
    card, _message = finding.file(actor, file)
    store = registry.files()
    assert store is not None
    return store.give(request, actor, card.id, size=size)
