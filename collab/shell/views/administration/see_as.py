"""“See as…”: choose a person, look, go back to oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.accounts.models import User
from collab.lib.errors import BadInput, NotFound
from collab.lib.partials import Toast, done
from collab.shell import seeing
from collab.shell.board import words
from collab.shell.members import principal_named
from collab.shell.views.administration.gate import administrators

OFFERED = 200


@administrators
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Whom to see as."""
    error = ""
    if typed := request.GET.get("who", "").strip():
        try:
            principal = principal_named(typed[:200])
            if principal.user_id is None:
                raise BadInput(_("Choose a person, not a group."))
            return HttpResponseRedirect(reverse("shell:see-as-person", args=[principal.user_id]))
        except BadInput as refusal:
            error = str(refusal.message)
    people = User.objects.filter(is_active=True).exclude(pk=request.user.pk).order_by("display_name")[:OFFERED]
    context = {"people": people, "typed": typed, "error": error}
    return render(request, "shell/administration/see_as_choose.html", context, status=400 if error else 200)


@administrators
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person finds; a POST opens it, which is written into the audit log, and a GET then shows it."""
    person = _found(pk)
    if request.method == "POST":
        seeing.begin(request, person)
        return HttpResponseRedirect(request.path)
    seeing.require(request.user, person)
    until = seeing.until(request, person)
    if until is None:
        return render(request, "shell/administration/see_as_begin.html", {"person": person})
    seen = seeing.seen(request.actor, person, request.GET.get("after", ""))  # type: ignore[attr-defined]
    context = {"person": person, "until": until, "seen": seen, "first": not request.GET.get("after")}
    return render(request, "shell/administration/see_as.html", context)


@administrators
@require_safe
def inside(request: HttpRequest, pk: int, kind: str, thing: int) -> HttpResponse:
    """What the person finds in a space or a folder, as far as one sees it oneself; only while the view is open."""
    person = _found(pk)
    seeing.require(request.user, person)
    until = seeing.until(request, person)
    if until is None:
        return render(request, "shell/administration/see_as_begin.html", {"person": person})
    found, listed = seeing.walk(request.actor, person, kind, thing, request.GET.get("after", ""))  # type: ignore[attr-defined]
    rows = [(row, words.whole(row.mask)) for row in listed.rows]
    context = {"person": person, "until": until, "thing": found, "inside": listed, "rows": rows}
    return render(request, "shell/administration/see_as_inside.html", context)


@administrators
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to oneself."""
    seeing.end(request, _found(pk))
    return done(request, reverse("shell:administration-people"), Toast(_("You are back to yourself.")))


def _found(pk: int) -> User:
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise NotFound
    return person
