"""The page of somebody invited: who invites into what, and their account."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from collab.accounts import usernames
from collab.accounts.actions import addresses
from collab.accounts.actions import invitations as actions
from collab.accounts.actions.people import BAD_USERNAME, EMAIL_TAKEN, NAME_TAKEN
from collab.accounts.models import Invitation, User
from collab.accounts.throttle import Throttle
from collab.groups.models import Group
from collab.lib.addresses import client_address
from collab.lib.errors import BadInput, Conflict, NotFound
from collab.lib.partials import Toast, say
from collab.shell.forms import JoinForm
from collab.spaces.models import Space

_FIELDS = ((EMAIL_TAKEN, "email"), (NAME_TAKEN, "username"), (BAD_USERNAME, "username"))


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Make one's account by an invitation; a wrong token is a 404, an ended one says so, guessing is slowed down."""
    invitation = _found(request, token)
    state = actions.state_of(invitation)
    if state == "open" and request.user.is_authenticated:
        state = "signed-in"
    elif state == "open" and invitation.email and User.objects.filter(email__iexact=invitation.email).exists():
        state = "member"
    if state != "open":
        return _page(request, invitation, state, None, 200 if state in {"signed-in", "member"} else 410)
    form = JoinForm(invitation, request.POST or None, initial=_proposed(invitation))
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.accept(token, **form.cleaned_data)
        except (BadInput, Conflict) as refused:
            ended = actions.state_of(actions.find(token))
            if ended != "open":  # somebody was faster, or it was cancelled while this page was filled in
                return _page(request, invitation, ended, None, 410)
            field = next((name for words, name in _FIELDS if words == refused.message), "")
            form.add_error(field if field in form.fields else None, str(refused.message))
        else:
            return _welcomed(request, person)
    return _page(request, invitation, state, form, 400 if form.errors else 200)


def _found(request: HttpRequest, token: str) -> Invitation:
    throttle, address = Throttle(), client_address(request.META)
    throttle.check("invitation", "", address)
    try:
        return actions.find(token)
    except NotFound:
        throttle.fail("invitation", "", address)
        raise


def _proposed(invitation: Invitation) -> dict[str, Any]:
    named = bool(invitation.name or invitation.email)
    return {
        "display_name": invitation.name,
        "username": usernames.suggest(invitation.name, invitation.email) if named else "",
        "language": translation.get_language(),
    }


def _welcomed(request: HttpRequest, person: User) -> HttpResponse:
    # the password was typed just now: connecting a device next must not ask for it again
    record_authentication(request, person, method="password", username=person.username)
    with translation.override(person.language):
        text = _("Welcome, %(name)s. Your user name is “%(username)s”.")
        if settings.MAIL_URL and addresses.waiting(person):
            text += " " + _("A mail is on its way: it confirms your address.")
    answer = perform_login(request, person, email_verification="none")
    say(request, Toast(text % {"name": person, "username": person.username}))
    return answer


def _page(request: HttpRequest, invitation: Invitation, state: str, form: JoinForm | None, status: int) -> HttpResponse:
    opens = [str(group) for group in Group.objects.named().filter(pk__in=invitation.group_ids)]
    opens += Space.objects.team().living().filter(pk=invitation.space_id).values_list("name", flat=True)
    context = {"invitation": invitation, "state": state, "form": form, "opens": opens}
    answer = render(request, "shell/joining.html", context, status=status)
    # Django would write the address, a living secret, to the log for a field left empty
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
