"""A new password for somebody whom no mail reaches: a link to hand over, shown once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from collab.accounts import ranks
from collab.accounts.actions import passwords
from collab.accounts.recent import recent_sign_in_required
from collab.lib.errors import Forbidden
from collab.shell.views.administration.gate import administrators
from collab.shell.views.administration.people import find_person


@administrators
@never_cache
@recent_sign_in_required
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link and show it in this answer, the only time: it opens the account to whoever has it."""
    person = find_person(pk)
    if not ranks.may_reset(request.user, person):
        raise Forbidden(_("Your profile does not allow setting this person's password. Ask the owner."))
    link = ""
    if request.method == "POST":
        link = request.build_absolute_uri(passwords.reset_path(request.user, person))
    context = {"person": person, "link": link, "days": settings.PASSWORD_RESET_TIMEOUT // 86400}
    return render(request, "shell/administration/person_password.html", context)
