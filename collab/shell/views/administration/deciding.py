"""Deciding on those who registered themselves: approve, refuse, take a refusal back."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from collab.accounts.actions import registrations as actions
from collab.accounts.models import Registration
from collab.lib.errors import NotFound
from collab.lib.partials import Toast, done
from collab.shell.views.administration.gate import administrators
from collab.shell.views.administration.returning import back_to


@administrators
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the account, and go to its page: groups are chosen next."""
    person = actions.approve(request.user, _found(pk))  # type: ignore[arg-type]
    if settings.MAIL_URL:
        text = _("%(name)s is a member now, and is told by mail.") % {"name": person}
    else:
        text = _("%(name)s is a member now. Tell them: this server sends no mail.") % {"name": person}
    return done(request, reverse("shell:administration-person", args=[person.pk]), Toast(text))


@administrators
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, or (`refused=0`) take it back while the mail has not left."""
    found = _found(pk)
    back = back_to(request, reverse("shell:administration-people"))
    if request.POST.get("refused") == "0":
        actions.reconsider(request.user, found)  # type: ignore[arg-type]
        return done(request, back, Toast(_("The request of %(name)s waits again.") % {"name": found}))
    actions.refuse(request.user, found)  # type: ignore[arg-type]
    text = _("The request of %(name)s is refused.") % {"name": found}
    return done(request, back, Toast(text, request.path, {"refused": "0", "next": back}))


def _found(pk: int) -> Registration:
    found = Registration.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Somebody decided on this request already."))
    return found
