"""My rights: what I may do and why, and the way out of what was given to me."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.groups import actions
from collab.groups.models import Group
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.lib.partials import Toast, done
from collab.shell import my_rights


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My groups and what each gives, my spaces, and what was shared with me on its own."""
    actor = request.actor  # type: ignore[attr-defined]
    things, more = my_rights.things(actor, request.GET.get("after", ""))
    first = not request.GET.get("after")
    context = {
        "groups": my_rights.groups(actor) if first else [],
        "spaces": my_rights.spaces(actor) if first else [],
        "things": things,
        "more": more,
        "first": first,
        "me": request.user,
    }
    return render(request, "shell/settings/rights.html", context)


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave a group: what it gave is gone at once; what I made stays."""
    wanted = numerals.whole(request.POST.get("group", ""))
    group = Group.objects.named().filter(pk=wanted, members=request.user).first()  # type: ignore[misc]
    if group is None:
        raise NotFound(_("You are not in this group any more."))
    actions.remove(request.user, group, request.user)  # type: ignore[arg-type]
    text = _("You left “%(group)s”. Its managers can take you in again.") % {"group": group}
    return done(request, reverse("shell:my-rights"), Toast(text))
