"""Bringing people in: invite by address or by link, see what became of it, send again, cancel."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from collab.accounts import ranks
from collab.accounts.actions import invitations as actions
from collab.accounts.models import Invitation
from collab.groups.models import Group
from collab.lib import numerals
from collab.lib.errors import NotFound, Refusal
from collab.lib.partials import Toast, done
from collab.shell import inviting
from collab.shell.views.administration.gate import inviters
from collab.spaces.models import Space


@inviters
def invite(request: HttpRequest) -> HttpResponse:
    """Invite the people of a list, or make a link (`by=link`)."""
    by_link = request.GET.get("by") == "link"
    form = (inviting.LinkForm if by_link else inviting.AddressesForm)(request.user, request.POST or None)
    if (space := numerals.whole(request.GET.get("space", ""))) is not None:
        form.initial["space"] = space  # one comes from the members page of a space
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return _invited(request, form)
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, str(refusal.message))
    context = {"form": form, "by_link": by_link, "mails": bool(settings.MAIL_URL)}
    if not ranks.may(request.user, "set.docspace"):
        context |= inviting.pending_page(request, actions.pending(request.user))
    return render(request, "shell/administration/invite.html", context, status=status)


def _invited(request: HttpRequest, form: inviting.InviteForm) -> HttpResponse:
    if isinstance(form, inviting.AddressesForm):
        inviting.keep_results(
            request, actions.invite_addresses(request.user, form.cleaned_data["addresses"], form.terms)
        )
        return HttpResponseRedirect(reverse("shell:administration-invited"))
    link = actions.invite_by_link(request.user, form.terms, uses=form.cleaned_data["uses"])
    return HttpResponseRedirect(reverse("shell:administration-invitation", args=[link.pk]))


@inviters
@never_cache
def results(request: HttpRequest) -> HttpResponse:
    """What became of each address that was invited last."""
    rows = [(one, _link(request, one.invitation) if one.mine else "") for one in inviting.kept_results(request)]
    if not rows:
        return HttpResponseRedirect(reverse("shell:administration-invite"))
    context = {"rows": rows, "mails": bool(settings.MAIL_URL), "back": _back(request)}
    return render(request, "shell/administration/invited.html", context)


@inviters
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One invitation: its link to copy, what it opens, until when."""
    invitation = _found(request, pk)
    mine = actions.may_manage(request.user, invitation)
    opens = [str(group) for group in Group.objects.named().filter(pk__in=invitation.group_ids)]
    opens += Space.objects.team().living().filter(pk=invitation.space_id).values_list("name", flat=True)
    state = actions.state_of(invitation)
    context = {
        "row": inviting.Row(invitation, state, mine),
        "link": _link(request, invitation) if mine and state == "open" else "",
        "opens": opens,
        "mails": bool(settings.MAIL_URL),
        "back": _back(request),
    }
    return render(request, "shell/administration/invitation.html", context)


@inviters
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it live a week from today, and send its mail again."""
    invitation = actions.resend(request.user, _found(request, pk))
    if invitation.is_link or not settings.MAIL_URL:
        text = _("The invitation is open for a week again.")
    else:
        text = _("The invitation is sent again to %(email)s.") % {"email": invitation.email}
    return done(request, _next(request), Toast(text))


@inviters
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel or (`cancelled=0`) take it back; each undoes the other."""
    invitation = _found(request, pk)
    if wanted := request.POST.get("cancelled") != "0":
        actions.cancel(request.user, invitation)
    else:
        actions.restore(request.user, invitation)
    text = _("The invitation is cancelled: its link no longer works.") if wanted else _("The invitation is open again.")
    undo = reverse("shell:administration-invitation-cancel", args=[pk])
    return done(request, _back(request), Toast(text, undo, {"cancelled": "0" if wanted else "1"}))


def _found(request: HttpRequest, pk: int) -> Invitation:
    """Return the invitation: any to an administrator, to others their own. Raises NotFound."""
    found = Invitation.objects.select_related("created_by").filter(pk=pk)
    if not ranks.may(request.user, "set.docspace"):
        found = found.filter(created_by=request.user)
    invitation = found.first()
    if invitation is None:
        raise NotFound
    return invitation


def _link(request: HttpRequest, invitation: Invitation | None) -> str:
    if invitation is None or actions.state_of(invitation) != "open":
        return ""
    return request.build_absolute_uri(actions.path_of(request.user, invitation))


def _next(request: HttpRequest) -> str:
    if request.POST.get("from") == "detail":
        return reverse("shell:administration-invitation", args=[request.resolver_match.kwargs["pk"]])
    return _back(request)


def _back(request: HttpRequest) -> str:
    """The page that lists invitations to this person."""
    if ranks.may(request.user, "set.docspace"):
        return reverse("shell:administration-people")
    return reverse("shell:administration-invite")
