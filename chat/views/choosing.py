"""Files that lie here already and are to go with a message: what is read from forms, and who would not see them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import queries
from chat.actions import bringing, naming
from chat.actions.bringing import Chosen
from collab.accounts.models import User
from collab.lib.errors import NotFound
from collab.registry import registry
from collab.rights.actor import Actor
from collab.shell.answers import numbers


def read(fields: QueryDict) -> Chosen:
    """Return what a form brings as `chosen`, and as `copied` those of them of which a copy is made. Raises BadInput."""
    ids = numbers(fields.getlist("chosen"), needed=False)
    copied = {*numbers(fields.getlist("copied"), needed=False)}
    return Chosen(tuple(pk for pk in ids if pk not in copied), tuple(pk for pk in ids if pk in copied))


def door(actor: Actor) -> str:
    """Return the address at which the actor chooses among files, "" where there is none for them."""
    store = registry.files()
    return store.chooser(actor) if store is not None else ""


@require_safe
def chosen(request: HttpRequest, pk: int) -> HttpResponse:
    """What was chosen, as a part of the form: each says how many of those in the channel may not see it."""
    one, store = queries.mine(request.actor, pk), registry.files()
    if store is None or not one.may_attach:
        raise NotFound
    ids = numbers(request.GET.getlist("file"), needed=False)[: bringing.MOST]
    unseen = store.unseen(request.actor, ids, naming.everybody(one.channel)) if ids else {}
    lacking = {pk for those in unseen.values() for pk in those}
    people = {*User.objects.filter(pk__in=lacking, is_bot=False).values_list("pk", flat=True)}
    rows = [(card, len(people & {*unseen.get(card.id, ())})) for card in store.cards(request.actor, ids)]
    copied = numbers(request.GET.getlist("copied"), needed=False)
    return render(request, "chat/_chosen.html", {"rows": rows, "one": one, "copied": copied})
