"""Groups: find, make, rename, fill, give managers, remove. A group's own managers get to its page too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from collab.accounts.models import User
from collab.groups import actions
from collab.groups.models import Group
from collab.lib import numerals, paging
from collab.lib.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.profiles import statuses
from collab.shell import giving, several
from collab.shell import members as people
from collab.shell.sharing import suggesting
from collab.shell.views.administration.gate import CLOSED, administrators
from collab.shell.views.administration.returning import back_to


@administrators
def listing(request: HttpRequest) -> HttpResponse:
    """A page of groups with how many people they hold and who manages them; `q` finds; a POST makes one."""
    error = ""
    if request.method == "POST":
        try:
            group = actions.create(request.user, request.POST.get("name", ""))
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            text = _("“%(group)s” is made. Now add its members.") % {"group": group}
            return done(request, _address(group), Toast(text))
    wanted = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]
    groups, more = _page_of_groups(request, wanted)
    everybody = User.objects.filter(is_active=True).exclude(rank="guest").count()
    context = {"groups": groups, "everybody": everybody, "error": error, "typed": request.POST.get("name", "")}
    context |= {"q": wanted, "more": more, "first": not request.GET.get("after")}
    return render(request, "shell/administration/groups.html", context, status=400 if error else 200)


def _page_of_groups(request: HttpRequest, wanted: str) -> tuple[list[Group], str]:
    found = Group.objects.named()
    if wanted:
        found = found.filter(name__unaccent__icontains=wanted)
    if after := paging.unseal(request.GET.get("after", ""), 1):
        if not isinstance(after[0], str) or "\0" in after[0]:
            raise BadInput
        found = found.filter(name__gt=after[0])
    active = Count("memberships", filter=Q(memberships__user__is_active=True))
    managers = Count("memberships", filter=Q(memberships__is_manager=True, memberships__user__is_active=True))
    groups = list(found.annotate(people=active, managers=managers).order_by("name")[: paging.PAGE + 1])
    if len(groups) <= paging.PAGE:
        return groups, ""
    groups = groups[: paging.PAGE]
    return groups, urlencode({"q": wanted, "after": paging.seal([groups[-1].name])})


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its members and what it gives. A POST adds several by their names (`who`), or one (`user`)."""
    group = _found(request, pk)
    if request.method != "POST":
        return _page(request, group)
    try:
        members = _people(request)
    except BadInput as refusal:
        if "who" not in request.POST:
            raise
        return _page(request, group, str(refusal.message))
    manager = request.POST.get("is_manager")
    if "user" in request.POST and manager in {"0", "1"}:
        return _one(request, group, members[0], manager == "1")
    return put_in(request, pk, members, back_to(request, _address(group)))


def put_in(request: HttpRequest, pk: int, members: list[User], back: str) -> HttpResponse:
    """Add these people and go back; where guests are among them, ask once whether this is meant."""
    group = _found(request, pk)
    try:
        added = actions.add_all(request.user, group, members, outside=request.POST.get("outside") == "1")
    except actions.OutsideWarning as warning:
        return _outside(request, group, members, back, warning)
    return done(request, back, _added(group, members, added))


def _one(request: HttpRequest, group: Group, member: User, manager: bool) -> HttpResponse:
    """Add one person, or change whether they manage the group; the toast takes it back."""
    before = group.memberships.filter(user=member).first()
    actions.add(request.user, group, member, is_manager=manager, outside=request.POST.get("outside") == "1")
    if before is None:
        return done(request, back_to(request, _address(group)), _added(group, [member], [member]))
    text = _("%(name)s manages “%(group)s” now.") if manager else _("%(name)s no longer manages “%(group)s”.")
    undo = {"user": member.pk, "is_manager": "1" if before.is_manager else "0"}
    toast = Toast(text % {"name": member, "group": group}, _address(group), undo)
    return done(request, _address(group) if actions.may_edit(request.user, group) else reverse("shell:groups"), toast)


def _added(group: Group, members: list[User], added: list[User]) -> Toast:
    if not added:
        text = ngettext("%(names)s was in “%(group)s” already.", "%(names)s were in “%(group)s” already.", len(members))
        return Toast(text % {"names": ", ".join(map(str, members)), "group": group})
    text = ngettext("%(names)s is in “%(group)s”.", "%(names)s are in “%(group)s”.", len(added))
    steps = " ".join(str(several.Step(member, f"ungroup:{group.pk}")) for member in added)
    undo = reverse("shell:administration-group-undo", args=[group.pk])
    return Toast(text % {"names": ", ".join(map(str, added)), "group": group}, undo, {"steps": steps})


def _outside(request: HttpRequest, group: Group, members: list[User], back: str, warning: Conflict) -> HttpResponse:
    """Ask once whether guests are meant: what they would see is named."""
    context = {
        "group": group,
        "members": members,
        "guests": [member for member in members if member.is_guest],
        "given": giving.by_group(request.user, request.actor, group),  # type: ignore[arg-type, attr-defined]
        "back": back,
    }
    return render(request, "shell/administration/group_outside.html", context, status=warning.status)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take those out again who were added just now."""
    group = _found(request, pk)
    for step in several.unpack(request.POST.get("steps", "")):
        if step.act != f"ungroup:{group.pk}":
            raise BadInput
        actions.remove(request.user, group, step.person)
    return done(request, _address(group))


@login_required
@require_safe
def names(request: HttpRequest, pk: int) -> JsonResponse:
    """Offer people while one types."""
    _found(request, pk)
    offered = suggesting.suggestions(request.GET.get("q", ""), request.actor)  # type: ignore[attr-defined]
    found = [one for one in offered if not one["group"]]
    return JsonResponse({"found": found})


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
    member = _people(request)[0]
    managed = group.memberships.filter(user=member, is_manager=True).exists()
    actions.remove(request.user, group, member)
    back = {"user": member.pk, "is_manager": "1" if managed else "0", "outside": "1"}
    still = actions.may_edit(request.user, group)
    text = _("%(name)s is no longer in “%(group)s”.") % {"name": member, "group": group}
    toast = Toast(text, _address(group) if still else "", back)
    return done(request, back_to(request, _address(group)) if still else reverse("shell:groups"), toast)


@administrators
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the group, after one question that says by name who loses what."""
    group = _found(request, pk)
    refusal = None
    if request.method == "POST":
        name = str(group)
        try:
            actions.delete(request.user, group)
        except Conflict as conflict:
            refusal = conflict
        else:
            toast = Toast(_("The group “%(group)s” is removed.") % {"group": name})
            return done(request, reverse("shell:administration-groups"), toast)
    losses, unseen = giving.losses(request.user, request.actor, group)  # type: ignore[arg-type, attr-defined]
    context = {"group": group, "losses": losses, "unseen": unseen, "refusal": refusal}
    context["people"] = group.memberships.filter(user__is_active=True).count()
    return render(request, "shell/administration/group_delete.html", context, status=refusal.status if refusal else 200)


def _page(request: HttpRequest, group: Group, error: str = "") -> HttpResponse:
    members = group.memberships.select_related("user").order_by("-is_manager", "user__display_name", "user_id")
    memberships = list(members[:1000])
    statuses.attach(request.actor, [one.user for one in memberships])  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "group": group,
        "memberships": memberships,
        "given": giving.by_group(request.user, request.actor, group),  # type: ignore[arg-type, attr-defined]
        "error": error,
        "typed": request.POST.get("who", ""),
        "names": request.POST.getlist("whom"),
    }
    return render(request, "shell/administration/group.html", context, status=400 if error else 200)


def _found(request: HttpRequest, pk: int) -> Group:
    group = Group.objects.named().filter(pk=pk).first()
    if group is None:
        raise NotFound
    if not actions.may_edit(request.user, group):
        raise Forbidden(CLOSED)
    return group


def _people(request: HttpRequest) -> list[User]:
    """Return who is meant: the person `user`, or those named in `who` (between commas) and `whom` (one each)."""
    wanted = request.POST.get("user", "")
    if wanted:
        found = User.objects.filter(pk=numerals.whole(wanted)).first()
        if found is None:
            raise NotFound
        return [found]
    named = [*request.POST.getlist("whom"), *request.POST.get("who", "").split(",")]
    named = [name for part in named if (name := part.strip())][: several.MOST + 1]
    if len(named) > several.MOST:
        raise BadInput(_("At most %(count)d people at a time.") % {"count": several.MOST})
    found_all = [_person(name) for name in named]
    if not found_all:
        raise BadInput(_("Write the name of a person."))
    return list(dict.fromkeys(found_all))


def _person(name: str) -> User:
    if len(name) > 200 or not name.isprintable():
        raise BadInput(_("One of these is not a name. Choose a person or a group in the list."))
    user = people.principal_named(name).user
    if user is None:
        raise BadInput(_("A group holds people, not groups. Choose a person."))
    return user


def _address(group: Group) -> str:
    return reverse("shell:administration-group", args=[group.pk])
