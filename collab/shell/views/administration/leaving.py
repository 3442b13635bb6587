"""Deleting an account: who receives the files, or that they are erased."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from collab.accounts.actions import people as actions
from collab.accounts.models import User
from collab.lib.errors import Conflict, Locked
from collab.lib.partials import Toast, done
from collab.shell import deleting
from collab.shell.answers import under_way
from collab.shell.forms import HeirForm
from collab.shell.views.administration.gate import administrators
from collab.shell.views.administration.people import find_person
from collab.spaces import keeping


@administrators
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who inherits; with `erase` ask, naming how much, whether all of it may end. Neither can be undone."""
    person = find_person(pk)
    actions.require_deletable(request.user, person)
    held = actions.holdings(person)
    typed = request.POST if request.method == "POST" else None
    erase = bool(held) and (request.GET if typed is None else typed).get("erase") == "1"
    form = HeirForm(actions.heirs(person), typed) if held and not erase else None
    context = {"person": person, "held": held, "erase": erase, "form": form, "alone": []}
    if request.method == "POST" and (form is None or form.is_valid()):
        heir = form.cleaned_data["heir"] if form else None
        try:
            return _deleted(request, person, heir, erase)
        except (Conflict, Locked) as refusal:
            return _page(request, context | {"refusal": refusal}, refusal.status)
    return _page(request, context, 400 if form is not None and form.errors else 200)


def _deleted(request: HttpRequest, person: User, heir: User | None, erase: bool) -> HttpResponse:
    if deleting.takes_long(person):
        return under_way(request, deleting.begin(request.user, person, heir, erase=erase))
    name = str(person)
    actions.delete(request.user, person, heir=heir, erase=erase)
    return done(request, reverse("shell:administration-people"), Toast(deleting.done_text(name, heir)))


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    context["alone"] = keeping.left_alone(context["person"], for_good=True)
    return render(request, "shell/administration/person_delete.html", context, status=status)
