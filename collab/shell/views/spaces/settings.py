"""A space's name, purpose and colour; keeping it on top of one's list."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.lib.hues import HUES
from collab.lib.partials import Toast, done
from collab.rights.right import Right
from collab.shell.space_forms import SpaceForm
from collab.shell.views.spaces.frame import find, frame
from collab.spaces import actions


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, purpose, colour; the ways to copy it, put it away, bring it back and end it."""
    space = find(request, pk)
    request.actor.require(space, Right.MANAGE)
    form = SpaceForm(
        request.POST or None, initial={"name": space.name, "description": space.description, "hue": space.hue}
    )
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if value or name == "description"}
        actions.edit(request.actor, space, **fields)
        return done(request, reverse("shell:space-edit", args=[space.pk]), Toast(_("Saved.")))
    context = frame(request, space) | {
        "form": form,
        "hues": HUES,
        "may_archive": actions.may_archive(request.actor, space),
        "may_restore": actions.may_restore(request.actor, space),
    }
    return render(request, "shell/space/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the space on top of my list, or let it go; each undoes the other."""
    space = find(request, pk)
    pinned = request.POST.get("pinned") == "1"
    actions.pin(request.actor, space, pinned=pinned)
    text = _("“%(space)s” stays on top of your list.") if pinned else _("“%(space)s” is no longer kept on top.")
    return done(
        request,
        reverse("shell:space", args=[space.pk]),
        Toast(
            text % {"space": space.name},
            reverse("shell:space-pin", args=[space.pk]),
            {"pinned": "0" if pinned else "1"},
        ),
    )
