"""A space's own pages: front, members, settings; and making one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.hues import HUES
from collab.lib.partials import Toast, done
from collab.registry import registry
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, Right, role_of
from collab.shell import members as people
from collab.shell.forms import SpaceForm
from collab.spaces import actions
from collab.spaces.models import Space


@login_required
def front(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, purpose, and the space's tools as large rows."""
    space = _found(request, pk)
    tools = [(tool, tool.url(space)) for plugin in registry.plugins() for tool in plugin.space_tools]
    return render(request, "shell/space/front.html", _frame(request, space) | {"tools": tools})


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in it with which role; a POST gives a role to somebody, new or not."""
    space = _found(request, pk)
    error = ""
    if request.method == "POST":
        try:
            return _set_member(request, space)
        except Refusal as refusal:
            if "who" not in request.POST:
                raise
            error = str(refusal.message)
    context = _frame(request, space) | {
        "rows": people.rows(request.actor, space),  # type: ignore[attr-defined]
        "verdict": people.verdict(space),
        "roles": (roles := people.roles_to_give(request.actor, space)),  # type: ignore[attr-defined]
        "suggestions": people.suggestions(request.actor, space) if roles else [],  # type: ignore[attr-defined]
        "error": error,
        "typed": request.POST.get("who", ""),
    }
    return render(request, "shell/space/members.html", context, status=400 if error else 200)


def _set_member(request: HttpRequest, space: Space) -> HttpResponse:
    """Give the role; the toast undoes it: the role of before, or nothing."""
    principal = _principal(request)
    mask = _mask(request)
    before = principal.grants.filter(acl_id=space.acl_id).values_list("rights", flat=True).first()
    actions.set_member(request.actor, space, principal, mask)  # type: ignore[attr-defined]
    who, role = str(principal), str(role_of(int(mask)).label).lower()
    if before is None:
        undo, fields = reverse("shell:space-member-remove", args=[space.pk]), {"principal": principal.pk}
    else:
        undo, fields = reverse("shell:space-members", args=[space.pk]), {"principal": principal.pk, "mask": before}
    return done(
        request,
        reverse("shell:space-members", args=[space.pk]),
        Toast(_("%(name)s: %(role)s.") % {"name": who, "role": role}, undo, fields),
    )


@login_required
@require_POST
def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a group or person out; the toast puts them back."""
    space = _found(request, pk)
    principal = _principal(request)
    before = principal.grants.filter(acl_id=space.acl_id).values_list("rights", flat=True).first()
    actions.remove_member(request.actor, space, principal)  # type: ignore[attr-defined]
    back = reverse("shell:space-members", args=[space.pk])
    leaving = principal.user_id == request.user.pk
    text = _("You left “%(space)s”.") if leaving else _("%(name)s is no longer in “%(space)s”.")
    toast = Toast(
        text % {"name": str(principal), "space": space.name},
        "" if leaving or before is None else back,
        {"principal": principal.pk, "mask": before},
    )
    still = Space.objects.visible_to(request.actor).filter(pk=space.pk).exists()  # type: ignore[attr-defined]
    return done(request, back if still else "/", toast)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, purpose, colour; archive and restore."""
    space = _found(request, pk)
    request.actor.require(space, Right.MANAGE)  # type: ignore[attr-defined]
    form = SpaceForm(
        request.POST or None, initial={"name": space.name, "description": space.description, "hue": space.hue}
    )
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if value or name == "description"}
        actions.edit(request.actor, space, **fields)  # type: ignore[attr-defined]
        return done(request, reverse("shell:space-edit", args=[space.pk]), Toast(_("Saved.")))
    context = _frame(request, space) | {"form": form, "hues": HUES}
    return render(request, "shell/space/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the space read-only, or bring it back; each undoes the other."""
    space = _found(request, pk)
    back = bool(request.POST.get("restore"))
    (actions.restore if back else actions.archive)(request.actor, space)  # type: ignore[attr-defined]
    text = _("“%(space)s” is back.") if back else _("“%(space)s” is archived: it can be read, not changed.")
    undo = {} if back else {"restore": "1"}
    return done(
        request,
        reverse("shell:space", args=[space.pk]),
        Toast(text % {"space": space.name}, reverse("shell:space-archive", args=[space.pk]), undo),
    )


@login_required
@require_POST
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the space on top of my list, or let it go."""
    space = _found(request, pk)
    pinned = request.POST.get("pinned") == "1"
    actions.pin(request.actor, space, pinned=pinned)  # type: ignore[attr-defined]
    return done(request, reverse("shell:space", args=[space.pk]))


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a space, whose maker manages it."""
    form = SpaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        space = actions.create(request.actor, wanted["name"], description=wanted["description"])  # type: ignore[attr-defined]
        text = _("“%(space)s” is made. Now invite those it is for.") % {"space": space.name}
        return done(request, reverse("shell:space-members", args=[space.pk]), Toast(text))
    return render(request, "shell/space/new.html", {"form": form}, status=400 if form.errors else 200)


def _found(request: HttpRequest, pk: int) -> Space:
    """Return the team space if I may see it; it then is the place of this page."""
    space = Space.objects.visible_to(request.actor).team().filter(pk=pk).first()  # type: ignore[attr-defined]
    if space is None:
        raise NotFound(_("This space is not here, or is not shared with you."))
    request.space = space  # type: ignore[attr-defined]
    return space


def _frame(request: HttpRequest, space: Space) -> dict[str, Any]:
    """What every tab of a space shows."""
    actor = request.actor  # type: ignore[attr-defined]
    return {
        "space": space,
        "manages": actor.can(space, Right.MANAGE),
        "pinned": space.pins.filter(user=request.user).exists(),
    }


def _principal(request: HttpRequest) -> Principal:
    if "who" in request.POST:
        return people.principal_named(request.POST["who"])
    wanted = request.POST.get("principal", "")
    found = Principal.objects.filter(pk=int(wanted), link=None).first() if wanted.isdigit() else None
    if found is None:
        raise BadInput(_("This person or group is gone. Reload the page."))
    return found


def _mask(request: HttpRequest) -> Right:
    """A role by name, or the mask of before when an undo brings it back."""
    if role := BY_SLUG.get(request.POST.get("role", "")):
        return role.mask
    mask = request.POST.get("mask", "")
    if mask.isdigit() and 0 < int(mask) <= Right.ALL:
        return Right(int(mask))
    raise BadInput(_("Choose what this person or group may do."))
