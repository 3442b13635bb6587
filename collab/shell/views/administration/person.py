"""The page of one person: who they are, their profile, groups, spaces, room, account; each may be changed by rank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.accounts.actions import addresses
from collab.accounts.actions import people as actions
from collab.accounts.models import AppPassword, Invitation, Rank, User
from collab.groups import actions as groups
from collab.lib import numerals
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.mydata import leaving
from collab.profiles import statuses
from collab.shell import giving
from collab.shell.forms import IdentityForm
from collab.shell.space_forms import RoomForm
from collab.shell.views.administration import groups as group_pages
from collab.shell.views.administration.gate import administrators, people_keepers
from collab.shell.views.administration.people import find_person
from collab.spaces.models import Space

GIVES = {
    Rank.GUEST: gettext_lazy("Sees only what is shared with them; owns nothing here."),
    Rank.MEMBER: gettext_lazy("Own files, what is shared, and all that is given to Everyone."),
    Rank.SPACE_MANAGER: gettext_lazy("Also makes spaces, brings people in and promotes them."),
    Rank.ADMIN: gettext_lazy("Also takes care of the house: people, groups, settings."),
    Rank.OWNER: gettext_lazy("Can do everything; there is one."),
}


@people_keepers
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the person; a POST changes name and address."""
    person = find_person(pk)
    form = _identity(request, person)
    if request.method == "POST" and form is not None and form.is_valid():
        before = {"display_name": person.display_name, "email": person.email or ""}
        try:
            actions.edit(request.user, person, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return done(request, request.path, Toast(_("Saved."), request.path, before))
    return _page(request, person, form=form, status=400 if form is not None and form.errors else 200)


@people_keepers
@require_POST
def into_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the person in the chosen group: the group's own page does it, and leads back here."""
    person = find_person(pk)
    chosen = numerals.whole(request.POST.get("group", ""))
    if chosen is None:
        raise NotFound
    back = reverse("shell:administration-person", args=[pk])
    return group_pages.put_in(request, chosen, [person], back)


@administrators
@require_POST
def quota(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how much room the person's own files have; the toast gives back what it was."""
    person = find_person(pk)
    space = Space.objects.filter(owner=person).first()
    if space is None:
        raise NotFound
    form = RoomForm(space, request.POST)
    if not form.is_valid():
        return _page(request, person, room=form, status=400)
    fields = form.save(request.actor, space)  # type: ignore[attr-defined]
    back = reverse("shell:administration-person", args=[pk])
    return done(request, back, Toast(_("The room of %(name)s is changed.") % {"name": person}, request.path, fields))


def _page(
    request: HttpRequest, person: User, *, form: forms.Form | None = None, room: forms.Form | None = None, status: int
) -> HttpResponse:
    viewer: User = request.user  # type: ignore[assignment]
    rules = ranks.may(viewer, "set.docspace")
    editable = set(groups.editable(viewer).values_list("pk", flat=True))
    memberships = list(person.memberships.select_related("group").order_by("group__name"))
    inside = {membership.group_id for membership in memberships}
    space = Space.objects.filter(owner=person).first() if rules else None
    statuses.attach(request.actor, [person])  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "person": person,
        "may_take_picture": bool(person.portrait) and ranks.may_edit(viewer, person),
        "rules": rules,
        "form": form if form is not None else _identity(request, person, bound=False),
        "levels": [
            (rank, GIVES[rank], ranks.reason_against(viewer, person, rank))
            for rank in reversed(ranks.ORDER)
            if rank != Rank.OWNER or person.rank == Rank.OWNER
        ],
        "memberships": [(membership, membership.group_id in editable) for membership in memberships],
        "addable": [group for group in groups.editable(viewer)[:500] if group.pk not in inside],
        "reached": giving.by_person(viewer, request.actor, person),  # type: ignore[attr-defined]
        "space": space,
        "room": room or (RoomForm(space) if space else None),
        "may_disable": ranks.may_disable(viewer, person),
        "may_delete": ranks.may_delete(viewer, person),
        "may_reset": ranks.may_reset(viewer, person),
        "is_me": viewer.pk == person.pk,
        "waits": addresses.waiting(person) if ranks.may_edit(viewer, person) else None,
    }
    if rules:
        context["devices"] = AppPassword.objects.filter(user=person).count()
        context["farewell"] = leaving.of(person)
        context["invitation"] = Invitation.objects.filter(accepted_by=person).select_related("created_by").first()
    return render(request, "shell/administration/person.html", context, status=status)


def _identity(request: HttpRequest, person: User, *, bound: bool = True) -> IdentityForm | None:
    """Return the form of name and address, None where the viewer may not change them."""
    viewer: User = request.user  # type: ignore[assignment]
    if viewer.pk != person.pk and not ranks.may_edit(viewer, person):
        return None
    kept = {"display_name": person.display_name, "email": person.email or ""}
    return IdentityForm(request.POST if bound and request.method == "POST" else None, initial=kept)
