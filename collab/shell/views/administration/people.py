"""The list of people: search, bring in, give a rank, switch off and on, act on several at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.accounts.actions import invitations, registrations
from collab.accounts.actions import people as actions
from collab.accounts.models import Rank, User
from collab.groups import actions as groups
from collab.groups.models import Group
from collab.lib.errors import BadInput, NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.profiles import statuses
from collab.shell import directory, several
from collab.shell.forms import PersonForm
from collab.shell.inviting import pending_page
from collab.shell.views.administration.gate import administrators, people_keepers
from collab.shell.views.administration.returning import back_to

SHOWN = 60
"""Groups to drop people on."""
_KEPT = "several"
_NAMED = 5


@people_keepers
def listing(request: HttpRequest) -> HttpResponse:
    """A page of people, those invited, those who registered; `q`, `rank`, `group`, `state` narrow it, `sort` orders."""
    viewer: User = request.user  # type: ignore[assignment]
    wanted = directory.read(viewer, request.GET)
    found = directory.matching(viewer, wanted)
    counts = directory.counts(found)
    waiting = registrations.waiting(viewer)
    counts["waiting"] = waiting.count()
    asked = wanted.state in {"", "waiting"} and not wanted.narrows and not wanted.after
    context: dict[str, Any] = {
        "wanted": wanted,
        "waiting": list(waiting[:SHOWN]) if asked and counts["waiting"] else [],
        "waiting_count": counts["waiting"],
        "groups": list(Group.objects.named().values_list("pk", "name")[:500]),
        "drops": list(groups.editable(viewer)[:SHOWN]),
        "ranks": Rank,
        "sorts": directory.sorts(viewer),
        "acts": _acts(viewer),
        "may_add": ranks.may(viewer, "set.docspace"),
    }
    if wanted.state in {"", "active", "disabled"}:
        context["rows"], context["more"] = directory.page(viewer, found, wanted)
        statuses.attach(request.actor, [row.person for row in context["rows"]])  # type: ignore[attr-defined]
        context["count"] = counts[wanted.state or "all"] if not wanted.after else None
    pending = invitations.pending(viewer)
    if wanted.state in {"", "invited"} and not wanted.narrows and not wanted.after:
        context |= pending_page(request, pending)
        counts["invited"] = context["invitations_count"]
    else:
        counts["invited"] = pending.count()
    context["tabs"] = [
        (wanted.address(state=state), label, counts[state or "all"], state == wanted.state)
        for state, label in directory.STATES.items()
        if state not in {"invited", "waiting"} or counts[state] or state == wanted.state
    ]
    return render(request, "shell/administration/people.html", context)


def _acts(viewer: User) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be done with several people at once, in groups of choices."""
    into = [(f"group:{group.pk}", str(group)) for group in groups.editable(viewer)[:500]]
    given = [(f"rank:{rank.value}", str(rank.label)) for rank in ranks.ranks_to_give(viewer)]
    found = [(_("Add to the group"), into), (_("Give the profile"), given)]
    if ranks.may(viewer, "acc.disable_u"):
        found.append((_("Account"), [("disable", _("Disable the account")), ("enable", _("Open the account again"))]))
    return [(label, choices) for label, choices in found if choices]


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


@people_keepers
@require_POST
def rank(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another rank; the toast gives back the one of before."""
    person = find_person(pk)
    wanted = request.POST.get("rank", "")
    if wanted not in Rank.values:
        raise BadInput(_("Choose a profile in the list."))
    before = person.rank
    back = back_to(request, reverse("shell:administration-people"))
    if wanted == before:
        return done(request, back)
    person = actions.change_rank(request.user, person, wanted)
    text = _("%(name)s: %(rank)s.") % {"name": person, "rank": person.get_rank_display()}
    # Going back down may take a higher rank than going up: an Undo that would be refused is not offered.
    undo = (
        reverse("shell:administration-rank", args=[pk]) if ranks.may_change_rank(request.user, person, before) else ""
    )
    return done(request, back, Toast(text, undo, {"rank": before, "next": back}))


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
    back = back_to(request, reverse("shell:administration-people"))
    return done(request, back, Toast(text % {"name": person}, undo, {"active": "0" if wanted else "1", "next": back}))


@people_keepers
@never_cache
def act_on_several(request: HttpRequest) -> HttpResponse:
    """Do one thing with those who were ticked; a page says what became of each unless all went well."""
    back = back_to(request, reverse("shell:administration-people"))
    if request.method != "POST":
        return _outcomes(request)
    steps = (
        several.unpack(request.POST["steps"])
        if "steps" in request.POST
        else several.chosen(request.POST.getlist("who"), request.POST.get("act", ""))
    )
    outcomes = several.apply(request.user, steps)  # type: ignore[arg-type]
    undo = several.pack(outcomes)
    toast = Toast(_summary(outcomes), reverse("shell:administration-several") if undo else "", {"steps": undo})
    if all(one.state == "done" for one in outcomes):
        return done(request, back, toast)
    request.session[_KEPT] = {
        "back": back,
        "rows": [[one.person.pk, one.state, str(one.says), one.again] for one in outcomes],
    }
    here = reverse("shell:administration-several")
    return done(request, here, toast if any(one.state == "done" for one in outcomes) else None)


def _outcomes(request: HttpRequest) -> HttpResponse:
    kept = request.session.get(_KEPT)
    if not kept:
        return HttpResponseRedirect(reverse("shell:administration-people"))
    people = User.objects.in_bulk([pk for pk, *_others in kept["rows"]])
    rows = [
        (people[pk], state, says, str(several.Step(people[pk], again)) if again else "")
        for pk, state, says, again in kept["rows"]
        if pk in people
    ]
    return render(request, "shell/administration/several.html", {"rows": rows, "back": kept["back"]})


def _summary(outcomes: list[several.Outcome]) -> str:
    ready = [one for one in outcomes if one.state == "done"]
    if len(ready) == 1:
        return f"{ready[0].person} {ready[0].says}."
    names = ", ".join(str(one.person) for one in ready[:_NAMED])
    others = len(ready) - _NAMED
    if others > 0:
        names = ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", others) % {
            "names": names,
            "count": others,
        }
    return ngettext("Done for %(count)d person: %(names)s.", "Done for %(count)d people: %(names)s.", len(ready)) % {
        "count": len(ready),
        "names": names,
    }


def find_person(pk: int) -> User:
    """Return the account. Raises NotFound."""
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound
    return person
