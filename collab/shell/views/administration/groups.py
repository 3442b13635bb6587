"""Groups: make, rename, fill, give managers, remove. A group's own managers get to its page too."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts.models import User
from collab.groups import actions
from collab.groups.models import Group
from collab.lib.errors import BadInput, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.shell import members as people
from collab.shell.views.administration.gate import CLOSED, administrators


@administrators
def listing(request: HttpRequest) -> HttpResponse:
    """All groups with how many people they hold; a POST makes one."""
    error = ""
    if request.method == "POST":
        try:
            group = actions.create(request.user, request.POST.get("name", ""))
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            text = _("“%(group)s” is made. Now add its members.") % {"group": group}
            return done(request, reverse("shell:administration-group", args=[group.pk]), Toast(text))
    active = Count("members", filter=Q(members__is_active=True))
    groups = Group.objects.annotate(people=active).order_by("-everyone", "name")
    everybody = User.objects.filter(is_active=True).exclude(rank="guest").count()
    context = {"groups": groups, "everybody": everybody, "error": error, "typed": request.POST.get("name", "")}
    return render(request, "shell/administration/groups.html", context, status=400 if error else 200)


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its name and its members; a POST adds somebody."""
    group = _found(request, pk)
    error = ""
    if request.method == "POST":
        try:
            member = _person(request)
            actions.add(request.user, group, member, is_manager=request.POST.get("is_manager") == "1")
        except Refusal as refusal:
            if "who" not in request.POST:
                raise
            error = str(refusal.message)
        else:
            toast = Toast(
                _("%(name)s is in “%(group)s”.") % {"name": member, "group": group},
                reverse("shell:administration-group-remove", args=[pk]),
                {"user": member.pk},
            )
            return done(request, _address(group), toast)
    context = {
        "group": group,
        "memberships": group.memberships.select_related("user").order_by("user__display_name", "user_id"),
        "suggestions": _suggestions(group),
        "error": error,
        "typed": request.POST.get("who", ""),
    }
    return render(request, "shell/administration/group.html", context, status=400 if error else 200)


@login_required
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the group another name; the toast gives back the old one."""
    group = _found(request, pk)
    before = group.name
    actions.rename(request.user, group, request.POST.get("name", ""))
    toast = Toast(_("The group is now called “%(group)s”.") % {"group": group}, request.path, {"name": before})
    return done(request, _address(group), toast)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody out; the toast puts them back as they were."""
    group = _found(request, pk)
    member = _person(request)
    managed = group.memberships.filter(user=member, is_manager=True).exists()
    actions.remove(request.user, group, member)
    toast = Toast(
        _("%(name)s is no longer in “%(group)s”.") % {"name": member, "group": group},
        _address(group),
        {"user": member.pk, "is_manager": "1" if managed else "0"},
    )
    return done(request, _address(group) if actions.may_edit(request.user, group) else "/", toast)


@administrators
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the group, after one question: what it was granted goes with it."""
    group = _found(request, pk)
    if request.method == "POST":
        name = str(group)
        actions.delete(request.user, group)
        return done(
            request,
            reverse("shell:administration-groups"),
            Toast(_("The group “%(group)s” is removed.") % {"group": name}),
        )
    return render(request, "shell/administration/group_delete.html", {"group": group})


def _found(request: HttpRequest, pk: int) -> Group:
    group = Group.objects.named().filter(pk=pk).first()
    if group is None:
        raise NotFound
    if not actions.may_edit(request.user, group):
        raise Forbidden(CLOSED)
    return group


def _person(request: HttpRequest) -> User:
    if "who" in request.POST:
        user = people.principal_named(request.POST["who"]).user
        if user is None:
            raise BadInput(_("A group holds people, not groups. Choose a person."))
        return user
    wanted = request.POST.get("user", "")
    found = User.objects.filter(pk=int(wanted)).first() if wanted.isdigit() else None
    if found is None:
        raise NotFound
    return found


def _suggestions(group: Group) -> list[str]:
    others = User.objects.filter(is_active=True).exclude(memberships__group=group).order_by("display_name")
    return [f"{person} ({person.username})" for person in others[: people.SHOWN]]


def _address(group: Group) -> str:
    return reverse("shell:administration-group", args=[group.pk])
