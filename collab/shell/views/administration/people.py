"""Accounts: find, bring in, give a rank, switch off and on."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.accounts.actions import invitations
from collab.accounts.actions import people as actions
from collab.accounts.models import Rank, User
from collab.lib import paging
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.shell.forms import PersonForm
from collab.shell.inviting import pending_page
from collab.shell.views.administration.gate import administrators


@administrators
def listing(request: HttpRequest) -> HttpResponse:
    """A page of people by name, then those invited; `q` finds in names and addresses."""
    wanted = " ".join(request.GET.get("q", "").split())
    found = _matching(wanted)
    after = paging.unseal(request.GET.get("after", ""), 2)
    if after:
        name, pk = after
        found = found.filter(Q(display_name__gt=name) | Q(display_name=name, pk__gt=pk))
    people = list(found.order_by("display_name", "pk")[: paging.PAGE + 1])
    more = ""
    if len(people) > paging.PAGE:
        people = people[: paging.PAGE]
        more = urlencode({"q": wanted, "after": paging.seal([people[-1].display_name, people[-1].pk])})
    rows = [
        (
            person,
            ranks.ranks_to_give(request.user, person),
            ranks.may_disable(request.user, person),
            ranks.may_delete(request.user, person),
            ranks.may_reset(request.user, person),
        )
        for person in people
    ]
    context = {"rows": rows, "q": wanted, "more": more, "count": found.count() if not after else None}
    if not wanted and not after:
        context |= pending_page(request, invitations.pending(request.user))
    return render(request, "shell/administration/people.html", context)


def _matching(wanted: str) -> QuerySet[User]:
    people = User.objects.all()
    if not wanted:
        return people
    return people.filter(Q(display_name__icontains=wanted) | Q(username__icontains=wanted) | Q(email__icontains=wanted))


@administrators
def new(request: HttpRequest) -> HttpResponse:
    """Bring somebody in with a first password."""
    form = PersonForm(request.POST or None, initial={"rank": Rank.MEMBER})
    form.fields["rank"].choices = [(rank.value, rank.label) for rank in ranks.ranks_to_give(request.user)]
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.create_user(request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            text = _("%(name)s can sign in as “%(username)s”.") % {"name": person, "username": person.username}
            return done(request, reverse("shell:administration-people"), Toast(text))
    return render(request, "shell/administration/person_new.html", {"form": form}, status=400 if form.errors else 200)


@administrators
@require_POST
def rank(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another rank; the toast gives back the one of before."""
    person = find_person(pk)
    wanted = request.POST.get("rank", "")
    if wanted not in Rank.values:
        raise BadInput(_("Choose a profile in the list."))
    before = person.rank
    if wanted == before:
        return done(request, _back(request))
    person = actions.change_rank(request.user, person, wanted)
    text = _("%(name)s: %(rank)s.") % {"name": person, "rank": person.get_rank_display()}
    # Going back down may take a higher rank than going up: an Undo that would be refused is not offered.
    undo = (
        reverse("shell:administration-rank", args=[pk]) if ranks.may_change_rank(request.user, person, before) else ""
    )
    return done(request, _back(request), Toast(text, undo, {"rank": before}))


@administrators
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account off or on; each undoes the other."""
    person = find_person(pk)
    if wanted := request.POST.get("active") == "1":
        actions.reactivate(request.user, person)
    else:
        actions.deactivate(request.user, person)
    text = _("%(name)s can sign in again.") if wanted else _("%(name)s can no longer sign in. Nothing is deleted.")
    undo = reverse("shell:administration-switch", args=[pk])
    return done(request, _back(request), Toast(text % {"name": person}, undo, {"active": "0" if wanted else "1"}))


def find_person(pk: int) -> User:
    """Return the account. Raises NotFound."""
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound
    return person


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("q", "")
    return reverse("shell:administration-people") + (f"?{urlencode({'q': wanted})}" if wanted else "")
