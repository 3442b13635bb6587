"""Making a space: from a template, or like one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collab.accounts import ranks
from collab.lib.errors import Forbidden
from collab.lib.partials import Toast, done
from collab.registry import registry
from collab.registry.plugin import Text
from collab.rights.right import EDITOR, LADDER, Right, Role
from collab.shell import copying
from collab.shell.sharing import suggesting
from collab.shell.sharing.wanted import Wanted, read
from collab.shell.space_forms import CopyForm, NewSpaceForm
from collab.shell.views.spaces.frame import find, frame
from collab.spaces import actions
from collab.spaces.templates import TEMPLATES, Template


@dataclass(frozen=True)
class _NewOne:
    """What the names typed in the form are read for: a space in which its maker may give any role."""

    roles: tuple[Role, ...] = LADDER


@dataclass(frozen=True)
class _Offer:
    """A template as a card: what it is, and what the apps put in."""

    template: Template
    starters: list[Text]


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a space, whose maker manages it; those it is for may be named at once."""
    form = NewSpaceForm(request.POST or None)
    wanted = _wanted(request)
    if request.method == "POST" and form.is_valid() and not wanted.errors:
        chosen = form.cleaned_data
        space = actions.create(
            request.actor,
            chosen["name"],
            description=chosen["description"],
            template=chosen["template"],
            members=wanted.given,
        )
        if wanted.principals:
            names = ", ".join(str(one) for one in wanted.principals[:3])
            text = _("“%(space)s” is made for %(names)s.") % {"space": space.name, "names": names}
            return done(request, reverse("shell:space", args=[space.pk]), Toast(text))
        text = _("“%(space)s” is made. Now invite those it is for.") % {"space": space.name}
        return done(request, reverse("shell:space-members", args=[space.pk]), Toast(text))
    context = {
        "form": form,
        "offers": [_Offer(one, _starters(one)) for one in TEMPLATES],
        "chosen": form["template"].value(),
        "wanted": wanted,
        "roles": LADDER,
        "allowed": ranks.may(request.user, "rooms.create"),
    }
    wrong = bool(form.errors or wanted.errors)
    return render(request, "shell/space/new.html", context, status=400 if wrong else 200)


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Names that what was typed may mean, for who may make spaces."""
    if not ranks.may(request.user, "rooms.create"):
        raise Forbidden
    return JsonResponse({"found": suggesting.suggestions(request.GET.get("q", ""), request.actor)})


@login_required
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new space like this one: structure, roles of groups, front page; more when ticked. It may take long."""
    source = find(request, pk)
    request.actor.require(source, Right.MANAGE)
    form = CopyForm(
        request.POST or None,
        initial={"name": _("%(space)s (copy)") % {"space": source.name[:110]}, "description": source.description},
    )
    if request.method == "POST" and form.is_valid():
        if not ranks.may(request.user, "rooms.create"):
            raise Forbidden
        job = copying.begin(request.actor, source, **form.cleaned_data)
        return done(request, reverse("shell:job", args=[job.pk]))
    context = frame(request, source) | {"form": form}
    return render(request, "shell/space/copy.html", context, status=400 if form.errors else 200)


def _wanted(request: HttpRequest) -> Wanted:
    """Read whom to invite first; naming nobody is fine."""
    if request.method != "POST":
        return Wanted(role_slug=EDITOR.slug)
    data = request.POST.copy()
    data.setdefault("role", EDITOR.slug)
    wanted: Any = read(data, _NewOne())
    if not wanted.names:
        wanted.errors.pop("who", None)
    return wanted


def _starters(template: Template) -> list[Text]:
    return [name for one in registry.spaces() if one.starters is not None for name in one.starters(template.slug)]
