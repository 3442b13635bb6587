"""Every open link that I made, and for administrators those of everybody: one click stops one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collab.accounts import ranks
from collab.lib.errors import Forbidden, NotFound
from collab.lib.partials import done
from collab.registry import registry
from collab.rights import link_changes
from collab.rights.models import Link
from collab.shell import links
from collab.shell.views.administration.gate import CLOSED, administrators
from collab.shell.views.links import stopped


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The links I made that still open, or would if I might still share."""
    page = links.everywhere(request, links.living().filter(created_by=request.user))
    context = {"page": page, "stop": reverse("shell:my-links-stop")}
    return render(request, "shell/settings/links.html", context)


@login_required
@require_POST
def stop_mine(request: HttpRequest) -> HttpResponse:
    """Close one of my links."""
    return _stop(request, _wanted(request).filter(created_by=request.user), reverse("shell:my-links"))  # type: ignore[attr-defined]


@administrators
@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """The open links of the whole house. What one does not see oneself is not named."""
    context = {"page": links.everywhere(request, links.living()), "stop": reverse("shell:administration-links-stop")}
    return render(request, "shell/administration/links.html", context)


@administrators
@require_POST
def stop_any(request: HttpRequest) -> HttpResponse:
    """Close anybody's link."""
    if not ranks.may_stop_links(request.user):
        raise Forbidden(CLOSED)
    return _stop(request, _wanted(request), reverse("shell:administration-links"))


def _wanted(request: HttpRequest):  # type: ignore[no-untyped-def]
    wanted = request.POST.get("link", "")
    found = Link.objects.select_related("principal")
    return found.filter(pk=int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else found.none()


def _stop(request: HttpRequest, found, back: str) -> HttpResponse:  # type: ignore[no-untyped-def]
    """Close the link; whoever may share its thing can undo it."""
    link = found.first()
    if link is None:
        raise NotFound(_("This link is closed already."))
    actor = request.actor  # type: ignore[attr-defined]
    thing = registry.thing(link.kind, link.object_id)
    undo = link_changes.undo_of(actor, thing, link) if thing is not None else ""
    link_changes.stop_link(actor, thing, link)
    return done(request, back, stopped(link.kind, link.object_id, undo))
