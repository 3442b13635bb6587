"""My feeds: addresses for programs that read feeds, made, shown, taken back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collab.activity import feeds
from collab.lib import numerals
from collab.lib.errors import NotFound
from collab.lib.partials import Toast, done
from collab.spaces.models import Space


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The feeds I have, with their addresses, and those I may make."""
    found = list(feeds.mine(request.actor))
    rows = [(one, request.build_absolute_uri(feeds.path_of(request.actor, one))) for one in found]
    spaces = Space.objects.visible_to(request.actor).team().living().order_by("name", "pk")
    context = {
        "feeds": rows,
        "has_all": any(one.space_id is None for one in found),
        "spaces": spaces.exclude(pk__in=[one.space_id for one in found if one.space_id]),
        "chosen": request.GET.get("space", ""),
    }
    return render(request, "shell/settings/feeds.html", context)


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a feed of all I see, or of one space."""
    wanted = request.POST.get("space", "")
    space = None
    if wanted:
        space = Space.objects.visible_to(request.actor).team().filter(pk=numerals.whole(wanted)).first()
        if space is None:
            raise NotFound
    feeds.make(request.actor, space)
    return done(request, reverse("shell:feeds"), Toast(_("The feed is ready: copy its address.")))


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a feed back."""
    feeds.revoke(request.actor, pk)
    return done(request, reverse("shell:feeds"), Toast(_("This address opens nothing any more.")))
