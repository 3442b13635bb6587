"""Who is in a space with which role: a POST gives a role, a removal can be undone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.lib import numerals
from collab.lib.errors import BadInput, Refusal
from collab.lib.partials import Toast, done
from collab.profiles import statuses
from collab.registry import registry
from collab.rights import explain
from collab.rights.models import Principal
from collab.rights.right import BY_SLUG, Right, role_of
from collab.shell import members as people
from collab.shell.views.spaces.frame import find, frame
from collab.spaces import actions
from collab.spaces.models import Space

PAGE = 100


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in it with which role; a POST gives a role to somebody, new or not."""
    space = find(request, pk)
    error = ""
    if request.method == "POST":
        try:
            return _set_member(request, space)
        except Refusal as refusal:
            if "who" not in request.POST:
                raise
            error = str(refusal.message)
    rows = people.rows(request.actor, space)
    start = _start(request)
    statuses.attach(request.actor, [row.who for row in rows[start : start + PAGE]])
    context = frame(request, space) | {
        "rows": rows[start : start + PAGE],
        "more": start + PAGE if len(rows) > start + PAGE else 0,
        "last": next((row for row in rows if row.last and row.roles), None),
        "verdict": people.verdict(space),
        "roles": (roles := people.roles_to_give(request.actor, space)),
        "suggestions": people.suggestions(request.actor, space) if roles else [],
        "invitations": people.invitations(space) if roles and not start else [],
        "linkable": _linkable(request, space),
        "why_not": "" if roles or space.archived_at else explain.reason(space, Right.SHARE),
        "error": error,
        "typed": request.POST.get("who", ""),
    }
    return render(request, "shell/space/members.html", context, status=400 if error else 200)


def _linkable(request: HttpRequest, space: Space) -> list[tuple[str, str]]:
    """Return where public links to the whole space are made, per app, for who may make some."""
    found = []
    for ref, thing in registry.tops(space).items():
        declared = registry.shareable(ref[0])
        may = request.actor.can(thing, Right.SHARE) and not space.archived_at  # type: ignore[attr-defined]
        if may and declared is not None and declared.link_roles is not None and declared.link_roles(thing):
            what = declared.sort(thing)[1] if declared.sort else ""
            found.append((str(what), reverse("shell:links", args=ref)))
    return found


def _start(request: HttpRequest) -> int:
    """Return the row at which the page begins: who is listed is a few at most, but nobody limits it."""
    return numerals.whole(request.GET.get("from", ""), 5) or 0


def _set_member(request: HttpRequest, space: Space) -> HttpResponse:
    """Give the role; the toast undoes it: the role of before, or nothing."""
    principal = _principal(request)
    mask = _mask(request)
    before = principal.grants.filter(acl_id=space.acl_id).values_list("rights", flat=True).first()
    actions.set_member(request.actor, space, principal, mask)
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
    space = find(request, pk)
    principal = _principal(request)
    before = principal.grants.filter(acl_id=space.acl_id).values_list("rights", flat=True).first()
    actions.remove_member(request.actor, space, principal)
    back = reverse("shell:space-members", args=[space.pk])
    leaving = principal.user_id == request.user.pk
    text = _("You left “%(space)s”.") if leaving else _("%(name)s is no longer in “%(space)s”.")
    toast = Toast(
        text % {"name": str(principal), "space": space.name},
        "" if leaving or before is None else back,
        {"principal": principal.pk, "mask": before},
    )
    still = Space.objects.visible_to(request.actor).filter(pk=space.pk).exists()
    return done(request, back if still else "/", toast)


def _principal(request: HttpRequest) -> Principal:
    if "who" in request.POST:
        return people.principal_named(request.POST["who"])
    wanted = numerals.whole(request.POST.get("principal", ""))
    found = Principal.objects.filter(pk=wanted, link=None).first()
    if found is None:
        raise BadInput(_("This person or group is gone. Reload the page."))
    return found


def _mask(request: HttpRequest) -> Right:
    """A role by name, or the mask of before when an undo brings it back."""
    if role := BY_SLUG.get(request.POST.get("role", "")):
        return role.mask
    mask = numerals.whole(request.POST.get("mask", "")) or 0
    if 0 < mask <= Right.ALL:
        return Right(mask)
    raise BadInput(_("Choose what this person or group may do."))
